import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Comparison, RecordedVersion } from "./replay";

export type RecordingFile = "statements.jsonl" | "types.jsonl";

/** A known difference between the dev cluster and the recorded server. */
export interface Deviation {
  readonly version: RecordedVersion;
  readonly file: RecordingFile;
  readonly line: number;
  /** The statement or type, so that a shifted line number is noticed. */
  readonly what: string;
  readonly reason: string;
}

export function readDeviations(): readonly Deviation[] {
  return JSON.parse(readFileSync(join(process.cwd(), "test", "recorded", "deviations.json"), "utf8")) as Deviation[];
}

export interface Verdict {
  /** Differences that no deviation names. */
  readonly unexplained: readonly Comparison[];
  /** Deviations that name a line that is equal, or none. */
  readonly outdated: readonly Deviation[];
}

export function judge(version: RecordedVersion, file: RecordingFile, comparisons: readonly Comparison[], deviations: readonly Deviation[]): Verdict {
  const mine = deviations.filter((d) => d.version === version && d.file === file);
  const names = (d: Deviation, c: Comparison): boolean => d.line === c.line && d.what === c.what;
  return {
    unexplained: comparisons.filter((c) => !c.equal && !mine.some((d) => names(d, c))),
    outdated: mine.filter((d) => !comparisons.some((c) => !c.equal && names(d, c))),
  };
}
