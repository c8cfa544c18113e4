import { JournalError } from "../../src/convergence/journal/journal";
import { memoryJournal } from "../../src/convergence/journal/journal-memory";
import { errorDiagnostic } from "../../src/topology/diagnostic";
import { codes, declare, outcomes, planOf, world } from "./harness";

describe("the journal comes first", () => {
  const broken = new JournalError(
    errorDiagnostic({ code: "JOURNAL_UNWRITABLE", summary: "The journal cannot be written", detail: "No space left." }),
  );

  test("a journal that cannot be written refuses the plan before the first move", async () => {
    const w = world(3, { records: () => [], append: () => Promise.reject(broken) });
    w.cluster.addTable("cpu", 1024, [0]);
    const declaration = declare({ cpu: [1] });
    const result = await w.run(planOf(w.cluster, declaration), declaration);
    expect(codes(result)).toEqual(["JOURNAL_UNWRITABLE"]);
    expect(w.cluster.statements).toEqual([]);
  });

  test.each([2, 3, 4, 5, 6])(
    "a disk that is full from record %i on: what moves is finished, nothing new is started",
    async (full) => {
      const journal = memoryJournal();
      const w = world(3, {
        records: journal.records,
        append: (record) => (journal.records().length + 1 >= full ? Promise.reject(broken) : journal.append(record)),
      });
      w.cluster.addTable("cpu", 1024, [0, 0, 0]);
      const declaration = declare({ cpu: [1, 1, 1] });
      const result = await w.run(planOf(w.cluster, declaration), declaration);
      expect(result.ok).toBe(false);
      expect(codes(result)).toContain("JOURNAL_UNWRITABLE");
      expect(w.cluster.submissions.length).toBeLessThanOrEqual(1);
      expect(outcomes(result).filter((outcome) => outcome === "left-running")).toEqual([]);
      const w2 = world(3, memoryJournal(journal.records()));
      for (const [id, region] of w.cluster.regions) w2.cluster.regions.set(id, region);
      expect((await w2.run(planOf(w2.cluster, declaration, w2.journal), declaration)).ok).toBe(true);
    },
  );
});
