import type { Diagnostic } from "../topology/diagnostic";
import { regionIdOf, type DatanodeId, type PartitionKey } from "../topology/ids";
import type { GreptimeClusterDeclaration, TableDeclaration } from "../topology/manifest";
import { partitionsOfTable } from "../topology/partition-rules";
import { aliasesOfPartitions } from "../topology/resolve-pins";
import type { ClusterPlan } from "./plan";
import { planPlacement, type PlacementProblem, type TablePins } from "./plan-placement";
import { openDatanodes } from "./rules/number-items";
import type { PlacedRegion } from "./rules/placed-region";
import { sameTable, tableKey } from "./table-key";

/** No server counts so far: the regions that are made get numbers of their own. */
const FIRST_TABLE_ID = 0x8000_0000;

interface AfterCreate extends Pick<PlacementProblem, "regions" | "limits" | "serialPerTable">, Pick<ClusterPlan, "placeAfterCreate" | "rulesAfterCreate"> {
  readonly cluster: GreptimeClusterDeclaration;
  /** Pins of the tables that are there. */
  readonly pins: readonly TablePins[];
}

/**
 * Rules that cannot be kept once the plan has made its tables, wherever the server puts their regions: known before anything is made,
 * because partitions, pins, drains and capacities are declared. New regions have no bytes.
 */
export function conflictsAfterCreate({ cluster, placeAfterCreate, rulesAfterCreate, ...there }: AfterCreate): readonly Diagnostic[] {
  if (rulesAfterCreate.length === 0) return [];
  const made = new Set(placeAfterCreate.map(({ table }) => tableKey(table)));
  const declared = placeAfterCreate.flatMap(({ table }) => cluster.tables.find((one) => sameTable(one, table)) ?? []);
  const rules = rulesAfterCreate.filter((rule) =>
    rule.tables.every((table) => !made.has(tableKey(table)) || declared.some((one) => sameTable(one, table))),
  );
  const { unplaced } = planPlacement({
    ...there,
    regions: [...there.regions.filter(({ table }) => !made.has(tableKey(table))), ...rules.flatMap((rule) => regionsToCome(rule, declared))],
    pins: [...there.pins, ...placeAfterCreate.map((place) => pinsToCome(place, declared))],
    rules,
    datanodes: undefined,
  });
  return unplaced.filter(({ code }) => code === "PLACEMENT_INFEASIBLE");
}

function pinsToCome({ table, pins }: ClusterPlan["placeAfterCreate"][number], declared: readonly TableDeclaration[]): TablePins {
  const names = aliasesOfPartitions(declared.find((one) => sameTable(one, table)));
  return { table, pins: new Map(Object.entries(pins) as [PartitionKey, DatanodeId][]), names };
}

/** The regions of a rule's tables that do not exist yet, on any datanode that may hold them. */
function regionsToCome(rule: ClusterPlan["rulesAfterCreate"][number], declared: readonly TableDeclaration[]): readonly PlacedRegion[] {
  const leader = openDatanodes(rule)[0] ?? rule.datanodes[0]?.id ?? null;
  return declared.flatMap((table, index) => {
    if (!rule.tables.some((own) => sameTable(own, table))) return [];
    return partitionsOfTable(table).map(({ key }, number): PlacedRegion => ({
      table: { database: table.database, name: table.name },
      partition: key,
      region: regionIdOf(FIRST_TABLE_ID + index, number),
      leader,
      status: "ALIVE",
      sizeBytes: 0n,
      followers: [],
    }));
  });
}
