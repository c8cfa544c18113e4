import type { DatanodeId, RegionId } from "../topology/ids";
import type { ObservedGreptimeCluster, ObservedTable } from "../planning/observed";
import type { Style } from "./console";

/** Above this many regions a map shows counts instead of one line per region. */
const MOST_LINES = 48;
const LONGEST_LABEL = 46;

/** Where a region is on its way to, while a plan runs. */
export type RegionTargets = ReadonlyMap<RegionId, DatanodeId>;

/**
 * The regions of a cluster as a map: one line per partition, one column per datanode. `●` leads the region,
 * `◌` is where it is moving to. With more than `mostLines` regions: the number of regions per table and datanode.
 */
export function drawRegionMap(cluster: ObservedGreptimeCluster, colors: Style["colors"], moving: RegionTargets = new Map(), mostLines = MOST_LINES): string {
  const datanodes = columnsOf(cluster);
  const tables = cluster.tables.filter((table) => table.regions.length > 0);
  if (tables.length === 0) return colors.dim("no regions");
  const regions = tables.reduce((sum, table) => sum + table.regions.length, 0);
  const rows = regions > mostLines ? tables.map((table) => countRow(table, datanodes)) : tables.flatMap((table) => tableRows(table, datanodes, moving, colors));
  const width = longest(rows.map((row) => row.label), 8);
  const cell = rows.reduce((most, row) => longest(row.cells, most), longest(datanodes.map(String), 0)) + 2;
  const header = `${"datanode".padEnd(width)}${datanodes.map((id) => id.toString().padStart(cell)).join("")}`;
  const lines = rows.map((row) => `${row.label.padEnd(width)}${row.cells.map((text, i) => (row.paint?.[i] ?? plain)(text.padStart(cell))).join("")}`);
  return [colors.bold(header), ...lines].join("\n");
}

/** The length of the longest text, or `least`. Not by arguments: a map of a large cluster has more cells than a call may have. */
function longest(texts: readonly string[], least: number): number {
  return texts.reduce((most, text) => Math.max(most, text.length), least);
}

interface MapRow {
  readonly label: string;
  readonly cells: readonly string[];
  readonly paint?: readonly (((text: string) => string) | undefined)[];
}

const plain = (text: string): string => text;

/** Every datanode that is listed or leads a region, in numeric order. */
function columnsOf(cluster: ObservedGreptimeCluster): readonly DatanodeId[] {
  const ids = new Set<DatanodeId>(cluster.datanodes.map((node) => node.id));
  for (const table of cluster.tables) for (const region of table.regions) if (region.leader !== null) ids.add(region.leader);
  return [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function tableRows(table: ObservedTable, datanodes: readonly DatanodeId[], moving: RegionTargets, colors: Style["colors"]): readonly MapRow[] {
  const heading: MapRow = { label: `${table.database}.${table.name}`, cells: [] };
  const rows = table.regions.map((region): MapRow => {
    const target = moving.get(region.id);
    const cells = datanodes.map((id) => (id === region.leader ? "●" : id === target ? "◌" : "·"));
    const paint = datanodes.map((id) => (id === region.leader ? (target === undefined ? colors.green : colors.yellow) : id === target ? colors.yellow : colors.dim));
    return { label: `  ${shorten(region.partition)}`, cells, paint };
  });
  return [heading, ...rows];
}

function countRow(table: ObservedTable, datanodes: readonly DatanodeId[]): MapRow {
  const counts = new Map<DatanodeId, number>();
  for (const { leader } of table.regions) if (leader !== null) counts.set(leader, (counts.get(leader) ?? 0) + 1);
  return { label: shorten(`${table.database}.${table.name}`), cells: datanodes.map((id) => String(counts.get(id) ?? "·")) };
}

function shorten(text: string): string {
  return text.length <= LONGEST_LABEL ? text : `${text.slice(0, LONGEST_LABEL - 1)}…`;
}
