import { formatBytes } from "../byte-size";
import { count } from "../render-plan";
import { tableKey } from "../table-key";
import type { ConflictFigures } from "./conflict-figures";
import type { Constraint } from "./constraints";
import { roundedUp } from "./fitting-bytes";
import type { PlacementRule } from "./placement-rule";
import type { RuleItem } from "./rule-item";
import { listOf, sentence } from "./words";

/** The rules of a conflict, one on each line, in the names that the user gave. */
export function linesOf(conflict: readonly Constraint[], rule: PlacementRule): readonly string[] {
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

/** Why they conflict, in figures. */
export function reasonOf(figures: ConflictFigures): string {
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

/** What would help. */
export function adviceOn({ rule, has, regions, bytes, largest, open, pinnedToOne, bytesToOne, fittingBytes }: ConflictFigures): string {
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
export function sizesNote({ has, bytes, realBytes }: ConflictFigures): readonly string[] {
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
