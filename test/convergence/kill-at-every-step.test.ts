import type { ClusterPort } from "../../src/engines/port";
import type { Clock } from "../../src/convergence/clock";
import { executePlan } from "../../src/convergence/execute-plan";
import type { Journal } from "../../src/convergence/journal/journal";
import { memoryJournal } from "../../src/convergence/journal/journal-memory";
import type { ClusterPlan } from "../../src/planning/plan";
import type { GreptimeClusterDeclaration } from "../../src/topology/manifest";
import { FakeCluster } from "./fake-cluster";
import { declare, planOf } from "./harness";
import { VirtualClock } from "./virtual-clock";

class Killed extends Error {}

/** Counts what a run does to the world, and kills it before or after step number `at`. After that nothing it does reaches the world. */
class Tripwire {
  steps = 0;
  dead = false;

  constructor(
    private readonly at: number,
    private readonly when: "before" | "after",
  ) {}

  async step<T>(action: () => Promise<T>): Promise<T> {
    if (this.dead) throw new Killed();
    this.steps += 1;
    const here = this.steps === this.at;
    if (here && this.when === "before") this.die();
    const value = await action();
    if (here) this.die();
    if (this.dead) throw new Killed();
    return value;
  }

  private die(): never {
    this.dead = true;
    throw new Killed();
  }
}

function wired(port: ClusterPort, wire: Tripwire): ClusterPort {
  const { moves, rows } = port;
  return {
    ...port,
    inspect: (request) => wire.step(() => port.inspect(request)),
    applyTableChange: (change) => wire.step(() => port.applyTableChange(change)),
    rows: {
      count: (table, since) => wire.step(() => rows.count(table, since)),
      ttlMs: (table) => wire.step(() => rows.ttlMs(table)),
      nowMs: () => wire.step(() => rows.nowMs()),
      checksum: (table, since) => wire.step(() => rows.checksum(table, since)),
    },
    moves: {
      flush: (region) => wire.step(() => moves.flush(region)),
      submit: (move, timeout) => wire.step(() => moves.submit(move, timeout)),
      procedures: (ids) => wire.step(() => moves.procedures(ids)),
      running: (regions) => wire.step(() => moves.running(regions)),
      leaders: (regions) => wire.step(() => moves.leaders(regions)),
      heartbeats: () => wire.step(() => moves.heartbeats()),
    },
  };
}

const LIMITS = { outgoing: 2, incoming: 2, cluster: 4 };

interface Scenario {
  readonly moves: number;
  readonly listsRunning: boolean;
  /** Time between the kill and the next run. */
  readonly pauseMs: number;
  /** The next run executes the approved plan again, or a fresh one. */
  readonly again: "same plan" | "fresh plan";
  readonly forgets: boolean;
}

interface Attempt {
  readonly cluster: FakeCluster;
  readonly clock: VirtualClock;
  readonly records: Journal;
  readonly declaration: GreptimeClusterDeclaration;
  readonly plan: ClusterPlan;
}

function prepare(scenario: Scenario): Attempt {
  const clock = new VirtualClock();
  const cluster = new FakeCluster(clock, 4);
  const leaders = Array.from({ length: scenario.moves }, (_, number) => number % 4);
  const targets = leaders.map((leader, number) => (leader + 1 + (number % 3)) % 4);
  cluster.addTable("cpu", 1024, leaders);
  cluster.listsRunning = scenario.listsRunning;
  const declaration = declare({ cpu: targets }, { limits: LIMITS });
  return { cluster, clock, records: memoryJournal(), declaration, plan: planOf(cluster, declaration) };
}

async function execute(attempt: Attempt, plan: ClusterPlan, wire: Tripwire) {
  const never = new AbortController().signal;
  const { clock, records } = attempt;
  const wiredClock: Clock = { now: () => clock.now(), sleep: (ms, signal) => wire.step(() => clock.sleep(ms, signal)) };
  const journal: Journal = {
    records: () => records.records(),
    append: (record) => wire.step(() => records.append(record)),
  };
  return clock.run(
    executePlan({
      plan,
      declaration: attempt.declaration,
      port: wired(attempt.cluster.port, wire),
      journal,
      clock: wiredClock,
      emit: () => undefined,
      drain: never,
      stop: never,
    }),
  );
}

async function killAndRunAgain(scenario: Scenario, at: number, when: "before" | "after"): Promise<boolean> {
  const attempt = prepare(scenario);
  const { cluster, clock, records, declaration, plan } = attempt;
  const wire = new Tripwire(at, when);
  try {
    await execute(attempt, plan, wire);
    return false;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  clock.jump(scenario.pauseMs);
  if (scenario.forgets) cluster.forgetEnded();
  const submittedBefore = cluster.submissions.length;
  const runningBefore = new Set(cluster.runningProcedures().map(([, procedure]) => procedure.region));
  const next = scenario.again === "same plan" ? plan : planOf(cluster, declaration, records);
  const result = await execute(attempt, next, new Tripwire(0, "before"));
  const name = JSON.stringify({ ...scenario, at, when });

  expect([name, result.diagnostics]).toEqual([name, []]);
  expect([name, result.ok]).toEqual([name, true]);
  expect([name, planOf(cluster, declaration).moves]).toEqual([name, []]);
  const accepted = cluster.submissions
    .filter((submission) => submission.accepted)
    .map((submission) => submission.region);
  expect([name, [...accepted].sort()]).toEqual([name, plan.moves.map((move) => move.region).sort()]);
  if (scenario.listsRunning) {
    const resubmitted = cluster.submissions
      .slice(submittedBefore)
      .filter((submission) => runningBefore.has(submission.region));
    expect([name, resubmitted]).toEqual([name, []]);
  }
  expect(cluster.mostRunning).toBeLessThanOrEqual(LIMITS.cluster);
  expect(cluster.mostOutgoing).toBeLessThanOrEqual(LIMITS.outgoing);
  expect(cluster.mostIncoming).toBeLessThanOrEqual(LIMITS.incoming);
  expect(records.records().at(-1)).toMatchObject({ kind: "run-ended", outcome: "finished" });
  return true;
}

const scenarios: readonly Scenario[] = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((moves) => [
  { moves, listsRunning: true, pauseMs: 0, again: "fresh plan" as const, forgets: false },
  { moves, listsRunning: true, pauseMs: 60_000, again: "fresh plan" as const, forgets: true },
  { moves, listsRunning: true, pauseMs: 0, again: "same plan" as const, forgets: false },
  { moves, listsRunning: false, pauseMs: 60_000, again: "same plan" as const, forgets: true },
]);

describe("killed before and after every step, the next run finishes the work and repeats nothing", () => {
  test.each(scenarios)(
    "$moves moves, next run after $pauseMs ms with the $again, listed: $listsRunning",
    async (scenario) => {
      let kills = 0;
      for (let at = 1; ; at += 1) {
        const before = await killAndRunAgain(scenario, at, "before");
        const after = await killAndRunAgain(scenario, at, "after");
        if (!before && !after) break;
        kills += 1;
      }
      // Every move has at least: checks, flush, two records, submission, poll, leader, record.
      expect(kills).toBeGreaterThan(8 + 5 * scenario.moves);
    },
  );

  test.each([
    ["back to where the regions were", (leader: number, _target: number) => leader],
    ["to third datanodes", (leader: number, target: number) => [0, 1, 2, 3].find((id) => id !== leader && id !== target)!],
  ])("killed, then another declaration: %s", async (_name, elsewhere) => {
    let [kills, waits] = [0, 0];
    for (const when of ["before", "after"] as const) {
      for (let at = 1; ; at += 1) {
        const attempt = prepare({ moves: 3, listsRunning: true, pauseMs: 0, again: "fresh plan", forgets: false });
        const { cluster, clock, records, plan } = attempt;
        const died = await execute(attempt, plan, new Tripwire(at, when)).then(() => false, (error: unknown) => error instanceof Killed);
        if (!died) break;
        kills += 1;
        const declaration = declare({ cpu: [0, 1, 2].map((n) => elsewhere(n % 4, Number(plan.moves.find(({ partition }) => partition === `a = ${n}`)!.to))) }, { limits: LIMITS });
        let next = planOf(cluster, declaration, records);
        for (; next.blocked.length > 0; next = planOf(cluster, declaration, records)) {
          expect(next.blocked.map(({ code }) => code)).toEqual(next.blocked.map(() => "REGION_IN_MOTION"));
          expect(cluster.runningProcedures().length).toBeGreaterThan(0);
          waits += 1;
          clock.jump(50);
          cluster.settle();
        }
        const result = await execute({ ...attempt, declaration }, next, new Tripwire(0, "before"));
        const name = `${at} ${when}`;
        expect([name, result.diagnostics, result.ok]).toEqual([name, [], true]);
        cluster.settle();
        expect([name, cluster.runningProcedures().length, planOf(cluster, declaration, records).moves]).toEqual([name, 0, []]);
      }
    }
    expect(kills).toBeGreaterThan(30);
    expect(waits).toBeGreaterThan(5);
  });

  test("killed again and again", async () => {
    const attempt = prepare({ moves: 6, listsRunning: true, pauseMs: 0, again: "fresh plan", forgets: false });
    const { cluster, clock, records, declaration, plan } = attempt;
    for (let at = 1; at < 60; at += 1) {
      await execute(
        attempt,
        planOf(cluster, declaration, records),
        new Tripwire(at, at % 2 === 0 ? "before" : "after"),
      ).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      clock.jump(10);
    }
    const result = await execute(attempt, planOf(cluster, declaration, records), new Tripwire(0, "before"));
    expect(result.ok).toBe(true);
    expect(planOf(cluster, declaration).moves).toEqual([]);
    const accepted = cluster.submissions
      .filter((submission) => submission.accepted)
      .map((submission) => submission.region);
    expect([...accepted].sort()).toEqual(plan.moves.map((move) => move.region).sort());
  });
});
