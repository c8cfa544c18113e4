import { show, type Finding } from "./validation";

/** How applies to a cluster are executed and verified. It changes no plan: a saved plan stays valid when it changes. */
export interface RunDeclaration {
  /** How rows are compared before and after. Default `exact`. */
  readonly verifyRows?: VerifyRows;
  /** With `exact`: tables with more rows, by the server's statistics, are compared by statistics. Default 10 million. */
  readonly verifyRowsLimit?: number;
  /** Whether checksums of each touched table are compared too. Default false. */
  readonly verifyChecksums?: boolean;
  /** Seconds that a move waits for a silent datanode, or for somebody else's migration, before it is given up. Default 60. */
  readonly waitSeconds?: number;
}

/** Counted, by the server's statistics (which lag by some seconds), or not at all. */
export type VerifyRows = "exact" | "statistics" | "off";

export const VERIFY_ROWS = ["exact", "statistics", "off"] as const satisfies readonly VerifyRows[];
export const DEFAULT_VERIFY_ROWS_LIMIT = 10_000_000;
export const DEFAULT_WAIT_SECONDS = 60;

/** What is wrong with it; paths begin with `run`. */
export function runFindings(run: RunDeclaration, isUnresolved: (value: unknown) => boolean): readonly Finding[] {
  const findings: Finding[] = [];
  const { verifyRows, verifyRowsLimit, waitSeconds } = run;
  if (verifyRows !== undefined && !isUnresolved(verifyRows) && !VERIFY_ROWS.includes(verifyRows)) {
    findings.push({
      code: "VERIFY_ROWS_UNKNOWN",
      summary: "Unknown way to compare rows",
      detail: `verify_rows is ${show(verifyRows)}. Allowed: ${VERIFY_ROWS.join(", ")}.`,
      path: ["run", "verify_rows"],
    });
  }
  for (const [name, value] of [["verify_rows_limit", verifyRowsLimit], ["wait_seconds", waitSeconds]] as const) {
    if (value === undefined || isUnresolved(value) || (Number.isSafeInteger(value) && value >= 0)) continue;
    findings.push({
      code: "RUN_NUMBER_OUT_OF_RANGE",
      summary: "Number out of range",
      detail: `${name} is ${show(value)}. Allowed: whole numbers from 0. Leave it out for the default.`,
      path: ["run", name],
    });
  }
  return findings;
}
