import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../src/convergence/clock";
import { executeKwdbPlan } from "../../../src/convergence/kwdb/execute-plan";
import { readOriginals, saveOriginals } from "../../../src/convergence/kwdb/originals-file";
import { openJournal } from "../../../src/convergence/journal/journal";
import type { KwdbPort } from "../../../src/engines/kwdb-port";
import { isEmptyKwdbPlan } from "../../../src/planning/kwdb/plan";
import { planKwdb } from "../../../src/planning/kwdb/plan-kwdb";
import { declare, zone } from "../../planning/kwdb/declare";
import { seconds } from "../../../src/topology/kwdb/duration";
import { Target } from "../../../src/topology/kwdb/zone-target";
import { startTestCluster, type TestCluster } from "../../engines/kwdb/dev-cluster";

jest.setTimeout(120_000);

/** The process dies: no diagnostic, nothing that could be caught as an expected failure. */
class Killed extends Error {}

const ZONES = [
  zone(Target.range("meta"), { numReplicas: 7 }),
  zone(Target.database("d"), { gcTtl: seconds(3600) }),
  zone(Target.table("d", "t"), { numReplicas: 5 }),
];
const DECLARED = declare(ZONES, {
  settings: [{ name: "kv.kvserver.ts_split_interval", value: "1" }],
  rebalances: [{ name: "once", target: Target.database("ts"), triggers: {}, replacePartitions: false }],
});
const OWNER = "stack/kw";

describe("killed at any step", () => {
  let live: TestCluster;
  let directory: string;
  beforeEach(async () => {
    live = await startTestCluster({ rebalanceMs: 5 });
    directory = await mkdtemp(join(tmpdir(), "topoform-kwdb-"));
  });
  afterEach(async () => {
    await live.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** One run in which step number `dies` (from 0) is the last; how many steps there were. */
  async function run(dies: number, when: "before" | "after"): Promise<number> {
    let steps = 0;
    const step = async <T>(action: () => Promise<T>): Promise<T> => {
      const own = steps++;
      if (own === dies && when === "before") throw new Killed();
      const value = await action();
      if (own === dies) throw new Killed();
      return value;
    };
    const file = join(directory, "originals.json");
    const originals = await readOriginals(file, OWNER);
    const observed = await live.port.inspect({ cluster: DECLARED, originals });
    const plan = planKwdb({ cluster: DECLARED, observed, recordedOriginals: originals });
    expect(plan.blocked).toEqual([]);
    const journal = await openJournal(join(directory, "journal.jsonl"));
    const port: KwdbPort = { ...live.port, applyChange: (change, options) => step(() => live.port.applyChange(change, options)) };
    try {
      const never = new AbortController().signal;
      const result = await executeKwdbPlan({
        plan,
        port,
        journal: { records: () => journal.records(), append: (record) => step(() => journal.append(record)) },
        clock: systemClock,
        originals,
        saveOriginals: (next) => step(() => saveOriginals(file, OWNER, next)),
        emit: () => undefined,
        drain: never,
        stop: never,
      });
      expect(result.diagnostics).toEqual([]);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    } finally {
      await journal.close();
    }
    return steps;
  }

  const statements = (pattern: RegExp): number => live.cluster.statements().filter(({ sql }) => pattern.test(sql)).length;

  test.each(["before", "after"] as const)("%s it takes effect: the next run finishes, repeats no change, and knows what was found", async (when) => {
    const total = await run(Infinity, when);
    expect(total).toBeGreaterThan(12);
    for (let dies = 0; dies < total; dies += 1) {
      await live.stop();
      await rm(directory, { recursive: true, force: true });
      live = await startTestCluster({ rebalanceMs: 5 });
      directory = await mkdtemp(join(tmpdir(), "topoform-kwdb-"));
      await run(dies, when);
      await run(Infinity, when);
      const originals = await readOriginals(join(directory, "originals.json"), OWNER);
      expect(isEmptyKwdbPlan(await live.plan(DECLARED, originals))).toBe(true);
      expect({ dies, meta: statements(/ALTER RANGE meta CONFIGURE/), d: statements(/ALTER DATABASE "d" CONFIGURE/), setting: statements(/SET CLUSTER SETTING/), rebalance: statements(/USING REBALANCE/) }).toEqual({ dies, meta: 1, d: 1, setting: 1, rebalance: 1 });
      expect(originals.zones.map(({ target, own }) => [target, own?.numReplicas])).toEqual([
        [Target.database("d"), undefined],
        [Target.range("meta"), 5],
        [Target.table("d", "t"), undefined],
      ]);
      expect(originals.settings.map(({ found }) => found)).toEqual([{ value: "10", explicit: false }]);
      expect(originals.rebalances).toEqual([{ name: "once", triggers: {} }]);
    }
  });
});
