import type { Move } from "./change";
import type { Certificate, PlaceAfterCreate, Schedule } from "./plan";
import { formatBytes } from "./byte-size";
import { describeRule, type PlacementRule } from "./rules/placement-rule";
import { sameTable, tableKey } from "./table-key";

/**
 * The moves of a plan as plain lines, for Terraform's planned attribute: how many there are and must be, then each round with its moves.
 * `moves` is in the order that `schedule` counts. One line without a line end when there is nothing to move.
 *
 * @example
 * moves: 2 (minimum 2), rounds: 2 (minimum 2)
 * round 1
 *   datanode 3 -> 2  public.cpu  host < 'g'  region 4398046511104  1.2 MiB  (pinned)
 */
export function renderMoves(moves: readonly Move[], schedule: Schedule, certificate: Certificate): string {
  if (moves.length === 0) return NO_MOVES;
  const lines = [renderCertificate(certificate, schedule)];
  schedule.rounds.forEach((round, index) => {
    lines.push(`round ${index + 1}`);
    for (const position of round) lines.push(`  ${renderMove(moves[position]!)}`);
  });
  return lines.join("\n");
}

/** What is said instead of moves when there are none. */
export const NO_MOVES = "no moves";

/** Moves, bytes where these are balanced, and rounds, each beside what it cannot be less than, on one line. */
export function renderCertificate(certificate: Certificate, { rounds, minimumRounds }: Schedule): string {
  const bytes = bytesLine(certificate.movedBytes ?? null, certificate.minimumBytes ?? null);
  return [
    movesLine(certificate),
    ...(bytes === null ? [] : [bytes]),
    `rounds: ${rounds.length} (${rounds.length === minimumRounds ? "minimum" : "at least"} ${minimumRounds})`,
  ].join(", ");
}

/** The number of moves beside the proof: `moves: 9000 (minimum 9000)`, `moves: 12 (at least 11, not proven minimal)`. */
export function movesLine({
  moves,
  minimumMoves,
  proven,
}: Pick<Certificate, "moves" | "minimumMoves" | "proven">): string {
  return `moves: ${moves} (${proven ? `minimum ${minimumMoves}` : `at least ${minimumMoves}, not proven minimal`})`;
}

/** The bytes that a plan by bytes moves beside the proof; null where bytes are not balanced, or none are moved. */
export function bytesLine(moved: bigint | null, minimum: bigint | null): string | null {
  if (moved === null || minimum === null || moved === 0n) return null;
  const least = formatBytes(minimum);
  const proof =
    moved === minimum
      ? `minimum ${least}`
      : `at least ${least}, ${percent(moved - minimum, moved)} less, not proven minimal`;
  return `bytes: ${formatBytes(moved)} (${proof})`;
}

function percent(part: bigint, whole: bigint): string {
  const tenths = (part * 1000n + whole - 1n) / whole;
  return `${tenths / 10n}.${tenths % 10n} %`;
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
