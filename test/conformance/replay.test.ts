import { judge, readDeviations, type RecordingFile } from "./deviations";
import { type Comparison, RECORDED_VERSIONS, type RecordedVersion, replayStatements } from "./replay";
import { replayTypes } from "./replay-types";

const REQUIRED_GROUPS = ["identity", "document 002", "partitioned table", "create table refusals", "alter", "admin"];

function expectExplained(version: RecordedVersion, file: RecordingFile, comparisons: readonly Comparison[]): void {
  const { unexplained, outdated } = judge(version, file, comparisons, readDeviations());
  expect(unexplained.map((c) => ({ line: c.line, what: c.what, recorded: c.expected, here: c.actual }))).toEqual([]);
  expect(outdated).toEqual([]);
}

// On a real cluster there is nothing to compare with: the recordings were made on a fresh one.
const describeReplay = process.env["TOPOFORM_GREPTIMEDB_URL"] === undefined ? describe : describe.skip;

describeReplay.each(RECORDED_VERSIONS)("recorded answers of GreptimeDB %s", (version) => {
  test("every statement is answered as the real server answered it", async () => {
    const comparisons = await replayStatements(version);
    expect(comparisons.length).toBe(299);
    expectExplained(version, "statements.jsonl", comparisons);
    for (const group of REQUIRED_GROUPS) {
      const own = comparisons.filter((c) => c.group === group);
      expect(own.filter((c) => c.equal).length / own.length).toBeGreaterThanOrEqual(0.95);
    }
  });

  test("every declared column type behaves as on the real server", async () => {
    const comparisons = await replayTypes(version);
    expect(comparisons.length).toBe(69);
    expectExplained(version, "types.jsonl", comparisons);
  });
});
