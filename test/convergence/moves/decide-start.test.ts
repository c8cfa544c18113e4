import { decideStart, type StartFacts } from "../../../src/convergence/moves/decide-start";
import { datanodeId, regionIdOf } from "../../../src/topology/ids";
import { declare, planOf, world } from "../harness";

const SOURCE = datanodeId(0);
const TARGET = datanodeId(1);

/** A move from datanode 0 to 1, and what the cluster says: the target answers, the source was heard from so long ago, or is not listed. */
function facing(sourceSilentMs: number | undefined, metasrvUptimeMs: number) {
  const w = world();
  w.cluster.addTable("cpu", 1024, [0]);
  const [move] = planOf(w.cluster, declare({ cpu: [1] })).moves;
  const silentMs = new Map([[TARGET, 100], ...(sourceSilentMs === undefined ? [] : [[SOURCE, sourceSilentMs] as const])]);
  const facts: StartFacts = {
    heartbeats: { silentMs, metasrvUptimeMs },
    leaders: new Map([[regionIdOf(1024, 0), { leader: SOURCE, status: "ALIVE" as const, followers: [] }]]),
    running: { migrations: new Map(), repartitioned: new Set() },
  };
  return { move: move!, facts };
}

describe("a move away from a datanode", () => {
  test.each([
    ["answers", 100, 60_000, { kind: "start", flush: true }],
    ["is late", 7_000, 60_000, { kind: "wait" }],
    ["is silent for longer than its lease", 11_000, 60_000, { kind: "start", flush: false }],
    ["is gone", undefined, 60_000, { kind: "start", flush: false }],
    ["has not reported since metasrv started", undefined, 1_000, { kind: "wait" }],
  ])("whose loss is accepted, and that %s", (_, silentMs, uptimeMs, decision) => {
    const { move, facts } = facing(silentMs, uptimeMs);
    expect(decideStart(move, facts, [SOURCE])).toMatchObject(decision);
  });

  test.each([7_000, 11_000, undefined])("whose loss is not accepted waits when it does not answer (%s)", (silentMs) => {
    const { move, facts } = facing(silentMs, 60_000);
    expect(decideStart(move, facts, [TARGET]).kind).toBe("wait");
  });
});
