import type { Move } from "./change";
import type { Certificate, PlaceAfterCreate, Schedule } from "./plan";
import { formatBytes } from "./byte-size";
import { describeRule, type PlacementRule } from "./placement-rule";
import { sameTable, tableKey } from "./table-key";

/**
 * The moves of a plan as plain lines, for a terminal and for Terraform's planned attribute: a heading, then each round with its moves.
 * `moves` is in the order that `schedule` counts. With a `certificate` the heading says how many moves are needed at least. One line without a line end when there is nothing to move.
 *
 * @example
 * 2 moves, 2 rounds (no schedule has fewer than 2)
 * round 1
 *   datanode 3 -> 2  public.cpu  host < 'g'  region 4398046511104  1.2 MiB  (pinned)
 */
export function renderMoves(moves: readonly Move[], schedule: Schedule, certificate?: Certificate): string {
  if (moves.length === 0) return "no moves";
  const proof =
    certificate === undefined
      ? ""
      : ` (${certificate.proven ? "minimum" : "not proven minimal, at least"} ${certificate.minimumMoves})`;
  const lines = [
    `${count(moves.length, "move")}${proof}, ${count(schedule.rounds.length, "round")} (no schedule has fewer than ${schedule.minimumRounds})`,
  ];
  schedule.rounds.forEach((round, index) => {
    lines.push(`round ${index + 1}`);
    for (const position of round) lines.push(`  ${renderMove(moves[position]!)}`);
  });
  return lines.join("\n");
}

/** One move on one line. */
export function renderMove(move: Move): string {
  return [
    `datanode ${move.from} -> ${move.to}`,
    tableKey(move.table),
    move.partition,
    `region ${move.region}`,
    formatBytes(move.sizeBytes),
    `(${move.reason})`,
  ].join("  ");
}

/**
 * What becomes of regions that the plan makes first, without a line end: a heading, then their pins.
 *
 * @example
 * place the regions of public.cpu once they exist: by balance
 *   host < 'g' -> datanode 2
 */
export function renderAfterCreate({ table, pins }: PlaceAfterCreate, rules: readonly PlacementRule[]): string {
  const how = rules.filter((rule) => rule.tables.some((own) => sameTable(own, table))).map((rule) => `: ${describeRule(rule)}`);
  const targets = Object.entries(pins).map(([partition, datanode]) => `  ${partition} -> datanode ${datanode}`);
  return [`place the regions of ${tableKey(table)} once they exist${how.join("")}`, ...targets].join("\n");
}

/** `1 move`, `2 moves`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
