import { readFile, stat } from "node:fs/promises";
import { statePaths } from "./journal/state-directory";
import { replaceFile } from "./journal/replace-file";

/** How long one move took, from its flush to its confirmation. */
export interface PastMove {
  /** When it ended. Milliseconds since the epoch. */
  readonly at: number;
  /** Size of the region when the move was planned; null when the server had no figure. */
  readonly bytes: bigint | null;
  readonly ms: number;
}

/** As many moves are kept per cluster; the oldest go first. */
export const MOST_PAST_MOVES = 2_000;

/**
 * The moves that past runs on this machine have timed, oldest first; for estimates. `directory`: the state directory; `identity`: of the
 * cluster, as for its journal. Empty when there are none or they cannot be read: nothing depends on them.
 */
export async function readMoveHistory(directory: string, identity: string): Promise<readonly PastMove[]> {
  const path = statePaths(directory, identity).history;
  try {
    if (!(await stat(path)).isFile()) return [];
    return (await readFile(path, "utf8")).split("\n").flatMap(parseLine);
  } catch {
    return [];
  }
}

/** Adds moves. Rejects with the system's error. */
export async function addMoveHistory(directory: string, identity: string, moves: readonly PastMove[]): Promise<void> {
  if (moves.length === 0) return;
  const kept = [...(await readMoveHistory(directory, identity)), ...moves].slice(-MOST_PAST_MOVES);
  const lines = kept.map(({ at, bytes, ms }) => JSON.stringify({ at, bytes: bytes?.toString() ?? null, ms }));
  await replaceFile(statePaths(directory, identity).history, `${lines.join("\n")}\n`);
}

function parseLine(line: string): readonly PastMove[] {
  try {
    const { at, bytes, ms } = JSON.parse(line) as { at?: unknown; bytes?: unknown; ms?: unknown };
    if (typeof at !== "number" || typeof ms !== "number") return [];
    return [{ at, ms, bytes: typeof bytes === "string" && /^\d+$/.test(bytes) ? BigInt(bytes) : null }];
  } catch {
    return [];
  }
}
