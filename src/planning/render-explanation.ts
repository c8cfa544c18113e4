import { formatBytes } from "./byte-size";
import type { Bottleneck, DatanodeLoad, PlanExplanation } from "./explain-plan";
import { bytesLine, count, movesLine } from "./render-plan";

/** How many datanodes are listed one by one. */
const LISTED = 40;

/**
 * An explanation as plain lines, without a line end.
 *
 * @example
 * moves: 9000 (minimum 9000)
 * rounds: 23 (no schedule has fewer than 23)
 * bottleneck: datanode 17 receives 92 regions, 4 at a time: 23 rounds
 */
export function renderExplanation(explanation: PlanExplanation): string {
  const bytes = bytesLine(explanation.movedBytes, explanation.minimumBytes);
  return [
    ...movesLines(explanation),
    ...(bytes === null ? [] : [bytes]),
    ...(explanation.moves === 0
      ? []
      : [`rounds: ${explanation.rounds} (no schedule has fewer than ${explanation.minimumRounds})`]),
    ...makespanLine(explanation),
    ...(explanation.bottleneck === null ? [] : [`bottleneck: ${renderBottleneck(explanation.bottleneck)}`]),
    ...(explanation.moves === 0
      ? []
      : [`reasons: ${explanation.reasons.map(({ reason, moves }) => `${moves} ${reason}`).join(", ")}`]),
    ...durationLine(explanation),
    ...loadLines(explanation),
  ].join("\n");
}

/** `datanode 17 receives 92 regions, 4 at a time: 23 rounds`. */
export function renderBottleneck(bottleneck: Bottleneck): string {
  const { moves, atOnce, rounds } = bottleneck;
  const figures = `${count(moves, "region")}, ${atOnce} at a time: ${count(rounds, "round")}`;
  switch (bottleneck.kind) {
    case "incoming":
      return `datanode ${bottleneck.datanode} receives ${figures}`;
    case "outgoing":
      return `datanode ${bottleneck.datanode} gives ${figures}`;
    case "table":
      return `table ${bottleneck.table} moves ${figures}`;
    case "cluster":
      return `the cluster moves ${figures}`;
  }
}

/** A plan that says nothing of its moves must not look like one that is proven to need none. */
function movesLines(explanation: PlanExplanation): readonly string[] {
  const { moves, blocked, tablesToCome } = explanation;
  return [
    ...(moves > 0 || blocked + tablesToCome === 0 ? [movesLine(explanation)] : []),
    ...(blocked === 0 ? [] : [`blocked: ${count(blocked, "reason")}, named above; moves that wait for them are not counted`]),
    ...(tablesToCome === 0 ? [] : [`later: which regions of ${count(tablesToCome, "table")} move is known once they exist`]),
  ];
}

function makespanLine({ moves, makespanBytes, minimumMakespanBytes }: PlanExplanation): readonly string[] {
  if (moves === 0 || makespanBytes === null || minimumMakespanBytes === null) return [];
  return [`by size: ${formatBytes(makespanBytes)} one after another (no schedule has less than ${formatBytes(minimumMakespanBytes)}); sizes count in classes`];
}

function durationLine({ duration, moves }: PlanExplanation): readonly string[] {
  if (moves === 0) return [];
  if (duration === null) return ["duration: not known; no move has been measured yet"];
  const { expectedMs, leastMs, pastMoves } = duration;
  return [
    `duration: about ${timeText(expectedMs)}, at least ${timeText(leastMs)}, as ${count(pastMoves, "past move")} went`,
  ];
}

/** `0.8 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function timeText(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function loadLines({ datanodes, moves }: PlanExplanation): readonly string[] {
  if (moves === 0) return [];
  const changed = datanodes.filter((load) => load.before !== load.after || load.worst !== load.before);
  const shown = changed.slice(0, LISTED);
  const rows = [["datanode", "before", "worst", "after", "size before", "size after"], ...shown.map(cells)];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join("  "));
  const hidden = changed.length - shown.length;
  const same = datanodes.length - changed.length;
  return [
    "regions on each datanode:",
    ...lines.map((line) => `  ${line}`),
    ...(hidden > 0 ? [`  and ${hidden} more that change`] : []),
    ...(same > 0 ? [`  ${count(same, "datanode")} without a change`] : []),
  ];
}

function cells({ datanode, before, worst, after, bytesBefore, bytesAfter }: DatanodeLoad): readonly string[] {
  const size = (bytes: bigint | null): string => (bytes === null ? "unknown" : formatBytes(bytes));
  return [`${datanode}`, `${before}`, `${worst}`, `${after}`, size(bytesBefore), size(bytesAfter)];
}
