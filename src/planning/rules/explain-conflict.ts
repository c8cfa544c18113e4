import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { countsArePossible } from "../assign/assign-by-counts";
import type { AssignmentProblem } from "../assign/assignment";
import { assignRegions } from "../assign/assign-regions";
import { formatBytes } from "../byte-size";
import { count } from "../render-plan";
import { countsLeaveRoom } from "./count-room";
import { constraintsOf, groupOf, onlyWith, type Constraint } from "./constraints";
import { numberItems, openDatanodes } from "./number-items";
import type { PlacementRule } from "./placement-rule";
import { sizesOf, type RuledItems, type RuleItem } from "./rule-item";
import { smallestConflict } from "./smallest-conflict";
import { tableKey } from "../table-key";
import { fittingBytes, roundedUp } from "./fitting-bytes";
import { listOf, sentence } from "./words";

/** With more regions or datanodes a search over the regions themselves comes to no end: their numbers alone are looked at. */
const MOST_REGIONS = 120;
const MOST_DATANODES = 31;
/** How many regions the search for smaller conflicts may look at, and the one for the first conflict. */
const MOST_LOOKS = 60_000;
const MOST_FIRST_LOOKS = 20_000_000;
/** How much work one question about numbers may be: a few flows. */
const WORK_OF_A_QUESTION = 20_000;

/**
 * Why no placement can keep all rules, as the smallest set of rules that conflict, in the user's names, with what would help; null when
 * the rules leave room as far as is found out.
 */
export function explainConflict(ruled: RuledItems): Diagnostic | null {
  const { rule, items } = ruled;
  const small = items.length <= MOST_REGIONS && rule.datanodes.length <= MOST_DATANODES;
  const leavesRoom = small ? searchLeavesRoom : numbersLeaveRoom;
  const looks = small ? items.length + 1 : items.length + rule.tables.length * rule.datanodes.length;
  const conflict = smallestConflict(
    constraintsOf(ruled),
    (kept) => mayLeaveRoom(onlyWith(ruled, kept), leavesRoom),
    { mostTried: Math.ceil(MOST_LOOKS / looks), mostAsked: Math.ceil(MOST_FIRST_LOOKS / looks), groupOf },
  );
  if (conflict === null) return null;
  const figures = figuresOf(conflict, ruled, small);
  return errorDiagnostic({
    code: "PLACEMENT_INFEASIBLE",
    summary: `The rules of placement ${rule.name} cannot all hold`,
    detail: [...linesOf(conflict, rule), [reasonOf(figures), ...sizesNote(figures), adviceOn(figures)].join(" ")].join("\n"),
    address: rule.name,
  });
}

/** Whether there may be a placement: that there is none is known only where counting or the closer look says so. */
function mayLeaveRoom(ruled: RuledItems, leavesRoom: (problem: AssignmentProblem) => boolean): boolean {
  if (!countsLeaveRoom(ruled)) return false;
  const { rule, items } = ruled;
  const places = openDatanodes(rule);
  if (places.length === 0 || items.length === 0) return true;
  // Evenness that nobody asked for in numbers forbids nothing.
  const asked: PlacementRule = rule.maxSkew === undefined ? { ...rule, strategy: "pinned" } : rule;
  return leavesRoom(numberItems({ rule: asked, items }, places));
}

function searchLeavesRoom(problem: AssignmentProblem): boolean {
  const assignment = assignRegions(problem);
  return assignment.kind === "assigned" || !assignment.proven;
}

function numbersLeaveRoom(problem: AssignmentProblem): boolean {
  return countsArePossible(problem, WORK_OF_A_QUESTION);
}

function linesOf(conflict: readonly Constraint[], rule: PlacementRule): readonly string[] {
  const lines = conflict.map((each) => `  ${nameOf(each, rule)}`);
  return lines.length <= SHOWN ? lines : [...lines.slice(0, SHOWN), `  and ${lines.length - SHOWN} more`];
}

const SHOWN = 12;

function nameOf(constraint: Constraint, rule: PlacementRule): string {
  switch (constraint.kind) {
    case "pin":
      return `${partitionText(constraint.item)} is pinned to datanode ${constraint.item.target}`;
    case "drain":
      return `datanode ${constraint.datanode} is excluded`;
    case "regions":
      return `a datanode may hold ${count(rule.capacity.regions!, "region")}`;
    case "bytes":
      return `a datanode may hold ${formatBytes(rule.capacity.bytes ?? null)}`;
    case "skew":
      return `a datanode may hold at most ${count(rule.maxSkew!, "region")} more than another`;
  }
}

function partitionText({ region: { table, partition }, name }: RuleItem): string {
  return `${tableKey(table)} ${name === undefined || name === partition ? partition : `${name} (${partition})`}`;
}

/** The figures of a conflict. */
interface Figures {
  readonly rule: PlacementRule;
  readonly has: (kind: Constraint["kind"]) => boolean;
  readonly regions: number;
  /** By size class: of all regions, of the largest. */
  readonly bytes: number;
  readonly largest: number;
  /** All regions as they are; null where the size of one is not known. */
  readonly realBytes: bigint | null;
  /** A capacity in bytes with which everything fits, and hardly a lower one does; null where that is not searched. */
  readonly fittingBytes: number | null;
  readonly datanodes: number;
  /** Datanodes that the conflict's drains leave. */
  readonly open: number;
  readonly pins: number;
  /** Where the set is one limit and pins to one datanode: all pins to it, and their bytes by size class; else 0. */
  readonly pinnedToOne: number;
  readonly bytesToOne: number;
  /** How many rules conflict. */
  readonly members: number;
}

function figuresOf(conflict: readonly Constraint[], ruled: RuledItems, small: boolean): Figures {
  const { rule, items } = ruled;
  const reduced = onlyWith(ruled, conflict);
  const [sizes, counted] = [sizesOf(items), sizesOf(reduced.items)];
  const has = (kind: Constraint["kind"]): boolean => conflict.some((each) => each.kind === kind);
  const pins = conflict.flatMap((each) => (each.kind === "pin" ? [each.item.target] : []));
  const toOne = pins.length === conflict.length - 1 && new Set(pins).size === 1;
  const ofOne = items.flatMap(({ target }, index) => (toOne && target === pins[0] ? [sizes[index]!] : []));
  return {
    rule,
    has,
    regions: reduced.items.length,
    bytes: counted.reduce((sum, size) => sum + size, 0),
    largest: counted.reduce((most, size) => Math.max(most, size), 0),
    realBytes: reduced.items.reduce<bigint | null>(
      (sum, { region: { sizeBytes } }) => (sum === null || sizeBytes === null ? null : sum + sizeBytes),
      0n,
    ),
    fittingBytes: small && has("bytes") ? fittingBytes(ruled) : null,
    datanodes: openDatanodes({ ...rule, exclude: [] }).length,
    open: openDatanodes(reduced.rule).length,
    pins: pins.length,
    pinnedToOne: ofOne.length,
    bytesToOne: ofOne.reduce((sum, size) => sum + size, 0),
    members: conflict.length,
  };
}

function reasonOf(figures: Figures): string {
  const { rule, has, regions, bytes, largest, datanodes, open, pins, pinnedToOne, members } = figures;
  const [mostRegions, mostBytes] = [rule.capacity.regions ?? 0, Number(rule.capacity.bytes ?? 0n)];
  if (datanodes === 0) return "The cluster has no datanode.";
  if (open === 0) return "No datanode is left.";
  if (has("regions") && pins === 0 && regions > open * mostRegions)
    return `${doNotFit(regions, "region")} on ${count(open, "datanode")} with ${mostRegions} each: ${leftOver(regions - open * mostRegions)}.`;
  if (has("regions") && pinnedToOne > mostRegions)
    return `${doNotFit(pinnedToOne, "pinned region")} on one datanode.`;
  if (has("bytes") && largest > mostBytes) return `The largest region counts as ${bytesText(largest)}.`;
  if (has("bytes") && pins === 0 && bytes > open * mostBytes)
    return `All regions count as ${bytesText(bytes)} on ${count(open, "datanode")}.`;
  if (has("bytes") && figures.bytesToOne > mostBytes)
    return "The pinned regions together are larger.";
  if (has("skew") && members === pins + 1)
    return "The pinned regions alone put more on one datanode than the others can have.";
  if (has("drain") && pins === 1 && members === 2) return "Both cannot be.";
  return members === 1
    ? "However the regions are distributed, they do not all fit."
    : "Each alone can hold; together they leave no place for some regions.";
}

function adviceOn({ rule, has, regions, bytes, largest, open, pinnedToOne, bytesToOne, fittingBytes }: Figures): string {
  const places = Math.max(1, open);
  const [neededRegions, neededBytes] = [
    Math.max(Math.ceil(regions / places), pinnedToOne),
    Math.max(Math.ceil(bytes / places), largest, bytesToOne),
  ];
  const advice: string[] = [];
  if (has("regions"))
    advice.push(
      `raise the capacity ${neededRegions > (rule.capacity.regions ?? 0) ? `to ${count(neededRegions, "region")}` : "in regions"}`,
    );
  if (has("bytes")) advice.push(`raise the capacity ${bytesAdvice(fittingBytes, neededBytes, rule)}`);
  if (has("skew")) advice.push("raise the maximum skew");
  if (has("pin")) advice.push("remove or change one of the pins");
  if (has("drain")) advice.push("keep one of the excluded datanodes");
  if (!has("pin")) advice.push("add a datanode");
  return `${sentence(listOf(advice, "or"))}.`;
}

function bytesAdvice(fitting: number | null, needed: number, { capacity }: PlacementRule): string {
  if (fitting !== null) return `to ${bytesText(fitting)}`;
  return needed > Number(capacity.bytes ?? 0n) ? `to at least ${bytesText(roundedUp(needed))}` : "in bytes";
}

/** Why bytes are more than they seem. */
function sizesNote({ has, bytes, realBytes }: Figures): readonly string[] {
  if (!has("bytes")) return [];
  const classes = "Sizes count in classes, rounded up by at most half, and below 1 MiB to 1 MiB";
  if (realBytes === null || realBytes === BigInt(bytes)) return [`${classes}.`];
  return [`${classes}: all regions have ${formatBytes(realBytes)}, and count as ${bytesText(bytes)}.`];
}

function doNotFit(number: number, noun: string): string {
  return `${count(number, noun)} ${number === 1 ? "does" : "do"} not fit`;
}

function leftOver(number: number): string {
  return `${number} ${number === 1 ? "is" : "are"} left over`;
}

function bytesText(bytes: number): string {
  return formatBytes(BigInt(bytes));
}
