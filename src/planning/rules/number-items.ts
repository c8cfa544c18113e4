import type { DatanodeId } from "../../topology/ids";
import type { AssignmentProblem } from "../assign/assignment";
import type { PlacedRegion } from "./placed-region";
import type { PlacementRule } from "./placement-rule";
import { sizesOf, type RuledItems } from "./rule-item";
import { compareIds, compareTables, tableKey } from "../table-key";

/** The datanodes that may hold regions of the rule, by id. */
export function openDatanodes(rule: PlacementRule): readonly DatanodeId[] {
  const excluded = new Set(rule.exclude);
  return [...new Set(rule.datanodes.map(({ id }) => id))].filter((id) => !excluded.has(id)).sort(compareIds);
}

/** A rule and its items by numbers; `places` are the rule's open datanodes. */
export function numberItems({ rule, items }: RuledItems, places: readonly DatanodeId[]): AssignmentProblem {
  const zones = [...new Set(rule.datanodes.map(({ zone }) => zone ?? ""))].sort();
  const zoneById = new Map(rule.datanodes.map(({ id, zone }) => [id, zones.indexOf(zone ?? "")]));
  const tables = new Map([...rule.tables].sort(compareTables).map((table, index) => [tableKey(table), index]));
  const [tableOf, at, fixed] = [
    new Int32Array(items.length),
    new Int32Array(items.length),
    new Uint8Array(items.length),
  ];
  let [lastTable, lastIndex]: [PlacedRegion["table"] | null, number] = [null, 0];
  for (let index = 0; index < items.length; index += 1) {
    const { region, place, fixed: stays } = items[index]!;
    // Regions of one table follow each other and mostly share the object with its name.
    if (region.table !== lastTable) [lastTable, lastIndex] = [region.table, tables.get(tableKey(region.table))!];
    tableOf[index] = lastIndex;
    at[index] = place;
    fixed[index] = Number(stays);
  }
  return {
    ...rule,
    places: places.length,
    zoneOf: Int32Array.from(places, (id) => zoneById.get(id)!),
    zones: zones.length,
    tables: tables.size,
    tableOf,
    at,
    fixed,
    size: sizesOf(items),
    forbids: (item, place) => items[item]!.region.followers.includes(places[place]!),
    mostRegions: rule.capacity.regions ?? Infinity,
    mostBytes: rule.capacity.bytes === undefined ? Infinity : Number(rule.capacity.bytes),
    skew: rule.maxSkew ?? 1,
    strict: rule.maxSkew !== undefined,
  };
}
