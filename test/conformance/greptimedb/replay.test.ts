import type { Comparison } from "../comparison";
import { reportOf, type Requirements } from "../report";
import { RECORDED_VERSIONS, replayStatements } from "./replay";
import { replayTypes } from "./replay-types";
import { requirements } from "./reports";

function expectExplained(comparisons: readonly Comparison[], required: Requirements): void {
  const { ok, lines } = reportOf(comparisons, required);
  expect(ok ? [] : lines).toEqual([]);
}

// On a real cluster there is nothing to compare with: the recordings were made on a fresh one.
const describeReplay = process.env["TOPOFORM_GREPTIMEDB_URL"] === undefined ? describe : describe.skip;

describeReplay.each(RECORDED_VERSIONS)("recorded answers of GreptimeDB %s", (version) => {
  test("every statement is answered as the real server answered it", async () => {
    const comparisons = await replayStatements(version);
    expect(comparisons.length).toBe(299);
    expectExplained(comparisons, requirements(version, "statements.jsonl"));
  });

  test("every declared column type behaves as on the real server", async () => {
    const comparisons = await replayTypes(version);
    expect(comparisons.length).toBe(69);
    expectExplained(comparisons, requirements(version, "types.jsonl"));
  });
});
