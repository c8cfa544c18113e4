import { DEFAULT_VERIFY_ROWS_LIMIT, DEFAULT_WAIT_SECONDS, type RunDeclaration, type VerifyRows } from "../topology/run-declaration";

/** How a run goes about its plan. */
export interface RunTerms {
  readonly verifyRows: VerifyRows;
  /** With `exact`: tables with more rows, by the server's statistics, are compared by statistics. */
  readonly verifyRowsLimit: bigint;
  /** Whether a checksum of each touched table is taken before and after. */
  readonly verifyChecksums: boolean;
  /** How long a move may be held by a silent datanode or by others before it is given up, in milliseconds. */
  readonly patienceMs: number;
}

/** What is asked for goes before what is declared, and that before the defaults. */
export function runTerms(asked: Partial<RunTerms>, declared: RunDeclaration = {}): RunTerms {
  return {
    verifyRows: asked.verifyRows ?? declared.verifyRows ?? "exact",
    verifyRowsLimit: asked.verifyRowsLimit ?? BigInt(declared.verifyRowsLimit ?? DEFAULT_VERIFY_ROWS_LIMIT),
    verifyChecksums: asked.verifyChecksums ?? declared.verifyChecksums ?? false,
    patienceMs: asked.patienceMs ?? 1_000 * (declared.waitSeconds ?? DEFAULT_WAIT_SECONDS),
  };
}
