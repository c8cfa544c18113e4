import { driftOf } from "../../src/planning/drift";
import { inversePlan } from "../../src/planning/inverse";
import type { ObservedGreptimeCluster } from "../../src/planning/observed";
import { planCluster } from "../../src/planning/plan-cluster";
import { differenceBetweenPlans } from "../../src/planning/plan-diff";
import { renderMoves } from "../../src/planning/render-plan";
import { datanodeId, regionIdOf } from "../../src/topology/ids";
import type { GreptimeClusterDeclaration } from "../../src/topology/manifest";
import { declare, observe } from "./fixtures";

const plan = (cluster: GreptimeClusterDeclaration, observed: ObservedGreptimeCluster, adoptable: readonly bigint[] = [], procedure: string | null = null) =>
  planCluster({ cluster, observed, tableChanges: [], adoptable: new Map(adoptable.map((region) => [region as never, { to: datanodeId(2), procedure }])) });
const codes = (list: readonly { readonly code: string }[]): readonly string[] => list.map((item) => item.code);

const away = declare({ cpu: { "a = 0": 2, "a = 1": 1 } });
const live = observe({ cpu: [0, 1] });
const region = regionIdOf(1024, 0);

function withRegion(change: object): ObservedGreptimeCluster {
  return {
    ...live,
    tables: live.tables.map((table) => ({
      ...table,
      regions: table.regions.map((r, n) => (n === 0 ? { ...r, ...change } : r)),
    })),
  };
}

function silent(id: number, silentMs: number): ObservedGreptimeCluster {
  return {
    ...live,
    datanodes: live.datanodes.map((node) => (node.id === datanodeId(id) ? { ...node, silentMs } : node)),
  };
}

function without(id: number, metasrvUptimeMs: number | null = 3_600_000): ObservedGreptimeCluster {
  return { ...live, metasrvUptimeMs, datanodes: live.datanodes.filter((node) => node.id !== datanodeId(id)) };
}

describe("planCluster", () => {
  test("moves the pinned regions that are elsewhere, and no other", () => {
    const made = plan(away, live);
    expect(made.moves).toMatchObject([{ region, from: 0n, to: 2n, partition: "a = 0", reason: "pinned" }]);
    expect(made).toMatchObject({
      blocked: [],
      certificate: { moves: 1, minimumMoves: 1, proven: true },
      schedule: { rounds: [[0]], minimumRounds: 1 },
    });
    expect(codes(made.warnings)).toEqual(["WRITE_STOP"]);
  });

  test.each<readonly [string, ObservedGreptimeCluster, string]>([
    ["target not listed", without(2), "DATANODE_GONE"],
    ["target silent for longer than its lease", silent(2, 10_001), "DATANODE_GONE"],
    ["target not listed by a metasrv that has just started", without(2, 9_000), "CLUSTER_STARTING"],
    ["source silent for more than two heartbeats", silent(0, 6_001), "SOURCE_SILENT"],
    ["source gone", without(0), "SOURCE_SILENT"],
    ["source not listed by a metasrv that has just started", without(0, 9_000), "CLUSTER_STARTING"],
    ["region in motion", withRegion({ status: "DOWNGRADING" }), "REGION_IN_MOTION"],
    ["region being repartitioned", withRegion({ status: "STAGING" }), "REGION_IN_MOTION"],
    ["region without leader", withRegion({ leader: null }), "REGION_WITHOUT_LEADER"],
    ["follower on the target", withRegion({ followers: [datanodeId(2)] }), "FOLLOWER_ON_TARGET"],
    [
      "somebody moves the region",
      {
        ...live,
        procedures: [{ id: "p", kind: "region-migration", status: "Running", regions: [region], tables: [] }],
      },
      "REGION_IN_MOTION",
    ],
    [
      "somebody repartitions the table",
      {
        ...live,
        procedures: [{ id: "p", kind: "repartition", status: "Running", regions: [], tables: ["public.cpu"] }],
      },
      "TABLE_REPARTITIONING",
    ],
    [
      "logical table",
      { ...live, tables: live.tables.map((table) => ({ ...table, logical: true as const })) },
      "LOGICAL_TABLE",
    ],
    ["before 0.7", { ...live, version: "0.6.0" }, "VERSION_CANNOT_MIGRATE"],
    ["standalone", { ...live, mode: "standalone" }, "STANDALONE"],
    ["no such table", { ...live, tables: [] }, "TABLE_MISSING"],
  ])("blocked: %s", (_name, observed, code) => {
    const made = plan(away, observed);
    expect(codes(made.blocked)).toEqual([code]);
    expect(codes(driftOf(made))).toContain(code);
    for (const { summary, detail } of made.blocked)
      expect([summary.endsWith("."), detail.endsWith(".")]).toEqual([false, true]);
  });

  test.each<readonly [string, ObservedGreptimeCluster]>([
    ["target silent within its lease", silent(2, 9_999)],
    ["source silent for two heartbeats", silent(0, 6_000)],
    ["the server does not tell", { ...live, datanodes: live.datanodes.map((node) => ({ ...node, silentMs: null })) }],
    [
      "another table is repartitioned",
      {
        ...live,
        procedures: [{ id: "p", kind: "repartition", status: "Running", regions: [], tables: ["public.mem"] }],
      },
    ],
  ])("not blocked: %s", (_name, observed) => {
    expect(plan(away, observed)).toMatchObject({ blocked: [], moves: [{ region }] });
  });

  test("a datanode that is gone is reported also when its region is where it shall be", () => {
    expect(codes(plan(declare({ cpu: { "a = 1": 1 } }), without(1)).blocked)).toEqual(["DATANODE_GONE"]);
  });

  test("a region that our interrupted run left in motion does not block", () => {
    const moving = {
      ...withRegion({ status: "DOWNGRADING" as const }),
      procedures: [{ id: "p", kind: "region-migration" as const, status: "Running", regions: [region], tables: [] }],
    };
    expect(plan(away, moving, [region])).toMatchObject({ blocked: [], moves: [{ region }] });
    expect(plan(away, moving, [region], "p")).toMatchObject({ blocked: [], moves: [{ region }] });
  });

  test("one that somebody else moves since does, although our journal knows a move of it", () => {
    const moving = {
      ...withRegion({}),
      procedures: [{ id: "theirs", kind: "region-migration" as const, status: "Running", regions: [region], tables: [] }],
    };
    expect(codes(plan(away, moving, [region], "ours").blocked)).toEqual(["REGION_IN_MOTION"]);
  });

  test("without shared storage nothing is moved, and nothing is said when nothing must", () => {
    const { sharedStorage: _, ...bare } = away;
    expect(codes(plan(bare, live).blocked)).toEqual(["NO_SHARED_STORAGE"]);
    expect(plan(bare, observe({ cpu: [2, 1] })).blocked).toEqual([]);
  });

  test.each([
    ["0.11.0", false],
    ["0.11.1", true],
    ["0.14.4", true],
    ["0.15.0", false],
    ["1.1.4", false],
  ])("moves of one table run one after another on %s: %s", (version, serial) => {
    expect(plan(away, { ...live, version }).settings.serialPerTable).toBe(serial);
  });

  test.each(["1.3.0", "2.0.0-beta.1"])("a version newer than known is a warning: %s", (version) => {
    expect(codes(plan(away, { ...live, version }).warnings)).toContain("VERSION_NEWER_THAN_KNOWN");
  });

  test("a pin finds its partition by meaning", () => {
    expect(plan(declare({ cpu: { "0 = a": 2 } }), live).moves).toMatchObject([{ region }]);
  });

  test("a pin of no partition names those that exist", () => {
    const made = plan(declare({ cpu: { "a = 7": 2 } }), live);
    expect(made.blocked[0]).toMatchObject({
      code: "PARTITION_NOT_FOUND",
      detail: expect.stringContaining("a = 0; a = 1"),
    });
  });

  test("two placements of one table that disagree are a conflict", () => {
    const first = declare({ cpu: { "a = 0": 2 } });
    const second = declare({ cpu: { "a = 0": 1 } });
    const cluster = { ...first, placements: [...first.placements, { ...second.placements[0]!, name: "other" }] };
    expect(codes(plan(cluster, live).blocked)).toEqual(["CONFLICTING_PINS"]);
  });

  test("the basis follows leaders and declarations, not sizes and ages", () => {
    const { basis } = plan(away, live);
    expect(plan(away, withRegion({ sizeBytes: 7n, rows: 9n })).basis).toBe(basis);
    expect(plan(away, silent(0, 900)).basis).toBe(basis);
    expect(plan(away, withRegion({ leader: datanodeId(1) })).basis).not.toBe(basis);
    expect(plan(declare({ cpu: { "a = 0": 1 } }), live).basis).not.toBe(basis);
  });
});

describe("what is made of a plan", () => {
  test("text", () => {
    const { moves, schedule, certificate } = plan(away, live);
    expect(renderMoves(moves, schedule, certificate)).toBe(
      [
        "moves: 1 (minimum 1), rounds: 1 (minimum 1)",
        "round 1",
        "  datanode 0 -> 2  public.cpu  a = 0  region 4398046511104  1.2 MiB  (pinned)",
      ].join("\n"),
    );
    const none = { moves: 0, minimumMoves: 0, proven: true };
    expect(renderMoves([], { rounds: [], minimumRounds: 0 }, none)).toBe("no moves");
  });

  test("drift", () => {
    expect(driftOf(plan(away, live))).toEqual([
      {
        code: "LEADER_MOVED",
        address: "public.cpu a = 0",
        summary: "region 4398046511104 is on datanode 0, declared on datanode 2",
      },
    ]);
  });

  test("the inverse moves everything back", () => {
    const made = plan(away, live);
    expect(inversePlan(made).plan.moves).toMatchObject([{ region, from: 2n, to: 0n }]);
    expect(inversePlan(inversePlan(made).plan).plan.moves).toMatchObject([{ region, from: 0n, to: 2n }]);
  });

  test("differences are named in the user's words", () => {
    const approved = plan(away, live);
    expect(differenceBetweenPlans(approved, plan(away, withRegion({ sizeBytes: 1n })))).toEqual([]);
    expect(differenceBetweenPlans(approved, plan(away, withRegion({ leader: datanodeId(1) })))).toEqual([
      "public.cpu a = 0 (region 4398046511104) was to move from datanode 0 to 2; now from 1 to 2.",
    ]);
    const there = plan(away, observe({ cpu: [2, 1] }));
    expect(differenceBetweenPlans(approved, there)).toEqual([
      "public.cpu a = 0 (region 4398046511104) was to move from datanode 0 to 2; now it does not move.",
    ]);
    expect(differenceBetweenPlans(approved, there, new Set([region]))).toEqual([]);
    expect(differenceBetweenPlans(there, approved)).toEqual([
      "public.cpu a = 0 (region 4398046511104) would move from datanode 0 to 2; that was not approved.",
    ]);
    expect(differenceBetweenPlans(approved, plan(away, silent(2, 20_000))).join()).toContain(
      "Datanode 2 does not answer",
    );
  });
});

describe("in a large cluster", () => {
  const many = observe({ cpu: [0, 0, 0, 1, 1, 1] }, 4);
  const pinned = declare({ cpu: { "a = 0": 2, "a = 1": 3, "a = 3": 2, "a = 4": 3 } });
  const silentOnes = (ids: readonly number[]): ObservedGreptimeCluster => ({
    ...many,
    datanodes: many.datanodes.map((node) => (ids.includes(Number(node.id)) ? { ...node, silentMs: 20_000 } : node)),
  });
  const blocked = (observed: ObservedGreptimeCluster, cluster = pinned): readonly string[] =>
    plan(cluster, observed).blocked.map(({ code, address }) => `${code} ${address}`);

  test("every datanode that does not answer is named, once", () => {
    expect(blocked(silentOnes([0, 1]))).toEqual(["SOURCE_SILENT datanode 0", "SOURCE_SILENT datanode 1"]);
    expect(plan(pinned, silentOnes([0, 1])).blocked[0]).toMatchObject({
      summary: "Datanode 0 does not answer; its regions are not moved away",
      detail: expect.stringContaining("2 regions that would leave it: public.cpu a = 0; public.cpu a = 1. Bring it back"),
    });
  });

  test("so is each that regions would move to, although as many would move to another", () => {
    const balanced = declare(
      {},
      {
        datanodes: [0, 1, 2, 3].map((id) => ({ id: datanodeId(id) })),
        placements: declare({ cpu: {} }).placements.map((placement) => ({ ...placement, strategy: "balance" as const })),
      },
    );
    const gone = { ...many, datanodes: many.datanodes.slice(0, 2) };
    expect(blocked(gone, balanced)).toEqual(["DATANODE_GONE datanode 2", "DATANODE_GONE datanode 3"]);
  });
});
