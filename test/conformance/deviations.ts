import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Comparison } from "./comparison";

/** A known difference between the dev cluster and a recorded server. */
export interface Deviation {
  readonly line: number;
  /** The statement or type, so that a shifted line number is noticed. */
  readonly what: string;
  readonly reason: string;
}

/** The list in a file of `test/recorded/`. */
export function readDeviations<T extends Deviation>(file: string): readonly T[] {
  return JSON.parse(readFileSync(join(process.cwd(), "test", "recorded", file), "utf8")) as T[];
}

export interface Verdict {
  /** Differences that no deviation names. */
  readonly unexplained: readonly Comparison[];
  /** Deviations that name a line that is equal, or none. */
  readonly outdated: readonly Deviation[];
}

export const isAbout = (deviation: Deviation, comparison: Comparison): boolean => deviation.line === comparison.line && deviation.what === comparison.what;

export function judge(comparisons: readonly Comparison[], deviations: readonly Deviation[]): Verdict {
  return {
    unexplained: comparisons.filter((c) => !c.equal && !deviations.some((d) => isAbout(d, c))),
    outdated: deviations.filter((d) => !comparisons.some((c) => !c.equal && isAbout(d, c))),
  };
}
