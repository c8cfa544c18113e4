import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Comparison } from "./replay";

/** A known difference between the dev cluster and the recorded server. */
export interface Deviation {
  readonly line: number;
  /** The statement, so that a shifted line number is noticed. */
  readonly what: string;
  readonly reason: string;
}

export function readDeviations(): readonly Deviation[] {
  return JSON.parse(readFileSync(join(process.cwd(), "test", "recorded", "kwdb-deviations.json"), "utf8")) as Deviation[];
}

export interface Verdict {
  /** Differences that no deviation names. */
  readonly unexplained: readonly Comparison[];
  /** Deviations that name a line that is equal, or none. */
  readonly outdated: readonly Deviation[];
}

export function judge(comparisons: readonly Comparison[], deviations: readonly Deviation[]): Verdict {
  const names = (d: Deviation, c: Comparison): boolean => d.line === c.line && d.what === c.what;
  return {
    unexplained: comparisons.filter((c) => !c.equal && !deviations.some((d) => names(d, c))),
    outdated: deviations.filter((d) => !comparisons.some((c) => !c.equal && names(d, c))),
  };
}
