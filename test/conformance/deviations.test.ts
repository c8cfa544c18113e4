import { type Deviation, judge } from "./deviations";
import type { Comparison } from "./replay";

const comparison = (line: number, equal: boolean): Comparison => ({ line, group: "g", what: `statement ${line}`, equal, expected: "a", actual: equal ? "a" : "b" });
const deviation = (line: number): Deviation => ({ version: "1.1.4", file: "statements.jsonl", line, what: `statement ${line}`, reason: "known" });

describe("the list of deviations", () => {
  test("a difference that is not listed fails", () => {
    expect(judge("1.1.4", "statements.jsonl", [comparison(1, false), comparison(2, false)], [deviation(1)])).toEqual({ unexplained: [comparison(2, false)], outdated: [] });
  });

  test("a listed line that is equal, moved or gone fails", () => {
    const listed = [deviation(1), { ...deviation(2), what: "another" }, deviation(3)];
    expect(judge("1.1.4", "statements.jsonl", [comparison(1, true), comparison(2, false)], listed)).toEqual({ unexplained: [comparison(2, false)], outdated: listed });
  });

  test("lists of another version or file do not count", () => {
    expect(judge("1.0.2", "statements.jsonl", [comparison(1, false)], [deviation(1)]).unexplained).toHaveLength(1);
    expect(judge("1.1.4", "types.jsonl", [comparison(1, false)], [deviation(1)]).unexplained).toHaveLength(1);
  });
});
