import type { Comparison } from "./comparison";
import { type Deviation, isAbout, judge } from "./deviations";

/** What a replay is held to. */
export interface Requirements {
  /** `GreptimeDB 1.1.4, statements.jsonl` */
  readonly title: string;
  readonly deviations: readonly Deviation[];
  /** The file of `test/recorded/` that lists them. */
  readonly deviationsFile: string;
  /** Groups of which {@link LEAST_EQUAL} must be equal, whatever is listed. */
  readonly groups: readonly string[];
}

/** How the dev cluster compares with a recorded server. */
export interface Report {
  readonly lines: readonly string[];
  /** Whether every difference is listed, every listed one is a difference, and the required groups are equal enough. */
  readonly ok: boolean;
}

export const LEAST_EQUAL = 0.95;

/** Groups with how many of their answers are equal, in the recording's order. */
export function groupsOf(comparisons: readonly Comparison[]): readonly { readonly group: string; readonly equal: number; readonly total: number }[] {
  return [...new Set(comparisons.map((c) => c.group))].map((group) => {
    const own = comparisons.filter((c) => c.group === group);
    return { group, equal: own.filter((c) => c.equal).length, total: own.length };
  });
}

export function reportOf(comparisons: readonly Comparison[], { title, deviations, deviationsFile, groups: required }: Requirements): Report {
  const { unexplained, outdated } = judge(comparisons, deviations);
  const groups = groupsOf(comparisons);
  const listed = `test/recorded/${deviationsFile}`;
  const short = groups.filter((g) => required.includes(g.group) && g.equal / g.total < LEAST_EQUAL);
  const missing = required.filter((name) => !groups.some((g) => g.group === name));
  const lines = [title, ...groups.map((g) => `  ${g.group}: ${g.equal} of ${g.total} equal${short.includes(g) ? `, fewer than ${LEAST_EQUAL * 100} %` : ""}`)];
  for (const name of missing) lines.push(`  ${name}: MISSING in the recording`);
  for (const c of comparisons.filter((one) => !one.equal)) {
    const reason = deviations.find((d) => isAbout(d, c))?.reason ?? `NOT LISTED in ${listed}`;
    lines.push("", `  line ${c.line} [${c.group}] ${c.what}`, `    recorded: ${c.expected}`, `    here:     ${c.actual}`, `    reason:   ${reason}`);
  }
  for (const d of outdated) lines.push("", `  line ${d.line} ${d.what}`, `    is listed in ${listed} but is equal now`);
  return { lines, ok: unexplained.length + outdated.length + short.length + missing.length === 0 };
}
