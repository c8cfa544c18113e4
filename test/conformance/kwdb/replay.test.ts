import { judge, readDeviations } from "./deviations";
import { type Comparison, replayOn, replayStatements } from "./replay";
import { printReport, reportOf } from "./run-conformance";

const REQUIRED_GROUPS = ["fresh zones", "document 004", "system ranges", "relational objects", "bad values", "partitions", "transactions", "cluster settings", "privileges", "start-single-node", "connect"];
/** What holds on any fresh cluster of five nodes with localities region=NODE1 … NODE5, whatever its build. */
const ON_A_REAL_SERVER = ["columns", "fresh zones", "system ranges", "relational objects", "bad values", "partitions", "transactions"];

const url = process.env["TOPOFORM_KWDB_URL"];

if (url === undefined) {
  describe("recorded answers of KWDB 3.2.1", () => {
    let comparisons: readonly Comparison[];
    beforeAll(async () => {
      comparisons = await replayStatements();
    }, 60_000);

    test("every line is replayed, and every difference is listed with its reason", () => {
      expect(comparisons.length).toBe(300);
      const { unexplained, outdated } = judge(comparisons, readDeviations());
      expect(unexplained.map((c) => ({ line: c.line, what: c.what, recorded: c.expected, here: c.actual }))).toEqual([]);
      expect(outdated).toEqual([]);
    });

    test.each(REQUIRED_GROUPS)("at least 95 %% of group %s are equal", (group) => {
      const own = comparisons.filter((c) => c.group === group);
      expect(own.length).toBeGreaterThan(0);
      expect(own.filter((c) => c.equal).length / own.length).toBeGreaterThanOrEqual(0.95);
    });

    test("a difference that is not listed fails, and so does a listed one that has become equal", () => {
      const [first, ...rest] = comparisons;
      const changed = [{ ...first!, equal: false, actual: "something else" }, ...rest];
      expect(reportOf(changed, readDeviations()).ok).toBe(false);
      expect(reportOf(comparisons, [...readDeviations(), { line: 1, what: first!.what, reason: "none" }]).ok).toBe(false);
      expect(printReport(reportOf(changed, readDeviations()))).toContain("NOT LISTED");
      expect(reportOf(comparisons, readDeviations()).ok).toBe(true);
    });
  });
} else {
  test("the cluster that TOPOFORM_KWDB_URL names, fresh and of five nodes, answers as recorded", async () => {
    const target = new URL(url);
    const comparisons = await replayOn({ host: target.hostname, port: Number(target.port || 26257), httpPort: null }, (group) => ON_A_REAL_SERVER.includes(group));
    expect(comparisons.filter((c) => !c.equal)).toEqual([]);
  }, 600_000);
}
