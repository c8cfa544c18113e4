import type { Comparison } from "./comparison";
import { type Deviation, judge } from "./deviations";
import { reportOf } from "./report";

const comparison = (line: number, equal: boolean): Comparison => ({ line, group: "g", what: `statement ${line}`, equal, expected: "a", actual: equal ? "a" : "b" });
const deviation = (line: number): Deviation => ({ line, what: `statement ${line}`, reason: "known" });
const report = (comparisons: readonly Comparison[], deviations: readonly Deviation[], groups: readonly string[] = []): ReturnType<typeof reportOf> =>
  reportOf(comparisons, { title: "t", deviations, deviationsFile: "list.json", groups });

describe("the list of deviations", () => {
  test("a difference that is not listed fails", () => {
    expect(judge([comparison(1, false), comparison(2, false)], [deviation(1)])).toEqual({ unexplained: [comparison(2, false)], outdated: [] });
    const { ok, lines } = report([comparison(1, false), comparison(2, false)], [deviation(1)]);
    expect(ok).toBe(false);
    expect(lines).toContain("    reason:   known");
    expect(lines).toContain("    reason:   NOT LISTED in test/recorded/list.json");
  });

  test("a listed line that is equal, moved or gone fails", () => {
    const listed = [deviation(1), { ...deviation(2), what: "another" }, deviation(3)];
    expect(judge([comparison(1, true), comparison(2, false)], listed)).toEqual({ unexplained: [comparison(2, false)], outdated: listed });
    expect(report([comparison(1, true)], [deviation(1)]).ok).toBe(false);
  });

  test("what is equal or listed passes", () => {
    expect(report([comparison(1, true), comparison(2, false)], [deviation(2)])).toMatchObject({ ok: true, lines: expect.arrayContaining(["  g: 1 of 2 equal"]) as unknown });
  });

  test("a required group must be there, and 95 % of it equal even if the rest is listed", () => {
    const twenty = Array.from({ length: 20 }, (_, i) => comparison(i + 1, i > 0));
    expect(report(twenty, [deviation(1)], ["g"]).ok).toBe(true);
    expect(report(twenty.slice(0, 19), [deviation(1)], ["g"])).toMatchObject({ ok: false, lines: expect.arrayContaining(["  g: 18 of 19 equal, fewer than 95 %"]) as unknown });
    expect(report(twenty, [deviation(1)], ["h"]).ok).toBe(false);
  });
});
