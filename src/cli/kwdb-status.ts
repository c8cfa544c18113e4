import type { ReadKwdbCluster } from "../operations/read-cluster";
import { listZones } from "../planning/kwdb/list-zones";
import type { ObservedNode, RangeSummary } from "../planning/kwdb/observed";
import { formatZoneTarget } from "../topology/kwdb/format-zone-target";
import { formatValue, sqlName, variablesOf, type ZoneValues } from "../topology/kwdb/zone-values";
import { zoneValuesToJson } from "../topology/kwdb/zone-values-json";
import type { Style } from "./console";
import { drawTable } from "./draw-table";

/** A KWDB cluster as it is now: its nodes, every zone with who it comes from, and how many replicas the ranges have. */
export function drawKwdbStatus({ declaration, observed }: ReadKwdbCluster, { colors }: Style): string {
  const { nodes, ranges } = observed;
  const zones = listZones(declaration, observed).map(({ zone, origin }) => [formatZoneTarget(zone.target), describeValues(zone.own), origin]);
  return [
    `${colors.bold(declaration.name)}  KWDB ${observed.version}`,
    nodes.kind === "read"
      ? drawTable(["node", "address", "locality", "state", "build"], nodes.value.map((node) => [String(node.id), node.address, localityOf(node), stateOf(node), node.build]))
      : "Nodes: only administrators may see them.",
    drawTable(["zone", "own values", "from"], zones),
    ranges === null || ranges.kind === "not-admin"
      ? "Ranges: only administrators may see them."
      : drawTable(["ranges of", "replicas", "ranges"], byName(ranges.value).map(([name, replicas, count]) => [name, String(replicas), String(count)])),
  ].join("\n\n");
}

/** The same for machines. */
export function kwdbStatusJson({ declaration, observed }: ReadKwdbCluster): unknown {
  const { nodes, ranges } = observed;
  return {
    cluster: declaration.name,
    readable: true,
    engine: "kwdb",
    version: observed.version,
    nodes:
      nodes.kind === "read"
        ? nodes.value.map((node) => ({ id: node.id, address: node.address, locality: localityOf(node), state: stateOf(node), build: node.build, stores: node.stores }))
        : null,
    zones: listZones(declaration, observed).map(({ zone, origin }) => ({
      target: formatZoneTarget(zone.target),
      origin,
      own: zoneValuesToJson(zone.own),
      effective: zoneValuesToJson(zone.effective),
    })),
    ranges: ranges?.kind === "read" ? ranges.value : null,
  };
}

function localityOf({ locality }: ObservedNode): string {
  return locality.map(({ key, value }) => `${key}=${value}`).join(",");
}

function stateOf({ live, draining, decommissioning }: ObservedNode): string {
  if (!live) return "down";
  return decommissioning ? "decommissioning" : draining ? "draining" : "live";
}

/** Ranges by what they belong to and how many replicas they have; those of the cluster's own tables are counted together. */
function byName(summaries: readonly RangeSummary[]): readonly (readonly [name: string, replicas: number, ranges: number])[] {
  const counts = new Map<string, readonly [string, number, number]>();
  for (const summary of summaries) {
    const name = nameOf(summary);
    const key = JSON.stringify([name, summary.replicas]);
    counts.set(key, [name, summary.replicas, (counts.get(key)?.[2] ?? 0) + summary.ranges]);
  }
  return [...counts.values()];
}

function nameOf({ database, table }: RangeSummary): string {
  if (database === "") return "the cluster itself";
  return table === "" || database === "system" ? database : `${database}.${table}`;
}

/** Lists that are explicitly empty say nothing: the server writes them by itself. */
function describeValues(values: ZoneValues): string {
  return variablesOf(values)
    .filter((variable) => formatValue(values, variable) !== "[]")
    .map((variable) => `${sqlName(variable)} = ${formatValue(values, variable)}`)
    .join(", ");
}
