import { PortError } from "../../src/engines/port";
import { datanodeId, regionIdOf } from "../../src/topology/ids";
import { diagnosticOf } from "../convergence/fake-cluster";
import { codes, declare, outcomes, planOf, world } from "../convergence/harness";
import { attack } from "./support/attack";

const REGION = regionIdOf(1024, 0);
const transient = (): PortError => new PortError(diagnosticOf("CONNECTION_LOST"), true, false);

function oneMove() {
  const w = world();
  w.cluster.addTable("cpu", 1024, [0]);
  const declaration = declare({ cpu: [1] });
  return { ...w, declaration, plan: planOf(w.cluster, declaration) };
}

test("migrations of others, failover, repartitions and a paused procedure manager: nothing is sent into what is in motion", async () => {
  const hostile = ["foreign-migration", "repartition-table", "pause-procedures", "kill-datanode", "restart-metasrv", "change-metasrv-leader"] as const;
  expect(await attack(hostile, { change: { failover: true, stagingMs: 15_000 } })).toBeGreaterThan(100);
});

describe("what is in motion", () => {
  test("a move that somebody else runs is waited for and counted as theirs", async () => {
    const w = oneMove();
    w.cluster.start(REGION, datanodeId(0), datanodeId(1), 3_000);
    const result = await w.run(w.plan, w.declaration);
    expect(outcomes(result)).toEqual(["already-there"]);
    expect(w.cluster.submissions).toEqual([]);
  });

  test("somebody else moves the region to a third datanode meanwhile: named, and left there", async () => {
    const w = oneMove();
    w.cluster.start(REGION, datanodeId(0), datanodeId(2), 3_000);
    const result = await w.run(w.plan, w.declaration);
    expect(codes(result)).toEqual(["LEADER_CHANGED"]);
    expect(w.cluster.submissions).toEqual([]);
    expect(w.cluster.regions.get(REGION)!.leader).toBe(datanodeId(2));
  });

  test("a region in repartition is waited for", async () => {
    const w = oneMove();
    w.cluster.regions.get(REGION)!.status = "STAGING";
    w.clock.at(5_000, () => void (w.cluster.regions.get(REGION)!.status = "ALIVE"));
    const before = w.clock.now();
    const result = await w.run(w.plan, w.declaration);
    expect(result.ok).toBe(true);
    expect(w.clock.now() - before).toBeGreaterThan(5_000);
  });

  test("so is any other region of a table that is being repartitioned, without one statement more", async () => {
    const w = oneMove();
    w.cluster.repartitioned.add("cpu");
    w.clock.at(5_000, () => w.cluster.repartitioned.clear());
    const result = await w.run(w.plan, w.declaration);
    expect(result.ok).toBe(true);
    expect(w.cluster.submissions).toHaveLength(1);
    expect(w.events.filter(({ code }) => code === "MOVE_WAITING")).toMatchObject([{ reason: "public.cpu is being repartitioned" }]);
    // Each look asks the three questions that every start asks.
    const looks = w.cluster.statements.filter((statement) => statement === "heartbeats").length;
    expect(looks).toBeGreaterThan(4);
    expect(w.cluster.statements.filter((statement) => statement === "running")).toHaveLength(looks);
  });

  test("a follower on the target is reported", async () => {
    const w = oneMove();
    w.cluster.regions.get(REGION)!.followers = [datanodeId(1)];
    const result = await w.run(w.plan, w.declaration);
    expect(codes(result)).toEqual(["FOLLOWER_ON_TARGET"]);
    expect(w.cluster.submissions).toEqual([]);
  });

  test("a metasrv that is away for a while is asked again; moves go on", async () => {
    const w = oneMove();
    w.cluster.moveMs = () => 2_000;
    const started = w.clock.now();
    w.cluster.fault = () => {
      const since = w.clock.now() - started;
      if (since > 1_000 && since < 40_000) throw transient();
    };
    const result = await w.run(w.plan, w.declaration);
    expect(result.ok).toBe(true);
    expect(w.cluster.submissions).toHaveLength(1);
  });

  test("a cluster that stays away is left alone with the journal right", async () => {
    const w = oneMove();
    const started = w.clock.now();
    w.cluster.moveMs = () => 2_000;
    w.cluster.fault = () => {
      if (w.clock.now() - started > 1_000) throw transient();
    };
    const result = await w.run(w.plan, w.declaration);
    expect(outcomes(result)).toEqual(["left-running"]);
    w.cluster.fault = () => undefined;
    const second = await w.run(planOf(w.cluster, w.declaration, w.journal), w.declaration);
    expect(second.ok).toBe(true);
    expect(w.cluster.submissions).toHaveLength(1);
  });
});
