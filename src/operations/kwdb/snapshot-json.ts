import { originalsToJson, parseOriginals } from "../../planning/kwdb/plan-json";
import type { ObservedKwdbCluster, ObservedZone } from "../../planning/kwdb/observed";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { parseZoneTarget } from "../../topology/kwdb/parse-zone-target";
import { zoneValuesFromJson, zoneValuesToJson } from "../../topology/kwdb/zone-values-json";
import type { ClusterSnapshot } from "../topology-snapshot";

type KwdbSnapshot = Extract<ClusterSnapshot, { readonly engine: "kwdb" }>;

/** One KWDB cluster of a snapshot as JSON: targets as text, zone values in the manifest's form. */
export function kwdbSnapshotToJson({ cluster, engine, observed, originals }: KwdbSnapshot): unknown {
  const zones = observed.zones.map((zone) => ({
    ...zone,
    target: formatZoneTarget(zone.target),
    own: zoneValuesToJson(zone.own),
    effective: zoneValuesToJson(zone.effective),
  }));
  return { cluster, engine, observed: { ...observed, zones }, originals: JSON.parse(originalsToJson(originals)) as unknown };
}

/** Reads what {@link kwdbSnapshotToJson} gave. Throws SyntaxError or DiagnosticError when it is something else. */
export function parseKwdbSnapshot(wire: { readonly cluster: string; readonly observed: unknown; readonly originals?: unknown }): KwdbSnapshot {
  const observed = wire.observed as Omit<ObservedKwdbCluster, "zones"> & { readonly zones: readonly Readonly<Record<"target" | "own" | "effective" | "zoneId" | "subzoneId", unknown>>[] };
  return {
    cluster: wire.cluster,
    engine: "kwdb",
    observed: { ...observed, zones: observed.zones.map(readZone) },
    originals: parseOriginals(JSON.stringify(wire.originals)),
  };
}

function readZone(wire: Readonly<Record<"target" | "own" | "effective" | "zoneId" | "subzoneId", unknown>>): ObservedZone {
  const parsed = parseZoneTarget(String(wire.target));
  if (parsed.kind !== "parsed") throw new SyntaxError(`"${String(wire.target)}" is not a zone target`);
  return {
    target: parsed.target,
    zoneId: Number(wire.zoneId),
    subzoneId: Number(wire.subzoneId),
    own: zoneValuesFromJson(wire.own),
    effective: zoneValuesFromJson(wire.effective),
  };
}
