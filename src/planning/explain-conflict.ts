import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { DatanodeId } from "../topology/ids";
import { formatBytes } from "./byte-size";
import { sizesOf, type RuleItem } from "./rule-item";
import type { PlacementRule } from "./placement-rule";
import { smallestConflict } from "./smallest-conflict";
import { compareIds, tableKey } from "./table-key";

/** One thing that the user wrote and that could be changed. */
type Constraint =
  | { readonly kind: "pin"; readonly item: RuleItem; readonly index: number }
  | { readonly kind: "drain"; readonly datanode: DatanodeId }
  | { readonly kind: "regions" }
  | { readonly kind: "bytes" }
  | { readonly kind: "skew" };

/**
 * Why no placement can keep all rules, as the smallest set of rules that conflict, in the user's names, with what would help; null when
 * nothing of it forbids a placement.
 */
export function explainConflict(
  rule: PlacementRule,
  items: readonly RuleItem[],
  places: readonly DatanodeId[],
): Diagnostic | null {
  const facts = factsOf(rule, items);
  if (feasible(facts, null, places)) return null;
  const constraints: Constraint[] = [
    ...rule.exclude
      .map((datanode) => ({ kind: "drain" as const, datanode }))
      .sort((a, b) => compareIds(a.datanode, b.datanode)),
    ...(rule.capacity.regions === undefined ? [] : [{ kind: "regions" as const }]),
    ...(rule.capacity.bytes === undefined ? [] : [{ kind: "bytes" as const }]),
    ...(skewOf(rule) === null ? [] : [{ kind: "skew" as const }]),
    ...items.flatMap((item, index) => (item.target === null ? [] : [{ kind: "pin" as const, item, index }])),
  ];
  const conflict = smallestConflict(constraints, (subset) => feasible(facts, subset, null));
  if (conflict === null) return null;
  return errorDiagnostic({
    code: "PLACEMENT_INFEASIBLE",
    summary: `The rules of placement ${rule.name} cannot all hold`,
    detail: [...linesOf(conflict, rule), `${reasonOf(conflict, facts)} ${adviceOn(conflict, facts)}`].join("\n"),
    address: rule.name,
  });
}

interface Facts {
  readonly rule: PlacementRule;
  readonly items: readonly RuleItem[];
  readonly sizes: Float64Array;
  readonly datanodes: readonly DatanodeId[];
  /** Table of each item, by number. */
  readonly tableOf: readonly number[];
  readonly tables: number;
}

function factsOf(rule: PlacementRule, items: readonly RuleItem[]): Facts {
  const numbers = new Map<string, number>();
  let [last, lastNumber]: [unknown, number] = [null, 0];
  const tableOf = items.map(({ region: { table } }) => {
    if (table === last) return lastNumber;
    const key = tableKey(table);
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    [last, lastNumber] = [table, numbers.get(key)!];
    return lastNumber;
  });
  const datanodes = [...new Set(rule.datanodes.map(({ id }) => id))].sort(compareIds);
  return {
    rule,
    items,
    sizes: rule.capacity.bytes === undefined ? new Float64Array() : sizesOf(items),
    datanodes,
    tableOf,
    tables: numbers.size,
  };
}

/** Whether these constraints (null: all) leave every region a place, as far as counting tells. */
function feasible(facts: Facts, subset: readonly Constraint[] | null, known: readonly DatanodeId[] | null): boolean {
  const { rule, items, datanodes } = facts;
  const drained = new Set(
    subset === null ? rule.exclude : subset.flatMap((each) => (each.kind === "drain" ? [each.datanode] : [])),
  );
  const open = known ?? datanodes.filter((id) => !drained.has(id));
  const has = (kind: Constraint["kind"]): boolean => subset === null || subset.some((each) => each.kind === kind);
  const pinned = new Set(subset?.flatMap((each) => (each.kind === "pin" ? [each.index] : [])));
  const pinOf = (index: number): DatanodeId | null =>
    subset === null || pinned.has(index) ? items[index]!.target : null;
  const inside = new Map(open.map((id, place) => [id, place]));
  if (open.length === 0) {
    const stays = (item: RuleItem): boolean =>
      rule.strategy === "pinned" && !drained.has(item.region.leader ?? item.target!);
    return items.every((item, index) => (pinOf(index) === null ? stays(item) : !drained.has(pinOf(index)!)));
  }
  const load: Load = { counts: new Int32Array(open.length), bytes: new Float64Array(open.length) };
  for (let index = 0; index < items.length; index += 1) {
    const target = pinOf(index);
    if (target === null) continue;
    if (drained.has(target)) return false;
    const place = inside.get(target);
    if (place === undefined) continue;
    load.counts[place]! += 1;
    load.bytes[place]! += facts.sizes[index] ?? 0;
  }
  return (
    (!has("regions") ||
      rule.capacity.regions === undefined ||
      fitsRegions(load, items.length, rule.capacity.regions)) &&
    (!has("bytes") || rule.capacity.bytes === undefined || fitsBytes(load, facts.sizes, Number(rule.capacity.bytes))) &&
    (!has("skew") || skewOf(rule) === null || fitsSkew(facts, inside, pinOf, skewOf(rule)!))
  );
}

/** The skew that nothing may exceed; null when there is none, or nothing is counted. */
function skewOf({ strategy, by, maxSkew }: PlacementRule): number | null {
  return strategy === "pinned" || (strategy === "balance" && by === "bytes") ? null : (maxSkew ?? null);
}

interface Load {
  readonly counts: Int32Array;
  readonly bytes: Float64Array;
}

function fitsRegions({ counts }: Load, regions: number, most: number): boolean {
  return regions <= most * counts.length && counts.every((count) => count <= most);
}

/** What must hold; that all regions fit beside each other cannot be told by counting. */
function fitsBytes({ bytes }: Load, sizes: Float64Array, most: number): boolean {
  let sum = 0;
  for (const size of sizes) {
    if (size > most) return false;
    sum += size;
  }
  return sum <= most * bytes.length && bytes.every((load) => load <= most);
}

/** Whether pins leave a window of `skew` for the counts: of each table with `spread`, of all together with `balance`. */
function fitsSkew(
  facts: Facts,
  inside: ReadonlyMap<DatanodeId, number>,
  pinOf: (index: number) => DatanodeId | null,
  skew: number,
): boolean {
  const together = facts.rule.strategy === "balance";
  const groups = together ? 1 : facts.tables;
  const totals = new Int32Array(groups);
  const pinned: Map<number, number>[] = Array.from({ length: groups }, () => new Map<number, number>());
  facts.items.forEach((_, index) => {
    const group = together ? 0 : facts.tableOf[index]!;
    totals[group]! += 1;
    const target = pinOf(index);
    const place = target === null ? undefined : inside.get(target);
    if (place !== undefined) pinned[group]!.set(place, (pinned[group]!.get(place) ?? 0) + 1);
  });
  return pinned.every((counts, group) => {
    // The lowest window that the fullest place allows; what all others must then hold at least has to be there.
    const low = Math.max(0, ...[...counts.values()].map((count) => count - skew));
    let least = low * (inside.size - counts.size);
    for (const count of counts.values()) least += Math.max(count, low);
    return least <= totals[group]!;
  });
}

function linesOf(conflict: readonly Constraint[], rule: PlacementRule): readonly string[] {
  const lines = conflict.map((each) => `  ${nameOf(each, rule)}`);
  return lines.length <= SHOWN ? lines : [...lines.slice(0, SHOWN), `  and ${lines.length - SHOWN} more`];
}

const SHOWN = 12;

function nameOf(constraint: Constraint, rule: PlacementRule): string {
  switch (constraint.kind) {
    case "pin":
      return `${tableKey(constraint.item.region.table)} ${constraint.item.region.partition} is pinned to datanode ${constraint.item.target}`;
    case "drain":
      return `datanode ${constraint.datanode} is excluded`;
    case "regions":
      return `a datanode may hold ${rule.capacity.regions} regions`;
    case "bytes":
      return `a datanode may hold ${formatBytes(rule.capacity.bytes ?? null)}`;
    case "skew":
      return `a datanode may hold at most ${rule.maxSkew} regions more than another`;
  }
}

function reasonOf(conflict: readonly Constraint[], { rule, items, sizes, datanodes }: Facts): string {
  const open = datanodes.length - conflict.filter((each) => each.kind === "drain").length;
  const pins = conflict.filter((each) => each.kind === "pin").length;
  if (datanodes.length === 0) return "The cluster has no datanode.";
  if (open === 0) return "No datanode is left.";
  if (conflict.some((each) => each.kind === "regions")) {
    return pins > 0
      ? `${pins} pinned regions do not fit on one datanode.`
      : `${items.length} regions do not fit on ${open} datanodes with ${rule.capacity.regions} each: ${items.length - open * (rule.capacity.regions ?? 0)} are left over.`;
  }
  if (conflict.some((each) => each.kind === "bytes")) {
    const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
    if (largest > Number(rule.capacity.bytes)) return `The largest region counts as ${formatBytes(BigInt(largest))}.`;
    const all = sizes.reduce((sum, size) => sum + size, 0);
    return pins > 0
      ? "The pinned regions together are larger."
      : `All regions count as ${formatBytes(BigInt(all))} on ${open} datanodes.`;
  }
  if (conflict.some((each) => each.kind === "skew"))
    return "The pinned regions alone put more on one datanode than the others can have.";
  return "Both cannot be.";
}

function adviceOn(conflict: readonly Constraint[], { rule, items, sizes, datanodes }: Facts): string {
  const has = (kind: Constraint["kind"]): boolean => conflict.some((each) => each.kind === kind);
  const open = Math.max(1, datanodes.length - conflict.filter((each) => each.kind === "drain").length);
  const advice: string[] = [];
  if (has("regions")) {
    const needed = Math.max(Math.ceil(items.length / open), conflict.filter((each) => each.kind === "pin").length);
    advice.push(`raise the capacity to ${needed} regions`);
  }
  if (has("bytes") && rule.capacity.bytes !== undefined) {
    const all = sizes.reduce((sum, size) => sum + size, 0);
    const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
    advice.push(`raise the capacity to at least ${formatBytes(BigInt(Math.max(Math.ceil(all / open), largest)))}`);
  }
  if (has("skew")) advice.push("raise the maximum skew");
  if (has("pin")) advice.push("remove or change one of the pins");
  if (has("drain")) advice.push("keep one of the excluded datanodes");
  if (!has("pin")) advice.push("add a datanode");
  const text = advice.length < 2 ? advice.join("") : `${advice.slice(0, -1).join(", ")}, or ${advice.at(-1)}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
