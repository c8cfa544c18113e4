import { DEFAULT_ZONE_ID } from "../catalog/objects";
import type { HashPoints } from "../syntax/ast";
import { EMPTY_VALUES, inheritFrom, isPlaceholder, type Subzone, type Zone, type ZoneValues } from "./zone-config";

/** Where zones and the parents of tables are read. */
export interface ZoneReader {
  zone(id: number): Zone | undefined;
  /** The database of a table; null for everything else. */
  databaseOf(id: number): number | null;
}

/** A zone that applies to an object, with its effective values. */
export interface AppliedZone {
  readonly zoneId: number;
  /** 1-based position of the index's or partition's zone; 0 for the object itself. */
  readonly subzoneId: number;
  readonly explicit: ZoneValues;
  readonly effective: ZoneValues;
}

export interface SubzoneKey {
  readonly indexId: number;
  readonly partition: string;
}

/** The row of an object itself, unless there is none or it exists only for its subzones. */
function ownRow(reader: ZoneReader, id: number): Zone | undefined {
  const zone = reader.zone(id);
  return zone === undefined || isPlaceholder(zone) ? undefined : zone;
}

/** Rows from the object's parent up to `RANGE default`. */
function ancestors(reader: ZoneReader, id: number): readonly number[] {
  const database = reader.databaseOf(id);
  return id === DEFAULT_ZONE_ID ? [] : database === null ? [DEFAULT_ZONE_ID] : [database, DEFAULT_ZONE_ID];
}

/** Values with everything that the object's ancestors give. */
export function complete(reader: ZoneReader, id: number, values: ZoneValues): ZoneValues {
  return ancestors(reader, id).reduce((result, ancestor) => {
    const row = ownRow(reader, ancestor);
    return row === undefined ? result : inheritFrom(result, row.values);
  }, values);
}

/** What an object would have without a row of its own; of a subzone, without that subzone. */
export function inherited(reader: ZoneReader, id: number, subzone: SubzoneKey | null): ZoneValues {
  if (subzone === null) return id === DEFAULT_ZONE_ID ? (reader.zone(id)?.values ?? EMPTY_VALUES) : complete(reader, id, EMPTY_VALUES);
  const zone = reader.zone(id);
  const index = zone?.subzones.find((s) => s.indexId === subzone.indexId && s.partition === "");
  const ofIndex = subzone.partition === "" ? undefined : index?.values;
  const own = ownRow(reader, id)?.values ?? EMPTY_VALUES;
  return complete(reader, id, inheritFrom(ofIndex ?? EMPTY_VALUES, own));
}

/** The most specific zone that applies to an object, or to one of its indexes or partitions. */
export function appliedZone(reader: ZoneReader, id: number, subzone: SubzoneKey | null): AppliedZone {
  const zone = reader.zone(id);
  if (subzone !== null && zone !== undefined) {
    const match = (partition: string): number => zone.subzones.findIndex((s) => s.indexId === subzone.indexId && s.partition === partition);
    const position = match(subzone.partition) >= 0 ? match(subzone.partition) : match("");
    if (position >= 0) {
      const own = zone.subzones[position]!;
      return { zoneId: id, subzoneId: position + 1, explicit: own.values, effective: subzoneValues(reader, id, own) };
    }
  }
  for (const candidate of [id, ...ancestors(reader, id)]) {
    const row = ownRow(reader, candidate);
    if (row !== undefined) return { zoneId: candidate, subzoneId: 0, explicit: row.values, effective: complete(reader, candidate, row.values) };
  }
  return { zoneId: DEFAULT_ZONE_ID, subzoneId: 0, explicit: EMPTY_VALUES, effective: EMPTY_VALUES };
}

/** Effective values of a stored subzone. */
export function subzoneValues(reader: ZoneReader, id: number, subzone: Subzone): ZoneValues {
  return inheritFrom(subzone.values, inherited(reader, id, subzone));
}

const contains = (points: HashPoints, point: number): boolean => (points.kind === "list" ? points.points.includes(point) : points.from <= point && point <= points.to);

/**
 * The zone of a time-series range by its first hash point: partition zones count only while the table has no row of its own,
 * and the upper end of a span belongs to it.
 */
export function zoneOfHashPoint(reader: ZoneReader, id: number, point: number): AppliedZone {
  const zone = reader.zone(id);
  if (zone === undefined || !isPlaceholder(zone)) return appliedZone(reader, id, null);
  const position = zone.subzones.findIndex((s) => s.points !== null && contains(s.points, point));
  if (position < 0) return appliedZone(reader, id, null);
  const own = zone.subzones[position]!;
  return { zoneId: id, subzoneId: position + 1, explicit: own.values, effective: subzoneValues(reader, id, own) };
}
