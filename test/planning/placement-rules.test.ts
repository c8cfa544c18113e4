import { explainPlan } from "../../src/planning/explain-plan";
import { planCluster } from "../../src/planning/plan-cluster";
import { renderExplanation } from "../../src/planning/render-explanation";
import { differenceBetweenPlans } from "../../src/planning/plan-diff";
import { parsePlan, planToJson } from "../../src/planning/plan-json";
import { renderAfterCreate, renderCertificate, renderMoves } from "../../src/planning/render-plan";
import { driftOf } from "../../src/planning/drift";
import { smallestConflict } from "../../src/planning/rules/smallest-conflict";
import type { ClusterPlan } from "../../src/planning/plan";
import type { ObservedGreptimeCluster } from "../../src/planning/observed";
import { datanodeId } from "../../src/topology/ids";
import type { GreptimeClusterDeclaration, PlacementDeclaration } from "../../src/topology/manifest";
import { declare, observe } from "./fixtures";

function placed(change: Partial<PlacementDeclaration>, cluster: Partial<GreptimeClusterDeclaration> = {}): GreptimeClusterDeclaration {
  return declare({}, { placements: [{ ...declare({ cpu: {} }).placements[0]!, ...change }], ...cluster });
}

const plan = (cluster: GreptimeClusterDeclaration, observed: ObservedGreptimeCluster): ClusterPlan =>
  planCluster({ cluster, observed, tableChanges: [] });
const moved = (made: ClusterPlan): readonly string[] =>
  made.moves
    .map(({ table, partition, from, to, reason }) => `${table.name} ${partition}: ${from} -> ${to} (${reason})`)
    .sort();
const zoned = (...zones: readonly string[]): Partial<GreptimeClusterDeclaration> => ({
  datanodes: zones.map((zone, id) => ({ id: datanodeId(id), zone })),
});

function sized(observed: ObservedGreptimeCluster, mebibytes: readonly number[]): ObservedGreptimeCluster {
  let region = 0;
  return {
    ...observed,
    tables: observed.tables.map((table) => ({
      ...table,
      regions: table.regions.map((each) => ({
        ...each,
        sizeBytes: BigInt(mebibytes[region++ % mebibytes.length]! * (1 << 20)),
      })),
    })),
  };
}

describe("a metasrv that has just started lists the datanodes as they report", () => {
  const starting = (listed: number, metasrvUptimeMs: number): ObservedGreptimeCluster => {
    const observed = observe({ cpu: [0, 0, 0, 1, 2, 2] }, 3, { metasrvUptimeMs });
    return { ...observed, datanodes: observed.datanodes.slice(0, listed) };
  };
  const blocked = (made: ClusterPlan): readonly string[] => made.blocked.map(({ code, address }) => `${code} ${address}`);

  test("rules over all datanodes move nothing until those that lead regions are listed", () => {
    const made = plan(placed({ strategy: "balance" }), starting(2, 6_000));
    expect(made.moves).toEqual([]);
    expect(blocked(made)).toEqual(["CLUSTER_STARTING datanode 2"]);
    expect(made.blocked[0]!.detail).toContain("Metasrv has been up for 6.0 s");
    expect(plan(placed({ strategy: "balance" }), starting(3, 6_000)).moves).toHaveLength(1);
  });

  test("rules over declared datanodes go on among those that are listed", () => {
    const made = plan(placed({ strategy: "balance" }, zoned("a", "a", "a")), starting(2, 6_000));
    expect(moved(made)).toEqual([expect.stringMatching(/: 0 -> 1 /)]);
    expect(made.blocked).toEqual([]);
  });

  test("one whose loss is accepted is waited for", () => {
    const drained = placed({ strategy: "balance", excludeDatanodes: [datanodeId(2)], acceptDataLossOf: [datanodeId(2)] }, zoned("a", "a", "a"));
    const early = plan(drained, starting(2, 6_000));
    expect(early.moves.filter(({ from }) => from === datanodeId(2))).toEqual([]);
    expect(blocked(early)).toEqual(["CLUSTER_STARTING datanode 2"]);
    expect(plan(drained, starting(2, 60_000)).moves.filter(({ from }) => from === datanodeId(2))).toHaveLength(2);
  });

  test("a drained one without regions is not called unknown", () => {
    const drained = placed({ strategy: "balance", excludeDatanodes: [datanodeId(3)] });
    const warnings = (uptime: number) => plan(drained, starting(3, uptime)).warnings.map(({ code }) => code);
    expect(warnings(6_000)).not.toContain("DRAINED_DATANODE_UNKNOWN");
    expect(warnings(60_000)).toContain("DRAINED_DATANODE_UNKNOWN");
  });
});

describe("strategies", () => {
  test("balance gives every datanode as many regions, of all tables together", () => {
    const cluster = placed({ strategy: "balance", tables: ["cpu", "mem"] });
    const made = plan(cluster, observe({ cpu: [0, 0, 0], mem: [0, 0, 1] }));
    expect(moved(made)).toEqual([
      "cpu a = 0: 0 -> 2 (balanced)",
      "cpu a = 1: 0 -> 1 (balanced)",
      "cpu a = 2: 0 -> 2 (balanced)",
    ]);
    expect(made.certificate).toEqual({ moves: 3, minimumMoves: 3, proven: true });
  });

  test("a cluster at rest stays, however it got there", () => {
    expect(plan(placed({ strategy: "balance" }), observe({ cpu: [2, 2, 1, 0] })).moves).toEqual([]);
    expect(plan(placed({ strategy: "spread" }), observe({ cpu: [2, 1] })).moves).toEqual([]);
  });

  test("spread looks at each table, then at the zones", () => {
    const cluster = placed({ strategy: "spread", tables: ["cpu", "mem"] }, zoned("a", "a", "b", "b"));
    const made = plan(cluster, observe({ cpu: [0, 1], mem: [2, 2] }, 4));
    expect(moved(made)).toHaveLength(2);
    const zoneOf = (id: bigint): string => (id < 2n ? "a" : "b");
    for (const table of ["cpu", "mem"]) {
      const move = made.moves.filter((each) => each.table.name === table);
      expect(move.map(({ from, to }) => [zoneOf(from), zoneOf(to)])).toEqual([
        table === "cpu" ? ["a", "b"] : ["b", "a"],
      ]);
    }
  });

  test("a larger skew moves less", () => {
    const observed = observe({ cpu: [0, 0, 0, 0, 1, 1] });
    expect(plan(placed({ strategy: "spread" }), observed).moves).toHaveLength(2);
    expect(plan(placed({ strategy: "spread", maxSkew: 2 }), observed).certificate).toEqual({
      moves: 1,
      minimumMoves: 1,
      proven: true,
    });
    expect(plan(placed({ strategy: "spread", maxSkew: 3 }), observed).certificate).toEqual({
      moves: 1,
      minimumMoves: 1,
      proven: true,
    });
    expect(plan(placed({ strategy: "spread", maxSkew: 4 }), observed).moves).toHaveLength(0);
  });

  test("a drained datanode gives its regions to those that hold least; pins stay", () => {
    const cluster = placed({ excludeDatanodes: [datanodeId(0)], pins: { "a = 3": datanodeId(2) } });
    const made = plan(cluster, observe({ cpu: [0, 0, 1, 2, 1] }));
    expect(moved(made)).toEqual(["cpu a = 0: 0 -> 1 (drained)", "cpu a = 1: 0 -> 2 (drained)"]);
    expect(driftOf(made).map(({ code }) => code)).toEqual(["PLACEMENT_DIFFERS", "PLACEMENT_DIFFERS"]);
  });

  test("capacity in regions and in bytes", () => {
    const observed = observe({ cpu: [0, 0, 0, 1] });
    expect(plan(placed({ capacity: { regions: 2 } }), observed).certificate).toEqual({
      moves: 1,
      minimumMoves: 1,
      proven: true,
    });
    const made = plan(placed({ capacity: { bytes: 24n << 20n } }), sized(observed, [16, 8, 4, 16]));
    expect(moved(made)).toEqual(["cpu a = 2: 0 -> 2 (over capacity)"]);
    expect(made.certificate.proven).toBe(true);
  });

  test("capacity in bytes exchanges regions where the counts are right", () => {
    const observed = sized(observe({ cpu: [0, 0, 1, 1] }, 2), [16, 16, 1, 1]);
    const made = plan(placed({ strategy: "balance", capacity: { bytes: 20n << 20n } }), observed);
    expect(made.blocked).toEqual([]);
    expect(made.moves).toHaveLength(2);
    expect(made.certificate).toEqual({ moves: 2, minimumMoves: 2, proven: true });
  });

  test("balance by bytes says how near it is to its bound", () => {
    const observed = sized(observe({ cpu: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1] }, 2), [8]);
    const { certificate, moves } = plan(placed({ strategy: "balance", by: "bytes" }), observed);
    expect(moves.length).toBe(2);
    expect(certificate).toEqual({
      moves: 2,
      minimumMoves: 2,
      proven: true,
      movedBytes: 16n << 20n,
      minimumBytes: 16n << 20n,
    });
  });

  test("a follower's datanode is not a target", () => {
    const observed = observe({ cpu: [0, 0, 0] });
    const withFollowers = {
      ...observed,
      tables: observed.tables.map((table) => ({
        ...table,
        regions: table.regions.map((region, index) =>
          index === 0 ? { ...region, followers: [datanodeId(1)] } : region,
        ),
      })),
    };
    expect(moved(plan(placed({ strategy: "balance" }), withFollowers))).toEqual([
      "cpu a = 0: 0 -> 2 (balanced)",
      "cpu a = 1: 0 -> 1 (balanced)",
    ]);
  });

  test.each([
    ["in motion", { status: "DOWNGRADING" as const }, "REGION_IN_MOTION"],
    ["without leader", { leader: null }, "REGION_WITHOUT_LEADER"],
  ])("a region %s makes the plan wait", (_name, change, code) => {
    const observed = observe({ cpu: [0, 0, 1] });
    const disturbed = {
      ...observed,
      tables: observed.tables.map((table) => ({
        ...table,
        regions: table.regions.map((region, index) => (index === 2 ? { ...region, ...change } : region)),
      })),
    };
    expect(plan(placed({ strategy: "balance" }), disturbed).blocked.map((each) => each.code)).toContain(code);
  });

  test("a datanode that is gone is no place to go to", () => {
    const cluster = placed({ strategy: "balance" }, zoned("a", "a", "a", "a"));
    const made = plan(cluster, observe({ cpu: [0, 0, 0, 0] }, 3));
    expect(made.blocked.map(({ code, detail }) => [code, detail.includes("1 region would move to it")])).toEqual([
      ["DATANODE_GONE", true],
    ]);
    expect(made.moves).toHaveLength(2);
  });
});

describe("a table that is created first", () => {
  const cluster = placed(
    { strategy: "balance", tables: ["cpu", "new"], capacity: { regions: 9, bytes: 1n << 60n }, maxSkew: 1 },
    zoned("a", "b", "c"),
  );
  const create = {
    kind: "create-table",
    table: { database: "public", name: "new" },
    reason: "",
    declaration: {},
    losesData: false,
    inverse: null,
  } as never;
  const made = planCluster({ cluster, observed: observe({ cpu: [0, 0, 0] }), tableChanges: [create] });

  test("is placed by the rule once it exists, which the plan says; the tables that are there are placed now", () => {
    expect(moved(made)).toEqual(["cpu a = 0: 0 -> 1 (balanced)", "cpu a = 1: 0 -> 2 (balanced)"]);
    expect(made.placeAfterCreate).toEqual([{ table: { database: "public", name: "new" }, pins: {} }]);
    expect(made.rulesAfterCreate).toMatchObject([{ name: "cpu", strategy: "balance", tables: [{ name: "cpu" }, { name: "new" }] }]);
    expect(made.warnings.map(({ code }) => code)).toContain("PLACED_AFTER_CREATE");
    expect(renderAfterCreate(made.placeAfterCreate[0]!, made.rulesAfterCreate)).toBe(
      "place the regions of public.new once they exist: by balance, within the capacity of the datanodes",
    );
  });

  test("its rule survives JSON; a plan without rules is one of an earlier version", () => {
    expect(parsePlan(planToJson(made))).toEqual(made);
    const { rulesAfterCreate: _, ...earlier } = JSON.parse(planToJson(made)) as Record<string, unknown>;
    expect(parsePlan(JSON.stringify(earlier))).toEqual({ ...made, rulesAfterCreate: [] });
  });

  test("another rule is not what was approved", () => {
    const other = planCluster({
      cluster: { ...cluster, placements: [{ ...cluster.placements[0]!, strategy: "spread" }] },
      observed: observe({ cpu: [0, 0, 0] }),
      tableChanges: [create],
    });
    expect(differenceBetweenPlans(made, other)).toContain(
      "public.new: where its regions go after its creation is not what was approved.",
    );
  });

  test("an interrupted run has made it: what is left of the approved plan is the same plan", () => {
    const observed = observe({ cpu: [0, 1, 0], new: [0, 0, 0] });
    const approved = { moves: made.moves, made: [{ database: "public", name: "new" }] };
    const left = planCluster({ cluster, observed, tableChanges: [], approved });
    expect(left.moves.every(({ table }) => table.name === "cpu")).toBe(true);
    expect([left.placeAfterCreate, left.rulesAfterCreate]).toEqual([made.placeAfterCreate, made.rulesAfterCreate]);
  });
});

describe("what a table that is created first makes impossible is known before it is created", () => {
  const table = {
    database: "public",
    name: "new",
    columns: [
      { name: "a", type: "INT32" },
      { name: "ts", type: "TIMESTAMP(3)" },
    ],
    primaryKey: ["a"],
    timeIndex: "ts",
    partitioning: { kind: "rules", columns: ["a"], partitions: ["a < 1", "a >= 1 AND a < 2", "a >= 2"].map((rule) => ({ rule })) },
    options: {},
    deletionProtection: true,
  };
  const create = { kind: "create-table", table: { database: "public", name: "new" }, reason: "", declaration: table, losesData: false, inverse: null } as never;
  const planned = (change: Partial<PlacementDeclaration>): ClusterPlan => {
    const cluster = placed({ strategy: "balance", tables: ["cpu", "new"], ...change }, { tables: [table as never] });
    return planCluster({ cluster, observed: observe({ cpu: [0, 1, 2] }), tableChanges: [create] });
  };

  test("more regions than fit, those that exist counted once", () => {
    const made = planned({ capacity: { regions: 1 } });
    expect(made.blocked.map(({ code }) => code)).toEqual(["PLACEMENT_INFEASIBLE"]);
    expect(made.blocked[0]!.detail).toContain("Raise the capacity to 2");
    expect(planned({ capacity: { regions: 2 } }).blocked).toEqual([]);
  });

  test("a pin to a drained datanode, and no move is planned for its placement", () => {
    const made = planned({ pins: { "new: a < 1": datanodeId(2), "cpu: a = 0": datanodeId(1) } as never, excludeDatanodes: [datanodeId(2)] });
    expect(made.blocked.map(({ code, detail }) => [code, detail.includes("is pinned to datanode 2")])).toEqual([["PLACEMENT_INFEASIBLE", true]]);
  });
});

test("no region goes to its pin where the rules of its placement cannot hold", () => {
  const made = plan(placed({ strategy: "balance", capacity: { regions: 1 }, pins: { "a = 0": datanodeId(2) } as never }), observe({ cpu: [0, 1, 2, 0] }));
  expect(made.blocked.map(({ code }) => code)).toEqual(["PLACEMENT_INFEASIBLE"]);
  expect(made.moves).toEqual([]);
  expect(renderExplanation(explainPlan(made, observe({ cpu: [0, 1, 2, 0] })))).toBe(
    "blocked: 1 reason, named above; moves that wait for them are not counted",
  );
});

test("a move that an interrupted run left running to a datanode that is drained now makes the plan wait", () => {
  const observed = observe({ cpu: [0, 1, 2] });
  const region = observed.tables[0]!.regions[0]!.id;
  const procedure = { id: "p", kind: "region-migration", status: "Running", regions: [region], tables: [] } as never;
  const made = (to: number, procedures: readonly never[]): readonly string[] => {
    const cluster = placed({ strategy: "balance", excludeDatanodes: [datanodeId(2)] });
    const adoptable = new Map([[region, { to: datanodeId(to), procedure: "p" }]]);
    return planCluster({ cluster, observed: { ...observed, procedures }, tableChanges: [], adoptable }).blocked.map(({ code, detail }) => `${code} ${detail.split(",")[0]}`);
  };
  expect(made(2, [procedure])).toEqual(["REGION_IN_MOTION That run moves it to datanode 2"]);
  expect(made(1, [procedure])).toEqual([]);
  expect(made(2, [])).toEqual([]);
});

describe("a drain", () => {
  const warnings = (excluded: number, tables: Readonly<Record<string, readonly number[]>>): readonly string[] =>
    plan(placed({ strategy: "balance", excludeDatanodes: [datanodeId(excluded)] }), observe(tables)).warnings.flatMap(({ code, detail }) =>
      code.startsWith("DRAIN") ? [`${code}: ${detail.split(". ")[0]}`] : [],
    );

  test("says which tables stay, because no placement of them excludes the datanode", () => {
    expect(warnings(1, { cpu: [0, 1, 2], mem: [1, 1], disk: [0] })).toEqual(["DRAIN_INCOMPLETE: public.mem"]);
    expect(warnings(1, { cpu: [0, 1, 2], disk: [0] })).toEqual([]);
  });

  test("of a datanode that the cluster does not have is not taken for a finished one", () => {
    expect(warnings(77, { cpu: [0, 1, 2] })).toEqual(["DRAINED_DATANODE_UNKNOWN: No region is on it"]);
  });
});

describe("rules that cannot all hold are named, the fewest that conflict", () => {
  const six = observe({ cpu: [0, 0, 1, 1, 2, 2] });
  test.each<readonly [string, Partial<PlacementDeclaration>, readonly string[]]>([
    [
      "a pin to a drained datanode",
      { pins: { "a = 0": datanodeId(1), "a = 1": datanodeId(0) }, excludeDatanodes: [datanodeId(2), datanodeId(1)] },
      ["  datanode 1 is excluded", "  public.cpu a = 0 is pinned to datanode 1"],
    ],
    ["too little capacity", { strategy: "balance", capacity: { regions: 1 } }, ["  a datanode may hold 1 region"]],
    [
      "too little capacity after a drain",
      { strategy: "balance", excludeDatanodes: [datanodeId(1)], capacity: { regions: 2 } },
      ["  datanode 1 is excluded", "  a datanode may hold 2 regions"],
    ],
    [
      "nothing left",
      { strategy: "spread", excludeDatanodes: [0, 1, 2].map(datanodeId) },
      ["  datanode 0 is excluded", "  datanode 1 is excluded", "  datanode 2 is excluded"],
    ],
    [
      "more pins than a datanode may hold",
      {
        pins: { "a = 0": datanodeId(0), "a = 1": datanodeId(0), "a = 2": datanodeId(0), "a = 3": datanodeId(1) },
        capacity: { regions: 2 },
      },
      [
        "  a datanode may hold 2 regions",
        "  public.cpu a = 0 is pinned to datanode 0",
        "  public.cpu a = 1 is pinned to datanode 0",
        "  public.cpu a = 2 is pinned to datanode 0",
      ],
    ],
    [
      "pins that are more uneven than allowed",
      {
        strategy: "spread",
        maxSkew: 1,
        pins: Object.fromEntries([0, 1, 2, 3].map((n) => [`a = ${n}`, datanodeId(0)])),
      },
      [
        "  a datanode may hold at most 1 region more than another",
        ...[0, 1, 2].map((n) => `  public.cpu a = ${n} is pinned to datanode 0`),
      ],
    ],
    [
      "a region larger than the capacity",
      { strategy: "balance", capacity: { bytes: 1n << 20n } },
      ["  a datanode may hold 1.0 MiB"],
    ],
  ])("%s", (_name, change, lines) => {
    const blocked = plan(placed(change), six).blocked.filter(({ code }) => code === "PLACEMENT_INFEASIBLE");
    expect(blocked).toHaveLength(1);
    const detail = blocked[0]!.detail.split("\n");
    expect(detail.slice(0, -1)).toEqual(lines);
    expect(detail.at(-1)).toMatch(/\. .*\.$/);
  });

  test("one is one", () => {
    const detail = (change: Partial<PlacementDeclaration>, leaders: readonly number[], datanodes: number): string =>
      plan(placed(change), observe({ cpu: leaders }, datanodes)).blocked[0]!.detail.split("\n").at(-1)!;
    expect(detail({ strategy: "balance", capacity: { regions: 1 } }, [0, 0], 1)).toBe(
      "2 regions do not fit on 1 datanode with 1 each: 1 is left over. Raise the capacity to 2 regions, or add a datanode.",
    );
    expect(detail({ strategy: "balance", capacity: { regions: 1 } }, [0, 0, 1, 1], 2)).toBe(
      "4 regions do not fit on 2 datanodes with 1 each: 2 are left over. Raise the capacity to 2 regions, or add a datanode.",
    );
  });

  test("a capacity in bytes that is advised is enough, the next lower is not, and real sizes are said", () => {
    const three = sized(observe({ cpu: [0, 0, 1] }, 2), [7, 7, 7]);
    const within = (mebibytes: number): ClusterPlan =>
      plan(placed({ strategy: "balance", capacity: { bytes: BigInt(mebibytes) << 20n } }), three);
    expect(within(12).blocked[0]!.detail.split("\n").at(-1)).toBe(
      "However the regions are distributed, they do not all fit. " +
        "Sizes count in classes, rounded up by at most half, and below 1 MiB to 1 MiB: all regions have 21.0 MiB, and count as 24.0 MiB. " +
        "Raise the capacity to 16.0 MiB, or add a datanode.",
    );
    expect(within(15).blocked.map(({ code }) => code)).toEqual(["PLACEMENT_INFEASIBLE"]);
    expect(within(16).blocked).toEqual([]);
  });

  test("a pin is named as the user named its partition", () => {
    const table = {
      database: "public",
      name: "cpu",
      columns: [{ name: "d", type: "INT32", nullable: false }],
      primaryKey: ["d"],
      timeIndex: "ts",
      partitioning: {
        kind: "rules" as const,
        columns: ["d"],
        partitions: [{ name: "y", rule: "d < 20" }, { name: "z", rule: "d >= 20" }],
      },
      engine: "mito",
      options: {},
      ignoreUndeclaredColumns: false,
      deletionProtection: true,
    };
    const observed = observe({ cpu: [0, 0] }, 2);
    const live = observed.tables[0]!;
    const named = { ...live, regions: live.regions.map((region, index) => ({ ...region, partition: ["d < 20", "d >= 20"][index]! as never })) };
    const cluster = placed({ pins: { z: datanodeId(1) }, excludeDatanodes: [datanodeId(1)] }, { tables: [table] });
    expect(plan(cluster, { ...observed, tables: [named] }).blocked[0]!.detail.split("\n").slice(0, -1)).toEqual([
      "  datanode 1 is excluded",
      "  public.cpu z (d >= 20) is pinned to datanode 1",
    ]);
  });

  test("a region that only its pin takes off a datanode that is not declared does not count without the pin", () => {
    const cluster = placed(
      { pins: { "a = 1": datanodeId(0), "a = 2": datanodeId(0) }, capacity: { regions: 1 } },
      { datanodes: [{ id: datanodeId(0) }] },
    );
    const { blocked } = plan(cluster, observe({ cpu: [9, 0, 9] }, 10));
    expect(blocked.map(({ detail }) => detail.split("\n").slice(0, -1))).toEqual([
      ["  a datanode may hold 1 region", "  public.cpu a = 2 is pinned to datanode 0"],
    ]);
  });

  test("numbers and bytes are looked at together: a region that fills a datanode has no room for the second that must be there", () => {
    const sizes = [16, 12, 4, 4, 1, 6, 1.5, 1.5, 8, 4, 1.5, 6];
    const observed = sized(observe({ cpu: sizes.map((_, index) => index % 5) }, 5), sizes);
    const pins = { "a = 4": datanodeId(4), "a = 8": datanodeId(1), "a = 9": datanodeId(4), "a = 11": datanodeId(4) };
    const { blocked } = plan(placed({ strategy: "balance", maxSkew: 1, capacity: { bytes: 16n << 20n }, pins }), observed);
    expect(blocked.map(({ detail }) => detail.split("\n").slice(0, -1))).toEqual([
      ["  a datanode may hold at most 1 region more than another", "  a datanode may hold 16.0 MiB"],
    ]);
  });

  test("numbers and bytes are looked at together: what large regions leave is too few datanodes for another table", () => {
    const observed = sized(observe({ cpu: [0, 1, 2, 2], logs: [1, 1, 4], mem: [2, 3, 2] }, 5), [3, 2, 1, 1.5, 4, 32, 2, 2, 32, 1]);
    const tables = ["cpu", "logs", "mem"];
    const { blocked } = plan(placed({ strategy: "spread", tables, maxSkew: 1, capacity: { bytes: 32n << 20n } }), observed);
    expect(blocked.map(({ detail }) => detail.split("\n").slice(0, -1))).toEqual([
      ["  a datanode may hold at most 1 region more than another", "  a datanode may hold 32.0 MiB"],
    ]);
  });

  test("the numbers of a large cluster are looked at exactly: zones take too much for the capacity", () => {
    const tables = Array.from({ length: 15 }, (_, index) => `t${String(index).padStart(2, "0")}`);
    const cluster = placed({ strategy: "spread", tables, maxSkew: 1, capacity: { regions: 36 } }, zoned("a", "b", "c", "a"));
    const observed = observe(Object.fromEntries(tables.map((table) => [table, Array.from({ length: 9 }, (_, index) => index % 4)])), 4);
    expect(plan(cluster, observed).blocked.map(({ detail }) => detail.split("\n").slice(0, -1))).toEqual([
      ["  a datanode may hold at most 1 region more than another", "  a datanode may hold 36 regions"],
    ]);
  });

  test("a set that was not searched to the end still conflicts, and whole groups are dropped first", () => {
    const many = Array.from({ length: 4_000 }, (_, index) => index);
    const feasible = (subset: readonly number[]): boolean => subset.filter((each) => each >= 3_000).length < 500;
    const search = { mostTried: 0, mostAsked: 30, groupOf: (each: number) => String(Math.floor(each / 1_000)) };
    const found = smallestConflict(many, feasible, search)!;
    expect(feasible(found)).toBe(false);
    expect(found.every((each) => each >= 3_000)).toBe(true);
  });

  test("the search finds a set of the fewest members among few constraints, and one without superfluous members among many", () => {
    // Conflicts: {0, 1, 2} and {3, 4}.
    const feasible = (subset: readonly number[]): boolean =>
      !([0, 1, 2].every((each) => subset.includes(each)) || [3, 4].every((each) => subset.includes(each)));
    expect(smallestConflict([0, 1, 2, 3, 4], feasible)).toEqual([3, 4]);
    expect(smallestConflict([0, 1, 2, 3], feasible)).toEqual([0, 1, 2]);
    expect(smallestConflict([0, 1, 3], feasible)).toBeNull();
    let questions = 0;
    const many = Array.from({ length: 4_000 }, (_, index) => index);
    const found = smallestConflict(
      many,
      (subset) => {
        questions += 1;
        return !(subset.includes(17) && subset.includes(3_000));
      },
      { mostTried: 1_000 },
    );
    expect(found).toEqual([17, 3_000]);
    expect(questions).toBeLessThan(100);
  });
});

describe("explanations", () => {
  const observed = observe({ cpu: [...Array.from({ length: 30 }, () => 0), 1] }, 3);
  const cluster = placed({ excludeDatanodes: [datanodeId(0)], limits: { outgoing: 4, incoming: 4, cluster: 16 } });

  test("name the bottleneck, the loads and an estimate", () => {
    const made = plan(cluster, observed);
    const explanation = explainPlan(made, observed, [
      { bytes: 1n, durationMs: 200 },
      { bytes: null, durationMs: 400 },
    ]);
    expect(explanation).toMatchObject({
      moves: 30,
      bottleneck: { kind: "outgoing", datanode: 0n, moves: 30, atOnce: 4, rounds: 8 },
      duration: { expectedMs: 2_400, leastMs: 2_250, pastMoves: 2 },
      reasons: [{ reason: "drained", moves: 30 }],
    });
    expect(explanation.datanodes.map(({ datanode, before, after }) => [datanode, before, after])).toEqual([
      [0n, 30, 0],
      [1n, 1, 16],
      [2n, 0, 15],
    ]);
    for (const { worst, before, after } of explanation.datanodes)
      expect(worst).toBeGreaterThanOrEqual(Math.max(before, after));
    const text = renderExplanation(explanation);
    expect(text).toContain("moves: 30 (minimum 30)");
    expect(text).toContain("bottleneck: datanode 0 gives 30 regions, 4 at a time: 8 rounds");
    expect(text).toContain("duration: about 2.4 s, at least 2.3 s, as 2 past moves went");
    expect(text).toMatch(/^ +0 +30 +30 +0 /m);
  });

  test("without anything to move say so, and without history estimate nothing", () => {
    const rest = plan(placed({ strategy: "balance" }), observe({ cpu: [0, 1, 2] }));
    expect(renderExplanation(explainPlan(rest, observe({ cpu: [0, 1, 2] })))).toBe("moves: 0 (minimum 0)");
    expect(renderExplanation(explainPlan(plan(cluster, observed), observed))).toContain("duration: not known");
  });

  test("larger regions take longer where past moves tell so", () => {
    const sizes = sized(observe({ cpu: [0, 0] }), [64, 8]);
    const made = plan(placed({ excludeDatanodes: [datanodeId(0)] }), sizes);
    const past = [8, 16, 32].map((mebibytes) => ({ bytes: BigInt(mebibytes) << 20n, durationMs: mebibytes * 100 }));
    expect(explainPlan(made, sizes, past).duration).toEqual({ expectedMs: 7_200, leastMs: 7_200, pastMoves: 3 });
  });

  test("bytes of a datanode are told only where those of all its regions are", () => {
    const known = sized(observe({ cpu: [0, 0, 1] }, 3), [64, 8, 4]);
    const drain = placed({ excludeDatanodes: [datanodeId(0)], pins: { "a = 0": datanodeId(1), "a = 1": datanodeId(2) } as never });
    const sizesOf = (cluster: ObservedGreptimeCluster): readonly unknown[] =>
      explainPlan(plan(drain, cluster), cluster).datanodes.map(({ bytesBefore, bytesAfter }) => [bytesBefore, bytesAfter]);
    const mebibytes = (count: bigint): bigint => count << 20n;
    expect(sizesOf(known)).toEqual([
      [mebibytes(72n), 0n],
      [mebibytes(4n), mebibytes(68n)],
      [0n, mebibytes(8n)],
    ]);
    const [first, ...others] = known.tables[0]!.regions;
    const partly = { ...known, tables: [{ ...known.tables[0]!, regions: [{ ...first!, sizeBytes: null }, ...others] }] };
    expect(sizesOf(partly)).toEqual([
      [null, 0n],
      [mebibytes(4n), null],
      [0n, mebibytes(8n)],
    ]);
    expect(renderExplanation(explainPlan(plan(drain, partly), partly))).toMatch(/^ +0 +2 +2 +0 +unknown +0 B$/m);
  });

  test("a heading states the minimum", () => {
    const { moves, schedule, certificate } = plan(cluster, observed);
    expect(renderMoves(moves, schedule, certificate).split("\n")[0]).toBe(
      "moves: 30 (minimum 30), rounds: 8 (minimum 8)",
    );
  });

  test("what is not proven is said, and how far it is", () => {
    const rounds = { rounds: [[0], [1], [2]], minimumRounds: 2 };
    expect(renderCertificate({ moves: 12, minimumMoves: 11, proven: false }, rounds)).toBe(
      "moves: 12 (at least 11, not proven minimal), rounds: 3 (at least 2)",
    );
    const bytes = { moves: 3, minimumMoves: 3, proven: true, movedBytes: 40n << 20n, minimumBytes: 30n << 20n };
    expect(renderCertificate(bytes, rounds)).toBe(
      "moves: 3 (minimum 3), bytes: 40.0 MiB (at least 30.0 MiB, 25.0 % less, not proven minimal), rounds: 3 (at least 2)",
    );
    expect(renderCertificate({ ...bytes, minimumBytes: bytes.movedBytes }, rounds)).toContain(
      "bytes: 40.0 MiB (minimum 40.0 MiB)",
    );
  });
});

describe("regions whose size the server does not tell", () => {
  const bytes = placed({ strategy: "balance", by: "bytes" });
  const unsized = (leaders: readonly number[], mebibytes: readonly (number | null)[], datanodes: number): ObservedGreptimeCluster => {
    const observed = observe({ cpu: leaders }, datanodes);
    const sizeBytes = mebibytes.map((size) => (size === null ? null : BigInt(size) << 20n));
    return { ...observed, tables: observed.tables.map((table) => ({ ...table, regions: table.regions.map((region, index) => ({ ...region, sizeBytes: sizeBytes[index]! })) })) };
  };

  test("are balanced by their number when none is known, and the plan says so", () => {
    const made = plan(bytes, unsized([0, 0, 0, 0, 0, 0], [null, null, null, null, null, null], 2));
    expect(made.moves.length).toBeGreaterThan(0);
    expect(made.warnings.map(({ code }) => code)).toContain("SIZES_UNKNOWN");
  });

  test("count as the mean of the others also in what the plan says of bytes", () => {
    const made = plan(bytes, unsized([0, 0, 0, 0, 0, 0, 0, 0, 1], [1, null, null, null, null, null, null, null, 63], 2));
    expect(made.moves.length).toBeGreaterThan(0);
    expect(made.moves.every(({ sizeBytes }) => sizeBytes === null)).toBe(true);
    // 1 MiB and a class of 64 MiB: 32.5 MiB on average.
    expect(made.certificate.movedBytes).toBe(BigInt(made.moves.length) * (65n << 19n));
  });

  test("fill a capacity in bytes", () => {
    const made = plan(placed({ capacity: { bytes: 2n << 20n } }), unsized([0, 0, 0, 1], [null, null, null, null], 2));
    expect(moved(made)).toHaveLength(1);
  });
});

test("a datanode added to unequal zones gets what an old one could have got as well", () => {
  const spread = placed({ strategy: "spread", maxSkew: 2, pins: { "a = 2": datanodeId(2), "a = 3": datanodeId(2) } as never });
  const zones = zoned("c", "c", "c", "c", "b", "d", "a", "d", "c", "d");
  const rest = observe({ cpu: [0, 1, 2, 2, 3, 4, 5, 6] }, 10);
  expect(plan({ ...spread, datanodes: zones.datanodes!.slice(0, 7) }, rest).moves).toEqual([]);
  const grown = plan({ ...spread, ...zones }, rest);
  expect(grown.certificate).toMatchObject({ moves: 2, minimumMoves: 2 });
  for (const { to } of grown.moves) expect(to).toBeGreaterThanOrEqual(7n);
});
