import type { Comparison } from "../comparison";
import { reportOf } from "../report";
import { replayStatements } from "./replay";
import { requirements } from "./reports";

describe("recorded answers of KWDB 3.2.1", () => {
  let comparisons: readonly Comparison[];
  beforeAll(async () => {
    comparisons = await replayStatements();
  }, 60_000);

  test("every line is answered as the real server answered it, but for the listed ones", () => {
    expect(comparisons.length).toBe(300);
    const { ok, lines } = reportOf(comparisons, requirements());
    expect(ok ? [] : lines).toEqual([]);
  });

  test("an answer that changes is noticed, and so is a list that is too long", () => {
    const required = requirements();
    const [first, ...rest] = comparisons;
    expect(reportOf([{ ...first!, equal: false, actual: "something else" }, ...rest], required).ok).toBe(false);
    expect(reportOf(comparisons, { ...required, deviations: [...required.deviations, { line: 1, what: first!.what, reason: "none" }] }).ok).toBe(false);
  });
});
