import type { GreptimeClusterDeclaration, PlacementDeclaration } from "./manifest";
import { repetitions, show, type Finding } from "./validation";

type IsUnresolved = (value: unknown) => boolean;

/** The greatest skew that can be asked for. */
export const MOST_SKEW = 1_000_000;

/** What is wrong with a placement's strategy and its rules, without a look at the regions. */
export function strategyFindings(
  placement: PlacementDeclaration,
  cluster: Pick<GreptimeClusterDeclaration, "datanodes"> | undefined,
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  return [
    ...tableFindings(placement, isUnresolved),
    ...measureFindings(placement, isUnresolved),
    ...skewFindings(placement, isUnresolved),
    ...capacityFindings(placement, isUnresolved),
    ...exclusionFindings(placement, cluster, isUnresolved),
  ];
}

function tableFindings({ table, tables }: PlacementDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (tables === undefined || isUnresolved(tables)) return [];
  if (tables.length === 0) {
    const detail = "The list of tables is empty. Name the tables that are placed together, or give a single table.";
    return [{ code: "PLACEMENT_TABLES_EMPTY", summary: "Placement of no table", detail, path: ["tables"] }];
  }
  if (!tables.some(isUnresolved) && !isUnresolved(table) && !tables.includes(table)) {
    const detail = `The table ${show(table)} is not among the tables ${tables.join(", ")}. Leave "table" out, or add it to the list.`;
    return [{ code: "PLACEMENT_TABLE_NOT_LISTED", summary: "The table is not in the list of tables", detail, path: ["table"] }];
  }
  return repetitions(tables, isUnresolved).map(({ index }) => ({
    code: "PLACEMENT_TABLE_REPEATED",
    summary: "Table listed twice",
    detail: `The table ${show(tables[index])} is listed twice. Remove one.`,
    path: ["tables", index],
  }));
}

function measureFindings({ strategy, by }: PlacementDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (by === undefined || isUnresolved(by) || strategy === "balance") return [];
  const detail = `"by" says what the strategy balance evens out; the strategy is ${strategy}. Remove it, or write balance.`;
  return [{ code: "PLACEMENT_MEASURE_UNUSED", summary: "Measure without balance", detail, path: ["by"] }];
}

function skewFindings({ strategy, by, maxSkew }: PlacementDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (maxSkew === undefined || isUnresolved(maxSkew)) return [];
  const path = ["max_skew"];
  if (!Number.isInteger(maxSkew) || maxSkew < 1 || maxSkew > MOST_SKEW) {
    const detail = `The maximum skew is ${show(maxSkew)}. Allowed: whole numbers from 1 to ${MOST_SKEW}. Leave it out for 1.`;
    return [{ code: "PLACEMENT_SKEW_OUT_OF_RANGE", summary: "Maximum skew out of range", detail, path }];
  }
  if (strategy !== "pinned" && by !== "bytes") return [];
  const detail = `A maximum skew counts regions; ${by === "bytes" ? "bytes are balanced" : "the strategy is pinned"}. Remove it.`;
  return [{ code: "PLACEMENT_SKEW_UNUSED", summary: "Maximum skew without use", detail, path }];
}

function capacityFindings({ capacity }: PlacementDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (capacity === undefined || isUnresolved(capacity)) return [];
  const { regions, bytes } = capacity;
  const findings: Finding[] = [];
  const out = (name: string, value: unknown): void => {
    const detail = `The capacity in ${name} is ${show(value)}. Allowed: whole numbers from 1. Leave it out for no limit.`;
    findings.push({ code: "PLACEMENT_CAPACITY_OUT_OF_RANGE", summary: "Capacity out of range", detail, path: ["capacity", name] });
  };
  if (regions !== undefined && !isUnresolved(regions) && !(Number.isSafeInteger(regions) && regions >= 1)) out("regions", regions);
  if (bytes !== undefined && !isUnresolved(bytes) && bytes < 1n) out("bytes", bytes);
  return findings;
}

function exclusionFindings(
  { excludeDatanodes, strategy }: PlacementDeclaration,
  cluster: Pick<GreptimeClusterDeclaration, "datanodes"> | undefined,
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  const declared = cluster?.datanodes;
  if (excludeDatanodes === undefined || isUnresolved(excludeDatanodes) || declared === undefined || isUnresolved(declared)) return [];
  const ids = declared.map(({ id }) => id);
  if (ids.length === 0 || ids.some(isUnresolved) || excludeDatanodes.some(isUnresolved)) return [];
  if (ids.some((id) => !excludeDatanodes.includes(id))) return [];
  const detail =
    `Every datanode of the cluster is excluded (${ids.join(", ")}); ${strategy === "pinned" ? "the regions on them" : "the regions"} have nowhere to go. ` +
    "Keep at least one datanode, or declare the ones that take over.";
  return [{ code: "PLACEMENT_ALL_EXCLUDED", summary: "All datanodes are excluded", detail, path: ["exclude_datanodes"] }];
}
