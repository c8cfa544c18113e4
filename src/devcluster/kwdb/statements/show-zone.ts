import type { Table } from "../catalog/objects";
import type { Statement } from "../syntax/ast";
import { quoteName } from "../syntax/cursor";
import type { Cell, SqlType } from "../types/sql-type";
import { printProtobuf } from "../zone/print-protobuf";
import { printZoneSql } from "../zone/print-sql";
import { printYaml } from "../zone/print-yaml";
import { isPlaceholder, type ZoneValues } from "../zone/zone-config";
import { appliedZone, complete, subzoneValues } from "../zone/zone-lookup";
import type { StatementContext } from "./context";
import { qualifiedName, requireDatabase } from "./names";
import { hasAnyPrivilege, requireAnyPrivilege } from "./privileges";
import { idOfTarget, subzoneOfTarget, tableById, tableOfTarget, zoneNames, type ZoneNames } from "./zone-target";

/** Columns of `kwdb_internal.zones`, and, in another order of visibility, of SHOW ZONE CONFIGURATION. */
export const ZONE_COLUMNS: readonly { readonly name: string; readonly type: SqlType }[] = [
  { name: "zone_id", type: "int8" }, { name: "subzone_id", type: "int8" }, { name: "target", type: "text" }, { name: "range_name", type: "text" }, { name: "database_name", type: "text" }, { name: "table_name", type: "text" },
  { name: "index_name", type: "text" }, { name: "partition_name", type: "text" }, { name: "raw_config_yaml", type: "text" }, { name: "raw_config_sql", type: "text" }, { name: "raw_config_protobuf", type: "bytea" },
  { name: "full_config_yaml", type: "text" }, { name: "full_config_sql", type: "text" },
];

function zoneRow(ids: readonly [zone: number, subzone: number], names: ZoneNames, raw: ZoneValues, full: ZoneValues): readonly Cell[] {
  return [
    BigInt(ids[0]), BigInt(ids[1]), names.target, names.range, names.database, names.table, names.index, names.partition,
    printYaml(raw), printZoneSql(names.target, raw), printProtobuf(raw), printYaml(full), printZoneSql(names.target, full),
  ];
}

/** SHOW ZONE CONFIGURATION FOR …: the zone that applies, with effective values, under the name of the object that has it. */
export function showZone(context: StatementContext, { target }: Extract<Statement, { kind: "show-zone" }>): readonly (readonly Cell[])[] {
  const { transaction, model } = context;
  const table = tableOfTarget(context, target);
  if (target.kind === "database") requireAnyPrivilege(context, requireDatabase(context, target.name));
  else if (table !== null) requireAnyPrivilege(context, table);
  const id = idOfTarget(context, target);
  const subzone = table === null ? null : subzoneOfTarget(table, target);
  const applied = appliedZone(model.reader(transaction), id, subzone);
  const { subzones } = transaction.get("zone", applied.zoneId) ?? { subzones: [] };
  const stored = applied.subzoneId === 0 ? null : subzones[applied.subzoneId - 1]!;
  const names = zoneNames(context, applied.zoneId, stored)!;
  const shown = stored !== null && target.kind === "table" ? ofTable(context, table!, names) : names;
  // The server looks for the position of a copy, which is never found: it counts all.
  return [zoneRow([applied.zoneId, stored === null ? 0 : subzones.length], shown, applied.effective, applied.effective)];
}

/** A partition is named as it was asked for: here of its table, without index. */
function ofTable(context: StatementContext, table: Table, names: ZoneNames): ZoneNames {
  return { ...names, index: null, target: `PARTITION ${quoteName(names.partition!)} OF TABLE ${qualifiedName(context, table)}` };
}

/** Rows of `kwdb_internal.zones`: explicit values, ordered by zone id; only what the user may know of. */
export function zoneRows(context: StatementContext): readonly (readonly Cell[])[] {
  const { transaction, model } = context;
  const reader = model.reader(transaction);
  const zones = transaction.all("zone").map(([id, zone]) => [Number(id), zone] as const).sort(([a], [b]) => a - b);
  return zones.flatMap(([id, zone]) => {
    const names = zoneNames(context, id, null);
    if (names === null || !visible(context, id, names)) return [];
    const own = isPlaceholder(zone) ? [] : [zoneRow([id, 0], names, zone.values, complete(reader, id, zone.values))];
    const subzones = zone.subzones.flatMap((subzone, i) => {
      const named = zoneNames(context, id, subzone);
      return named === null ? [] : [zoneRow([id, i + 1], named, subzone.values, subzoneValues(reader, id, subzone))];
    });
    return [...own, ...subzones];
  });
}

function visible(context: StatementContext, id: number, names: ZoneNames): boolean {
  if (names.range !== null) return true;
  const object = context.transaction.get("database", id) ?? tableById(context, id);
  return object !== null && hasAnyPrivilege(context, object);
}
