import { type Deviation, judge, readDeviations } from "./deviations";
import { type Comparison, replayStatements } from "./replay";

/** How the dev cluster compares with the recorded 3.2.1 server. */
export interface KwdbConformanceReport {
  /** Per group, in the recording's order: how many answers of how many are equal. */
  readonly groups: readonly { readonly group: string; readonly equal: number; readonly total: number }[];
  readonly differences: readonly { readonly comparison: Comparison; /** null: not listed in test/recorded/kwdb-deviations.json. */ readonly reason: string | null }[];
  /** Listed differences that are equal now. */
  readonly outdated: readonly Deviation[];
  /** Whether every difference is listed and every listed one is a difference. */
  readonly ok: boolean;
}

/** Replays the recording on fresh dev clusters and judges every answer. */
export async function runKwdbConformance(): Promise<KwdbConformanceReport> {
  return reportOf(await replayStatements(), readDeviations());
}

export function reportOf(comparisons: readonly Comparison[], deviations: readonly Deviation[]): KwdbConformanceReport {
  const { unexplained, outdated } = judge(comparisons, deviations);
  const groups = [...new Set(comparisons.map((c) => c.group))].map((group) => {
    const own = comparisons.filter((c) => c.group === group);
    return { group, equal: own.filter((c) => c.equal).length, total: own.length };
  });
  const differences = comparisons.filter((c) => !c.equal).map((comparison) => ({ comparison, reason: deviations.find((d) => d.line === comparison.line && d.what === comparison.what)?.reason ?? null }));
  return { groups, differences, outdated, ok: unexplained.length + outdated.length === 0 };
}

/** The report as the lines that `npm run conformance` prints. */
export function printReport({ groups, differences, outdated }: KwdbConformanceReport): string {
  const lines = ["KWDB 3.2.1, statements.jsonl", ...groups.map((g) => `  ${g.group}: ${g.equal} of ${g.total} equal`)];
  for (const { comparison: c, reason } of differences) {
    lines.push("", `  line ${c.line} [${c.group}] ${c.what}`, `    recorded: ${c.expected}`, `    here:     ${c.actual}`, `    reason:   ${reason ?? "NOT LISTED in test/recorded/kwdb-deviations.json"}`);
  }
  for (const d of outdated) lines.push("", `  line ${d.line} ${d.what}`, "    is listed in test/recorded/kwdb-deviations.json but is equal now");
  return lines.join("\n");
}
