import type { KwdbClusterDeclaration, ZoneConfigDeclaration } from "../../../src/topology/kwdb/cluster";
import { byteSize } from "../../../src/topology/kwdb/byte-size";
import { NO_CONSTRAINTS, type Constraint } from "../../../src/topology/kwdb/constraint";
import { days, seconds } from "../../../src/topology/kwdb/duration";
import { formatZoneTarget } from "../../../src/topology/kwdb/format-zone-target";
import { Target, type ZoneTarget } from "../../../src/topology/kwdb/zone-target";
import type { ZoneValues } from "../../../src/topology/kwdb/zone-values";
import { driftOfKwdb } from "../../../src/planning/kwdb/drift";
import { listZones } from "../../../src/planning/kwdb/list-zones";
import type { ObservedKwdbCluster } from "../../../src/planning/kwdb/observed";
import {
  keepOriginals,
  NO_ORIGINALS,
  recordOriginals,
  recordRebalance,
  type KwdbOriginals,
} from "../../../src/planning/kwdb/originals";
import { isEmptyKwdbPlan, type KwdbPlan } from "../../../src/planning/kwdb/plan";
import { planKwdb } from "../../../src/planning/kwdb/plan-kwdb";
import { recordFound, restoreChanges } from "../../../src/planning/kwdb/restore";
import { renderKwdbChanges } from "../../../src/planning/kwdb/render-plan";
import { declare, zone } from "./declare";
import { applyToModel, freshCluster, node, zonesWith } from "./model";

const meta = Target.range("meta");
const table = Target.table("d", "t");
const partition = Target.partition("d", "p", "a");
const owned = Target.partition("d", "p", "a", "primary");
const region = (value: string): Constraint => ({ requirement: "required", key: "region", value });

function plan(
  cluster: KwdbClusterDeclaration,
  observed: ObservedKwdbCluster = freshCluster(),
  recordedOriginals: KwdbOriginals = NO_ORIGINALS,
): KwdbPlan {
  return planKwdb({ cluster, observed, recordedOriginals });
}

const codes = (list: readonly { readonly code: string }[]): readonly string[] => list.map(({ code }) => code);
const apply = (observed: ObservedKwdbCluster, made: KwdbPlan): ObservedKwdbCluster =>
  made.changes.reduce(applyToModel, observed);
const withNodes = (...ids: readonly number[]): ObservedKwdbCluster =>
  freshCluster({ nodes: { kind: "read", value: [1, 2, 3, 4, 5].map((id) => node(id, { live: ids.includes(id) })) } });

describe("planKwdb: zones", () => {
  test("document 004: meta gets seven replicas and keeps everything else", () => {
    const made = plan(declare([zone(meta, { numReplicas: 7 })]));
    expect(made.changes).toMatchObject([
      {
        kind: "configure-zone",
        target: meta,
        set: { numReplicas: 7 },
        inverse: { kind: "configure-zone", set: { numReplicas: 5 } },
      },
    ]);
    expect(made.blocked).toEqual([]);
    expect(codes(made.warnings)).toEqual(["KWDB_REPLICAS_EXCEED_NODES"]);
    expect(renderKwdbChanges(made.changes)).toBe("~ RANGE meta  (declared)\n    num_replicas: 5 -> 7");
  });

  test("a HASHPOINT partition that an old server cannot list is not taken for missing", () => {
    const declared = declare([zone(Target.partition("ts", "m", "unseen"), { numReplicas: 5 })]);
    const { abilities } = freshCluster();
    expect(codes(plan(declared, freshCluster()).blocked)).toEqual(["KWDB_TARGET_UNKNOWN"]);
    const made = plan(declared, freshCluster({ abilities: { ...abilities, listsHashPoints: false } }));
    expect({ blocked: made.blocked, changes: made.changes.length }).toEqual({ blocked: [], changes: 1 });
  });

  test("an empty list makes no zone where there is nothing to inherit, and one where there is", () => {
    const empty = [zone(owned, { leasePreferences: [] }), zone(owned, { constraints: NO_CONSTRAINTS })];
    for (const declared of empty) expect(plan(declare([declared])).changes).toEqual([]);
    const placed: ZoneValues = { constraints: { kind: "all-replicas", constraints: [region("NODE1")] }, leasePreferences: [[region("NODE1")]] };
    const observed = freshCluster({ zones: zonesWith([Target.table("d", "p"), placed]) });
    for (const declared of empty) expect(plan(declare([declared]), observed).changes).toMatchObject([{ kind: "configure-zone", set: { constraints: expect.anything() } }]);
  });

  test.each<
    readonly [string, ZoneConfigDeclaration, readonly (readonly [ZoneTarget, ZoneValues])[], object | undefined]
  >([
    [
      "a new zone",
      zone(table, { numReplicas: 5 }),
      [],
      { kind: "configure-zone", before: null, set: { numReplicas: 5 }, inverse: { kind: "discard-zone" } },
    ],
    ["nothing when it is so", zone(table, { numReplicas: 5 }), [[table, { numReplicas: 5 }]], undefined],
    [
      "one variable more",
      zone(table, { numReplicas: 5, gcTtl: seconds(600) }),
      [[table, { numReplicas: 5 }]],
      { kind: "configure-zone", set: { gcTtl: 600 } },
    ],
    [
      "one variable less: reset and written again",
      zone(table, { numReplicas: 5 }),
      [[table, { numReplicas: 5, gcTtl: seconds(600) }]],
      {
        kind: "replace-zone",
        reset: "discard",
        set: { numReplicas: 5 },
        inverse: { kind: "configure-zone", set: { gcTtl: 600 } },
      },
    ],
    [
      "merge time unset without a reset",
      zone(table, { numReplicas: 5 }),
      [[table, { numReplicas: 5, tsMerge: days(1) }]],
      { kind: "configure-zone", set: { tsMerge: 0 } },
    ],
    [
      "sizes written together",
      zone(table, { rangeMinBytes: byteSize(2_000_000), rangeMaxBytes: byteSize(20_000_000) }),
      [[table, { rangeMinBytes: byteSize(2_000_000), rangeMaxBytes: byteSize(30_000_000) }]],
      { set: { rangeMinBytes: 2_000_000n, rangeMaxBytes: 20_000_000n } },
    ],
    [
      "a size alone is completed with the inherited one",
      zone(table, { rangeMaxBytes: byteSize(1_000_000_000) }),
      [],
      { set: { rangeMinBytes: 134_217_728n, rangeMaxBytes: 1_000_000_000n } },
    ],
    [
      "copied from the parent",
      zone(table, {}, { copyFromParent: ["numReplicas"] }),
      [[Target.database("d"), { numReplicas: 5 }]],
      { set: { numReplicas: 5 } },
    ],
    [
      "per-replica constraints with the number of replicas",
      zone(partition, {
        constraints: { kind: "per-replica", groups: [{ replicas: 1, constraints: [region("NODE1")] }] },
      }),
      [],
      { target: owned, set: { numReplicas: 3, constraints: { kind: "per-replica" } } },
    ],
    [
      "lease preferences with constraints",
      zone(partition, { leasePreferences: [[region("NODE1")]] }),
      [],
      { set: { constraints: NO_CONSTRAINTS, leasePreferences: [[region("NODE1")]] } },
    ],
    [
      "constraints that somebody set by the YAML form",
      zone(table, { numReplicas: 5 }),
      [[table, { numReplicas: 5, constraints: { kind: "all-replicas", constraints: [region("NODE1")] } }]],
      { kind: "replace-zone", set: { numReplicas: 5 } },
    ],
    [
      "empty lists that the server writes are no difference",
      zone(table, { numReplicas: 5 }),
      [[table, { numReplicas: 5, constraints: NO_CONSTRAINTS, leasePreferences: [] }]],
      undefined,
    ],
    ["everything inherited: no zone", zone(table, {}), [[table, {}]], { kind: "discard-zone" }],
    [
      "an undeclared variable of a system range stays",
      zone(meta, { gcTtl: seconds(7200) }),
      [],
      { kind: "configure-zone", set: { gcTtl: 7200 } },
    ],
    [
      "default changes in place",
      zone(Target.range("default"), { numReplicas: 5 }),
      [],
      { kind: "configure-zone", set: { numReplicas: 5 } },
    ],
    [
      "timeseries has no zone at first",
      zone(Target.range("timeseries"), { gcTtl: seconds(1200) }),
      [],
      { kind: "configure-zone", before: null, set: { gcTtl: 1200 }, inverse: { kind: "discard-zone" } },
    ],
  ])("%s", (_, declared, own, wanted) => {
    const made = plan(declare([declared]), freshCluster({ zones: zonesWith(...own) }));
    expect(made.blocked).toEqual([]);
    if (wanted === undefined) expect(made.changes).toEqual([]);
    else expect(made.changes).toMatchObject([wanted]);
  });

  test("parents come first, and children see what they will inherit", () => {
    const child = zone(table, {}, { copyFromParent: ["numReplicas"] });
    const made = plan(declare([child, zone(Target.database("d"), { numReplicas: 7 })]));
    expect(
      made.changes.map((change) =>
        change.kind === "configure-zone" ? [formatZoneTarget(change.target), change.set.numReplicas] : change.kind,
      ),
    ).toEqual([
      ["DATABASE d", 7],
      ["TABLE d.public.t", 7],
    ]);
  });

  test.each<readonly [string, ZoneConfigDeclaration, ObservedKwdbCluster, string]>([
    [
      "system range without leave",
      zone(meta, { numReplicas: 7 }, { allowSystemRange: false }),
      freshCluster(),
      "KWDB_SYSTEM_RANGE_NOT_ALLOWED",
    ],
    [
      "system database without leave",
      zone(Target.database("system"), { numReplicas: 7 }, { allowSystemRange: false }),
      freshCluster(),
      "KWDB_SYSTEM_RANGE_NOT_ALLOWED",
    ],
    [
      "fewer replicas than a system range came with",
      zone(meta, { numReplicas: 3 }),
      freshCluster(),
      "KWDB_REPLICAS_BELOW_ORIGINAL",
    ],
    [
      "shrinking while a node is down",
      zone(table, { numReplicas: 3 }),
      { ...withNodes(1, 2, 3, 4), zones: zonesWith([table, { numReplicas: 5 }]) },
      "KWDB_SHRINK_WITH_NODE_DOWN",
    ],
    [
      "shrinking by inheriting while a node is down",
      zone(table, {}),
      { ...withNodes(1, 2, 3, 4), zones: zonesWith([table, { numReplicas: 5 }]) },
      "KWDB_SHRINK_WITH_NODE_DOWN",
    ],
    [
      "shrinking without seeing the nodes",
      zone(table, { numReplicas: 3 }),
      freshCluster({ nodes: { kind: "not-admin" }, zones: zonesWith([table, { numReplicas: 5 }]) }),
      "KWDB_NODES_UNREADABLE",
    ],
    ["unknown database", zone(Target.database("dd"), { numReplicas: 3 }), freshCluster(), "KWDB_TARGET_UNKNOWN"],
    ["unknown table", zone(Target.table("d", "tt"), { numReplicas: 3 }), freshCluster(), "KWDB_TARGET_UNKNOWN"],
    [
      "unknown partition",
      zone(Target.partition("d", "p", "z"), { numReplicas: 3 }),
      freshCluster(),
      "KWDB_TARGET_UNKNOWN",
    ],
    ["index", zone(Target.index("d", "t", "wi"), { numReplicas: 3 }), freshCluster(), "KWDB_TARGET_UNSUPPORTED"],
    [
      "not an administrator",
      zone(meta, { numReplicas: 7 }),
      freshCluster({ nodes: { kind: "not-admin" } }),
      "KWDB_NOT_ADMIN",
    ],
    [
      "no node has it",
      zone(partition, { constraints: { kind: "all-replicas", constraints: [region("NODE9")] } }),
      freshCluster(),
      "KWDB_CONSTRAINT_MATCHES_NO_NODE",
    ],
    [
      "sizes that conflict with what is inherited",
      zone(table, { rangeMaxBytes: byteSize(100_000_000) }),
      freshCluster(),
      "KWDB_RANGE_SIZES_CONFLICT",
    ],
    [
      "more replicas in constraints than inherited",
      zone(partition, {
        constraints: { kind: "per-replica", groups: [{ replicas: 5, constraints: [region("NODE1")] }] },
      }),
      freshCluster(),
      "KWDB_CONSTRAINT_REPLICAS_EXCEED",
    ],
    [
      "old server, time-series table",
      zone(Target.table("ts", "m"), { numReplicas: 5 }),
      freshCluster({
        version: "2.0.4",
        abilities: {
          timeSeriesZones: false,
          partitionZones: false,
          indexZones: true,
          rebalance: false,
          listsHashPoints: false,
          mergesByTime: true,
        },
      }),
      "KWDB_TARGET_UNSUPPORTED",
    ],
  ])("blocked: %s", (_, declared, observed, code) => {
    const made = plan(declare([declared]), observed);
    expect(codes(made.blocked)).toEqual([code]);
    expect(made.changes).toEqual([]);
    expect(codes(driftOfKwdb(made))).toEqual([code]);
  });

  test("growing while a node is down is fine, and so is a shrinking cluster whose node was decommissioned", () => {
    expect(plan(declare([zone(table, { numReplicas: 5 })]), withNodes(1, 2, 3, 4)).blocked).toEqual([]);
    const left = freshCluster({
      zones: zonesWith([table, { numReplicas: 5 }]),
      nodes: { kind: "read", value: [node(1), node(2), node(3), node(4, { live: false, decommissioning: true })] },
    });
    expect(plan(declare([zone(table, { numReplicas: 3 })]), left).blocked).toEqual([]);
  });

  test("a partition name on several indexes must say which", () => {
    const [first, ...others] = freshCluster().tables;
    const observed = freshCluster({
      tables: [
        {
          ...first!,
          indexes: ["primary", "wi"],
          partitions: ["primary", "wi"].map((index) => ({ name: "a", index, hashPoints: null })),
        },
        ...others,
      ],
    });
    expect(codes(plan(declare([zone(partition, { numReplicas: 5 })]), observed).blocked)).toEqual([
      "KWDB_PARTITION_AMBIGUOUS",
    ]);
    expect(plan(declare([zone(Target.partition("d", "p", "a", "wi"), { numReplicas: 5 })]), observed).blocked).toEqual(
      [],
    );
  });

  test.each<readonly [string, ZoneConfigDeclaration, ObservedKwdbCluster, string]>([
    ["even", zone(table, { numReplicas: 4 }), freshCluster(), "KWDB_REPLICAS_EVEN"],
    ["gc short", zone(table, { gcTtl: seconds(60) }), freshCluster(), "KWDB_GC_TTL_SHORT"],
    ["merge time without effect", zone(table, { tsMerge: days(1) }), freshCluster(), "KWDB_TS_MERGE_NO_EFFECT"],
    [
      "merge time without splitting",
      zone(table, { tsMerge: days(1) }),
      freshCluster({ abilities: { ...freshCluster().abilities, mergesByTime: true } }),
      "KWDB_TS_MERGE_NEEDS_SPLIT_SETTINGS",
    ],
    [
      "merging turned off",
      zone(Target.database("ts"), { numReplicas: 5 }),
      freshCluster({ abilities: { ...freshCluster().abilities, mergesByTime: true } }),
      "KWDB_TS_MERGE_NOT_INHERITED",
    ],
    [
      "table over partitions",
      zone(Target.table("ts", "m"), { numReplicas: 5 }),
      freshCluster({ zones: zonesWith([Target.partition("ts", "m", "p0", "primary"), { numReplicas: 3 }]) }),
      "KWDB_TABLE_ZONE_HIDES_PARTITIONS",
    ],
    [
      "rule for a dead node",
      zone(partition, { constraints: { kind: "all-replicas", constraints: [region("NODE5")] } }),
      withNodes(1, 2, 3, 4),
      "KWDB_CONSTRAINT_NAMES_DEAD_NODE",
    ],
  ])("warns: %s", (_, declared, observed, code) =>
    expect(codes(plan(declare([declared]), observed).warnings)).toContain(code),
  );

  test("drift names each variable with what it is and what is declared", () => {
    const made = plan(
      declare([zone(table, { numReplicas: 5 })]),
      freshCluster({ zones: zonesWith([table, { numReplicas: 3, gcTtl: seconds(4242) }]) }),
    );
    expect(driftOfKwdb(made)).toEqual([
      {
        code: "ZONE_VARIABLE_CHANGED",
        address: "TABLE d.public.t",
        summary: "gc.ttlseconds is 4242, declared inherited",
      },
      { code: "ZONE_VARIABLE_CHANGED", address: "TABLE d.public.t", summary: "num_replicas is 3, declared 5" },
    ]);
    expect(codes(driftOfKwdb(plan(declare([zone(table, { numReplicas: 5 })]))))).toEqual(["ZONE_MISSING"]);
  });

  test("zones that the server writes are no drift and can be listed", () => {
    const replica = Target.partition("ts", "m", "rebalance_replica64", "primary");
    const single = freshCluster({
      nodes: { kind: "read", value: [node(1, { startMode: "start-single-replica" })] },
      zones: zonesWith(
        [replica, { numReplicas: 3 }],
        [Target.database("e"), { numReplicas: 1 }],
        [table, { gcTtl: seconds(600) }],
        [Target.database("d"), { numReplicas: 1 }],
      ),
    });
    const cluster = declare([zone(Target.database("d"), { gcTtl: seconds(600) })], { reportUndeclaredZones: true });
    const made = plan(cluster, single);
    expect(made.undeclaredZones).toEqual([table]);
    expect(made.changes).toMatchObject([{ kind: "configure-zone", set: { gcTtl: 600 } }]);
    expect(codes(driftOfKwdb(made))).toEqual(["ZONE_VARIABLE_CHANGED", "ZONE_UNDECLARED"]);
    expect(driftOfKwdb(plan({ ...cluster, reportUndeclaredZones: false, zones: [] }, single))).toEqual([]);
    expect(
      Object.fromEntries(
        listZones(cluster, single).map(({ zone: live, origin }) => [formatZoneTarget(live.target), origin]),
      ),
    ).toMatchObject({
      "RANGE meta": "server",
      "DATABASE e": "server",
      "DATABASE d": "declared",
      "TABLE d.public.t": "user",
      "PARTITION rebalance_replica64 OF INDEX ts.public.m@primary": "server",
    });
  });
});

describe("originals", () => {
  test("system ranges get back what was found, users' objects lose their zone", () => {
    const before = freshCluster({ zones: zonesWith([table, { gcTtl: seconds(7777) }]) });
    const first = plan(
      declare([
        zone(meta, { numReplicas: 7 }),
        zone(table, { numReplicas: 5 }),
        zone(Target.range("timeseries"), { gcTtl: seconds(1200) }),
      ]),
      before,
    );
    const originals = recordOriginals(NO_ORIGINALS, first.changes);
    const applied = apply(before, first);
    const destroyed = plan(declare([]), applied, originals);
    expect(
      destroyed.changes.map((change) => [change.kind, "target" in change ? formatZoneTarget(change.target) : ""]),
    ).toEqual([
      ["configure-zone", "RANGE meta"],
      ["discard-zone", "RANGE timeseries"],
      ["discard-zone", "TABLE d.public.t"],
    ]);
    const after = apply(applied, destroyed);
    expect(after.zones).toEqual(
      freshCluster().zones.map((live) => ({
        ...live,
        zoneId: after.zones.find(({ target }) => formatZoneTarget(target) === formatZoneTarget(live.target))?.zoneId,
      })),
    );
    expect(
      isEmptyKwdbPlan(plan(declare([]), after, keepOriginals(originals, { zones: [], settings: [], rebalances: [] }))),
    ).toBe(true);
  });

  test("a variable of a system range that is not declared any more goes back, what others changed stays", () => {
    const first = plan(declare([zone(meta, { numReplicas: 7, gcTtl: seconds(7200) })]));
    const originals = recordOriginals(NO_ORIGINALS, first.changes);
    const applied = apply(freshCluster(), first);
    const touched = {
      ...applied,
      zones: zonesWith([
        meta,
        {
          ...applied.zones.find(({ target }) => formatZoneTarget(target) === "RANGE meta")!.own,
          rangeMaxBytes: byteSize(1_000_000_000),
        },
      ]),
    };
    expect(plan(declare([zone(meta, { numReplicas: 7 })]), touched, originals).changes).toMatchObject([
      { kind: "configure-zone", set: { gcTtl: 3600 }, after: { rangeMaxBytes: 1_000_000_000n } },
    ]);
  });

  test("the first value found stays the original", () => {
    const first = plan(declare([zone(meta, { numReplicas: 7 })]));
    const once = recordOriginals(NO_ORIGINALS, first.changes);
    const second = plan(declare([zone(meta, { numReplicas: 9 })]), apply(freshCluster(), first), once);
    const twice = recordOriginals(once, second.changes);
    expect(twice.zones).toEqual(once.zones);
    expect(once.zones).toMatchObject([{ target: meta, own: { numReplicas: 5 }, changed: ["numReplicas"] }]);
  });

  test("a system range may go back to fewer replicas than now, but not while a node is down", () => {
    const first = plan(declare([zone(meta, { numReplicas: 7 })]));
    const originals = recordOriginals(NO_ORIGINALS, first.changes);
    const applied = apply(freshCluster(), first);
    expect(plan(declare([]), applied, originals).blocked).toEqual([]);
    expect(codes(plan(declare([]), { ...applied, nodes: withNodes(1, 2, 3, 4).nodes }, originals).blocked)).toEqual([
      "KWDB_SHRINK_WITH_NODE_DOWN",
    ]);
    expect(codes(plan(declare([zone(meta, { numReplicas: 3 })]), applied, originals).blocked)).toEqual([
      "KWDB_REPLICAS_BELOW_ORIGINAL",
    ]);
  });

  test("a setting goes back to the value found, or to its default", () => {
    const found = freshCluster({
      settings: {
        kind: "read",
        value: [
          { name: "kv.kvserver.ts_split_interval", type: "i", value: "7", explicit: true },
          { name: "kv.snapshot_rebalance.max_rate", type: "z", value: "16 MiB", explicit: false },
        ],
      },
    });
    const first = plan(
      declare([], {
        settings: [
          { name: "kv.kvserver.ts_split_interval", value: "1" },
          { name: "KV.snapshot_rebalance.max_rate", value: "8.0 MiB" },
        ],
      }),
      found,
    );
    expect(first.changes).toMatchObject([
      { kind: "set-setting", after: { value: "1" }, inverse: { kind: "set-setting", after: { value: "7" } } },
      { kind: "set-setting", after: { value: "8 MiB" }, inverse: { kind: "reset-setting" } },
    ]);
    const originals = recordOriginals(NO_ORIGINALS, first.changes);
    const destroyed = plan(declare([]), apply(found, first), originals);
    expect(destroyed.changes).toMatchObject([
      { kind: "set-setting", after: { value: "7" } },
      { kind: "reset-setting", name: "kv.snapshot_rebalance.max_rate" },
    ]);
    expect(apply(apply(found, first), destroyed).settings).toEqual(found.settings);
  });
});

describe("restoring", () => {
  test("what was imported, or was so before, is given up on destroy as well", () => {
    const observed = freshCluster({ zones: zonesWith([table, { numReplicas: 5 }]) });
    const declared = declare([zone(table, { numReplicas: 5 }), zone(meta, { numReplicas: 5 })], {
      settings: [{ name: "kv.kvserver.ts_split_interval", value: "10" }],
    });
    const originals = recordFound(NO_ORIGINALS, declared, observed);
    expect(originals.settings).toMatchObject([{ name: "kv.kvserver.ts_split_interval", found: { explicit: false } }]);
    expect(restoreChanges("kw", observed, originals).changes).toMatchObject([{ kind: "discard-zone", target: table }]);
    expect(recordFound(originals, declared, freshCluster())).toEqual(originals);
  });

  test("an imported system range gets back what is changed after the import", () => {
    const declared = declare([zone(meta, { numReplicas: 7 })]);
    const first = recordFound(NO_ORIGINALS, declared, freshCluster());
    const made = plan(declared, freshCluster(), first);
    const originals = recordOriginals(first, made.changes);
    expect(restoreChanges("kw", apply(freshCluster(), made), originals).changes).toMatchObject([
      { kind: "configure-zone", target: meta, set: { numReplicas: 5 } },
    ]);
  });
});

describe("planKwdb: settings", () => {
  const setting = (name: string, value: string): KwdbClusterDeclaration => declare([], { settings: [{ name, value }] });
  test.each<readonly [string, KwdbClusterDeclaration, ObservedKwdbCluster, string]>([
    ["unknown", setting("no.such", "1"), freshCluster(), "KWDB_SETTING_UNKNOWN"],
    ["wrong type", setting("kv.kvserver.ts_split_interval", "x"), freshCluster(), "KWDB_SETTING_WRONG_VALUE"],
    [
      "not an administrator",
      setting("kv.kvserver.ts_split_interval", "1"),
      freshCluster({ settings: { kind: "not-admin" } }),
      "KWDB_NOT_ADMIN",
    ],
  ])("blocked: %s", (_, cluster, observed, code) => expect(codes(plan(cluster, observed).blocked)).toEqual([code]));
  test("the same value written otherwise is no difference", () =>
    expect(plan(setting("kv.snapshot_rebalance.max_rate", "16777216")).changes).toEqual([]));
});

describe("planKwdb: rebalance", () => {
  const ts = Target.table("ts", "m");
  const rebalance = (target: ZoneTarget, more: object = {}): KwdbClusterDeclaration =>
    declare([], {
      rebalances: [{ name: "spread", target, triggers: { round: "1" }, replacePartitions: false, ...more }],
    });

  test("is done once, and again when its triggers change", () => {
    const made = plan(rebalance(ts));
    expect(made.changes).toMatchObject([{ kind: "rebalance", reason: "declared and not done yet", inverse: null }]);
    expect(codes(made.warnings)).toEqual(["KWDB_REBALANCE_OFF_PEAK", "KWDB_REBALANCE_REPLACES_PARTITIONS"]);
    const done = recordRebalance(NO_ORIGINALS, { name: "spread", triggers: { round: "1" } });
    expect(plan(rebalance(ts), freshCluster(), done).changes).toEqual([]);
    expect(plan(rebalance(ts, { triggers: { round: "2" } }), freshCluster(), done).changes).toMatchObject([
      { reason: "its triggers have changed" },
    ]);
    expect(codes(driftOfKwdb(made))).toEqual(["REBALANCE_DUE"]);
  });

  const zones = [zone(Target.partition("ts", "m", "p0"), { numReplicas: 3 })];
  test.each<readonly [string, KwdbClusterDeclaration, ObservedKwdbCluster, readonly string[]]>([
    ["relational table", rebalance(table), freshCluster(), ["KWDB_REBALANCE_RELATIONAL"]],
    ["unknown table", rebalance(Target.table("ts", "x")), freshCluster(), ["KWDB_TARGET_UNKNOWN"]],
    ["unknown database", rebalance(Target.database("x")), freshCluster(), ["KWDB_TARGET_UNKNOWN"]],
    ["system range", rebalance(meta), freshCluster(), ["KWDB_REBALANCE_SYSTEM"]],
    [
      "old server",
      rebalance(ts),
      freshCluster({ abilities: { ...freshCluster().abilities, rebalance: false } }),
      ["KWDB_REBALANCE_UNSUPPORTED"],
    ],
    [
      "node leaving",
      rebalance(ts),
      freshCluster({ nodes: { kind: "read", value: [node(1), node(2, { decommissioning: true })] } }),
      ["KWDB_REBALANCE_DECOMMISSIONING"],
    ],
    [
      "declared partitions of the table",
      { ...rebalance(ts), zones },
      freshCluster(),
      ["KWDB_REBALANCE_REPLACES_DECLARED"],
    ],
    [
      "declared partitions of the database",
      { ...rebalance(Target.database("ts")), zones },
      freshCluster(),
      ["KWDB_REBALANCE_REPLACES_DECLARED"],
    ],
    [
      "declared partitions anywhere",
      { ...rebalance(Target.range("default")), zones },
      freshCluster(),
      ["KWDB_REBALANCE_REPLACES_DECLARED"],
    ],
    [
      "declared partitions, and it is wanted",
      { ...rebalance(ts, { replacePartitions: true }), zones },
      freshCluster(),
      [],
    ],
    [
      "declared partitions of something relational",
      { ...rebalance(Target.range("default")), zones: [zone(partition, { numReplicas: 5 })] },
      freshCluster(),
      [],
    ],
  ])("%s", (_, cluster, observed, wanted) => expect(codes(plan(cluster, observed).blocked)).toEqual(wanted));

  test("nodes without a region of their own are warned about", () => {
    const observed = freshCluster({
      nodes: { kind: "read", value: [node(1), node(2, { locality: [{ key: "region", value: "NODE1" }] })] },
    });
    expect(codes(plan(rebalance(ts), observed).warnings)).toContain("KWDB_REBALANCE_LOCALITIES");
  });
});
