import { byteSize } from "../../../src/topology/kwdb/byte-size";
import type { Constraint } from "../../../src/topology/kwdb/constraint";
import { seconds } from "../../../src/topology/kwdb/duration";
import { formatZoneTarget } from "../../../src/topology/kwdb/format-zone-target";
import { Target } from "../../../src/topology/kwdb/zone-target";
import { driftOfKwdb } from "../../../src/planning/kwdb/drift";
import { NO_ORIGINALS } from "../../../src/planning/kwdb/originals";
import { isEmptyKwdbPlan } from "../../../src/planning/kwdb/plan";
import type { KwdbProgress } from "../../../src/engines/kwdb-port";
import { declare, zone } from "../../planning/kwdb/declare";
import { startTestCluster, type TestCluster } from "./dev-cluster";

const meta = Target.range("meta");
const table = Target.table("d", "t");
const region = (value: string): Constraint => ({ requirement: "required", key: "region", value });
let test_: TestCluster;
const zoneSql = async (where: string): Promise<readonly (string | null | undefined)[]> =>
  (await test_.cluster.sql(`SELECT raw_config_sql FROM kwdb_internal.zones WHERE ${where}`)).map(
    (row) => row["raw_config_sql"],
  );
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "none",
    (error: { diagnostic?: { code?: string } }) => error.diagnostic?.code ?? error,
  );

beforeEach(async () => {
  test_ = await startTestCluster();
});
afterEach(() => test_.stop());

describe("on the dev cluster", () => {
  test("document 004: meta gets seven replicas, drift by hand is seen and mended, destroy restores", async () => {
    const declared = declare([zone(meta, { numReplicas: 7 })]);
    const originals = await test_.apply(declared);
    const [shown] = await test_.cluster.sql("SHOW ZONE CONFIGURATION FOR RANGE meta");
    expect(shown?.["raw_config_sql"]).toBe(
      "ALTER RANGE meta CONFIGURE ZONE USING\n\trange_min_bytes = 134217728,\n\trange_max_bytes = 536870912,\n\tgc.ttlseconds = 3600,\n\tnum_replicas = 7,\n\tconstraints = '[]',\n\tlease_preferences = '[]'",
    );
    expect(isEmptyKwdbPlan(await test_.plan(declared, originals))).toBe(true);
    await test_.cluster.sql("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 9");
    expect(driftOfKwdb(await test_.plan(declared, originals))).toEqual([
      { code: "ZONE_VARIABLE_CHANGED", address: "RANGE meta", summary: "num_replicas is 9, declared 7" },
    ]);
    await test_.apply(declared, originals);
    await test_.apply(declare([]), originals);
    expect(await zoneSql("range_name = 'meta'")).toEqual([expect.stringContaining("num_replicas = 5")]);
  });

  test("every kind of target and variable is written, read back and no drift; one variable is unset; all go on destroy", async () => {
    await test_.cluster.sql(
      "ALTER TABLE ts.m PARTITION BY HASHPOINT (PARTITION p0 VALUES FROM (0) TO (1000), PARTITION p1 VALUES FROM (1000) TO (2000))",
    );
    const zones = [
      zone(Target.range("default"), { gcTtl: seconds(1200) }),
      zone(Target.range("timeseries"), { gcTtl: seconds(1200) }),
      zone(Target.database("d"), { numReplicas: 5, rangeMaxBytes: byteSize(1_073_741_824) }),
      zone(
        table,
        { gcTtl: seconds(600), rangeMinBytes: byteSize(2_000_000), rangeMaxBytes: byteSize(20_000_000) },
        { copyFromParent: ["numReplicas"] },
      ),
      zone(Target.partition("d", "p", "a"), {
        numReplicas: 3,
        constraints: {
          kind: "per-replica",
          groups: [
            { replicas: 1, constraints: [region("NODE2")] },
            { replicas: 1, constraints: [region("NODE1")] },
          ],
        },
        leasePreferences: [[region("NODE1")], [region("NODE2")]],
      }),
      zone(Target.partition("ts", "m", "p0"), {
        constraints: { kind: "all-replicas", constraints: [region("NODE1")] },
      }),
      zone(Target.database("ts"), { numReplicas: 3, tsMerge: seconds(300) }),
    ];
    const declared = declare(zones);
    const before = await test_.cluster.sql("SHOW ZONE CONFIGURATIONS");
    const originals = await test_.apply(declared);
    expect((await test_.plan(declared, originals)).changes).toEqual([]);
    expect(await zoneSql("table_name = 't'")).toEqual([
      "ALTER TABLE d.public.t CONFIGURE ZONE USING\n\trange_min_bytes = 2000000,\n\trange_max_bytes = 20000000,\n\tgc.ttlseconds = 600,\n\tnum_replicas = 5",
    ]);
    const without = declare(
      zones.map((each) => (each.target === table ? { ...each, values: { gcTtl: seconds(600) } } : each)),
    );
    await test_.apply(without, originals);
    expect(await zoneSql("table_name = 't'")).toEqual([
      expect.stringMatching(/USING\n\tgc.ttlseconds = 600,\n\tnum_replicas = 5/),
    ]);
    expect((await test_.plan(without, originals)).changes).toEqual([]);
    await test_.apply(declare([]), originals);
    expect(await test_.cluster.sql("SHOW ZONE CONFIGURATIONS")).toEqual(before);
  });

  test("constraints that somebody set by the YAML form are drift and go away", async () => {
    const declared = declare([zone(table, { numReplicas: 5 })]);
    await test_.apply(declared);
    await test_.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE = 'constraints: [+region=NODE1]'");
    expect(driftOfKwdb(await test_.plan(declared))).toMatchObject([
      { summary: "constraints is [+region=NODE1], declared inherited" },
    ]);
    await test_.apply(declared);
    expect((await test_.plan(declared)).changes).toEqual([]);
  });

  test("a change that somebody made since the plan is refused, and nothing is written", async () => {
    const made = await test_.plan(declare([zone(table, { numReplicas: 5 })]));
    await test_.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = 777");
    expect(await codeOf(test_.port.applyChange(made.changes[0]!))).toBe("KWDB_ZONE_CHANGED");
    expect(await zoneSql("table_name = 't'")).toEqual([
      "ALTER TABLE d.public.t CONFIGURE ZONE USING\n\tgc.ttlseconds = 777",
    ]);
  });

  test("doing a change twice is success", async () => {
    const made = await test_.plan(
      declare([zone(table, { numReplicas: 5 })], { settings: [{ name: "kv.kvserver.ts_split_interval", value: "1" }] }),
    );
    expect(made.changes.map(({ kind }) => kind)).toEqual(["set-setting", "configure-zone"]);
    for (const change of made.changes) expect(await test_.port.applyChange(change)).toBe("done");
    for (const change of made.changes) expect(await test_.port.applyChange(change)).toBe("already-there");
  });

  test("what the server refuses is one diagnostic about the target, and the transaction is rolled back", async () => {
    await test_.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = 777");
    const [made] = (await test_.plan(declare([zone(table, { numReplicas: 5 })]))).changes;
    if (made?.kind !== "replace-zone") throw new Error(made?.kind);
    const bad = { ...made, set: { numReplicas: 2 } };
    await expect(test_.port.applyChange(bad)).rejects.toMatchObject({
      diagnostic: {
        code: "KWDB_VALUE_REFUSED",
        address: "TABLE d.public.t",
        detail: expect.stringContaining("at least 3 replicas"),
      },
    });
    expect(await zoneSql("table_name = 't'")).toEqual([
      "ALTER TABLE d.public.t CONFIGURE ZONE USING\n\tgc.ttlseconds = 777",
    ]);
    expect(await test_.port.applyChange(made)).toBe("done");
  });

  describe.each<readonly [string, (sql: string) => boolean]>([
    ["the statement", (sql) => sql.includes("num_replicas = 5")],
    ["COMMIT", (sql) => sql === "COMMIT"],
    ["BEGIN", (sql) => sql === "BEGIN"],
  ])("a connection lost after %s", (_, matches) => {
    test("is mended: read again, done once", async () => {
      const [change] = (await test_.plan(declare([zone(table, { numReplicas: 5 })]))).changes;
      test_.cluster.faults.dropConnectionAfter(matches);
      expect(await test_.port.applyChange(change!)).toBe("done");
      expect(await zoneSql("table_name = 't'")).toEqual([
        "ALTER TABLE d.public.t CONFIGURE ZONE USING\n\tnum_replicas = 5",
      ]);
    });
  });

  test.each([
    [
      "a transaction to be retried",
      "instead" as const,
      { sqlstate: "40001", message: "restart transaction: TransactionRetryWithProtoRefreshError: x" },
      (sql: string) => sql.includes("num_replicas = 5"),
    ],
    [
      "an ambiguous commit that took effect",
      "after" as const,
      { sqlstate: "40003", message: "result is ambiguous" },
      (sql: string) => sql === "COMMIT",
    ],
    [
      "an ambiguous commit that did not",
      "instead" as const,
      { sqlstate: "40003", message: "result is ambiguous" },
      (sql: string) => sql === "COMMIT",
    ],
  ])("%s", async (_, when, error, matches) => {
    const [change] = (await test_.plan(declare([zone(table, { numReplicas: 5 })]))).changes;
    if (when === "after") test_.cluster.faults.failAfter(matches, error);
    else test_.cluster.faults.failStatement(matches, error);
    expect(await test_.port.applyChange(change!)).toBe("done");
    expect(await zoneSql("table_name = 't'")).toEqual([
      "ALTER TABLE d.public.t CONFIGURE ZONE USING\n\tnum_replicas = 5",
    ]);
  });

  test("a setting that is stored although SET answered with an error", async () => {
    const declared = declare([], { settings: [{ name: "kv.kvserver.ts_split_interval", value: "1" }] });
    const [change] = (await test_.plan(declared)).changes;
    test_.cluster.faults.failAfter((sql) => sql.startsWith("SET CLUSTER SETTING"), {
      sqlstate: "XXUUU",
      message: "setting updated but timed out waiting to read new value",
    });
    expect(await test_.port.applyChange(change!)).toBe("done");
    expect((await test_.plan(declared)).changes).toEqual([]);
  });

  test("settings of several types are set, and go back to what was found", async () => {
    await test_.cluster.sql("SET CLUSTER SETTING kv.kvserver.ts_split_interval = 7");
    const declared = declare([], {
      settings: [
        { name: "kv.kvserver.ts_split_interval", value: "1" },
        { name: "kv.allocator.ts_consider_rebalance.enabled", value: "false" },
        { name: "kv.snapshot_rebalance.max_rate", value: "8 MiB" },
        { name: "kv.range_merge.queue_interval", value: "90s" },
        { name: "kv.allocator.load_based_rebalancing", value: "leases" },
        { name: "kv.allocator.range_rebalance_threshold", value: "0.1" },
      ],
    });
    const before = await test_.cluster.sql(
      "SELECT variable, value FROM kwdb_internal.cluster_settings ORDER BY variable",
    );
    const originals = await test_.apply(declared);
    expect((await test_.plan(declared, originals)).changes).toEqual([]);
    await test_.apply(declare([]), originals);
    expect(
      await test_.cluster.sql("SELECT variable, value FROM kwdb_internal.cluster_settings ORDER BY variable"),
    ).toEqual(before);
    expect(await test_.cluster.sql("SELECT name, value FROM system.settings WHERE name LIKE 'kv.%'")).toEqual([
      { name: "kv.kvserver.ts_split_interval", value: "7" },
    ]);
  });

  test("a setting that somebody changed since the plan is refused", async () => {
    const [change] = (
      await test_.plan(declare([], { settings: [{ name: "kv.kvserver.ts_split_interval", value: "1" }] }))
    ).changes;
    await test_.cluster.sql("SET CLUSTER SETTING kv.kvserver.ts_split_interval = 3");
    expect(await codeOf(test_.port.applyChange(change!))).toBe("KWDB_SETTING_CHANGED");
  });

  test("a rebalance's job is followed to its end, once", async () => {
    const declared = declare([], {
      rebalances: [
        { name: "spread", target: Target.table("ts", "m"), triggers: { round: "1" }, replacePartitions: false },
      ],
    });
    const made = await test_.plan(declared);
    const progress: KwdbProgress[] = [];
    expect(await test_.port.applyChange(made.changes[0]!, { onProgress: (each) => void progress.push(each) })).toBe(
      "done",
    );
    expect(progress.at(-1)).toMatchObject({ kind: "rebalance", status: "succeeded", fraction: 1 });
    const observed = await test_.port.inspect({ cluster: declared });
    expect(observed.zones.filter(({ target }) => target.kind === "partition").length).toBe(5);
    expect(
      (await test_.plan(declare([zone(table, { numReplicas: 5 })], { reportUndeclaredZones: true }))).undeclaredZones,
    ).toEqual([]);
    expect(test_.sent.filter((sql) => sql.endsWith("USING REBALANCE"))).toEqual([
      'ALTER TABLE "ts".public."m" CONFIGURE ZONE USING REBALANCE',
    ]);
  });

  test("a rebalance whose answer is lost is followed, not started again", async () => {
    const [change] = (
      await test_.plan(
        declare([], {
          rebalances: [{ name: "spread", target: Target.table("ts", "m"), triggers: {}, replacePartitions: false }],
        }),
      )
    ).changes;
    test_.cluster.faults.dropConnectionAfter((sql) => sql.endsWith("USING REBALANCE"));
    expect(await test_.port.applyChange(change!)).toBe("done");
    expect(
      await test_.cluster.sql("SELECT job_id FROM kwdb_internal.jobs WHERE job_type = 'REPLICA REBALANCE'"),
    ).toHaveLength(1);
  });

  test("a rebalance that fails says why", async () => {
    const [change] = (
      await test_.plan(
        declare([], {
          rebalances: [{ name: "spread", target: Target.table("ts", "m"), triggers: {}, replacePartitions: false }],
        }),
      )
    ).changes;
    test_.cluster.faults.failRebalance("from point must smaller than to point");
    await expect(test_.port.applyChange(change!)).rejects.toMatchObject({
      diagnostic: { code: "KWDB_REBALANCE_FAILED", detail: expect.stringContaining("from point must smaller") },
    });
  });

  test("a partition that several indexes have is named by its index", async () => {
    const [change] = (await test_.plan(declare([zone(Target.partition("d", "p", "a"), { numReplicas: 5 })]))).changes;
    test_.cluster.faults.failStatement((sql) => sql.includes('PARTITION "a" OF TABLE'), {
      sqlstate: "22023",
      message: 'partition "a" exists on multiple indexes of table "p"',
    });
    expect(await test_.port.applyChange(change!)).toBe("done");
    expect(test_.sent).toContain(
      'ALTER PARTITION "a" OF INDEX "d".public."p"@"primary" CONFIGURE ZONE USING num_replicas = 5',
    );
  });

  test("a session's database that does not exist is told", async () => {
    const port = test_.open({ database: "nosuch" });
    expect(await codeOf(port.inspect({ cluster: declare([]) }))).toBe("KWDB_SESSION_DATABASE_UNKNOWN");
  });

  test("ranges are waited for", async () => {
    const progress: KwdbProgress[] = [];
    test_.cluster.faults.pauseReplication();
    await test_.apply(declare([zone(table, { numReplicas: 5 })]));
    const result = await test_.port.waitForReplicas([table], {
      onProgress: (each) => {
        progress.push(each);
        test_.cluster.faults.resumeReplication();
      },
    });
    expect(result).toEqual({ kind: "agreed", ranges: 1 });
    expect(progress[0]).toMatchObject({ ready: 0, total: 1, pending: [{ name: "d.t", replicas: 3, wanted: 5 }] });
    test_.cluster.faults.pauseReplication();
    await test_.apply(declare([zone(table, { numReplicas: 3 })]));
    expect(await test_.port.waitForReplicas([table], { timeoutSeconds: 4 })).toMatchObject({
      kind: "timed-out",
      pending: [{ replicas: 5, wanted: 3 }],
    });
    expect(await test_.port.waitForReplicas([table], { signal: AbortSignal.abort() })).toMatchObject({
      kind: "aborted",
    });
    test_.cluster.faults.resumeReplication();
  });

  test("a fresh cluster's ranges agree with their zones, the system's too", async () => {
    expect(await test_.port.waitForReplicas([Target.range("default")], { timeoutSeconds: 10 })).toMatchObject({
      kind: "agreed",
    });
  });

  test("ranges and nodes for people", async () => {
    const [range] = await test_.port.ranges({ database: "d", table: "t" });
    expect(range).toMatchObject({
      database: "d",
      table: "t",
      leaseholder: { node: expect.any(Number), locality: expect.stringMatching(/^region=NODE\d$/) },
    });
    expect(range?.replicas).toHaveLength(3);
    expect((await test_.port.nodes()).map(({ id, live, locality }) => [id, live, locality[0]?.value])).toEqual(
      [1, 2, 3, 4, 5].map((id) => [id, true, `NODE${id}`]),
    );
  });

  test("a node that is down keeps replicas from being taken away", async () => {
    await test_.apply(declare([zone(table, { numReplicas: 5 })]));
    await test_.cluster.faults.killNode(5);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const made = await test_.plan(declare([zone(table, { numReplicas: 3 })]));
    expect(made.blocked.map(({ code }) => code)).toEqual(["KWDB_SHRINK_WITH_NODE_DOWN"]);
    expect(
      (
        await test_.plan(
          declare([
            zone(Target.partition("d", "p", "a"), {
              constraints: { kind: "all-replicas", constraints: [region("NODE5")] },
            }),
          ]),
        )
      ).warnings.map(({ code }) => code),
    ).toContain("KWDB_CONSTRAINT_NAMES_DEAD_NODE");
  });

  test("a cluster without a majority never answers: one diagnostic in time", async () => {
    await test_.port.nodes();
    const impatient = test_.open({ statementTimeoutMs: 300 });
    await impatient.nodes();
    for (const node of [3, 4, 5]) await test_.cluster.faults.killNode(node);
    const begun = Date.now();
    expect(["KWDB_NO_ANSWER", "KWDB_STATEMENT_TIMEOUT"]).toContain(
      await codeOf(impatient.inspect({ cluster: declare([]) })),
    );
    expect(Date.now() - begun).toBeLessThan(5000);
  });

  test("who is no administrator reads zones, sees that the rest is withheld, and is told", async () => {
    await test_.cluster.sql("CREATE USER u");
    await test_.cluster.sql("GRANT ZONECONFIG ON DATABASE d TO u");
    const port = test_.open({ user: "u" });
    const observed = await port.inspect({
      cluster: declare([], { settings: [{ name: "kv.kvserver.ts_split_interval", value: "1" }] }),
      ranges: true,
    });
    expect(observed).toMatchObject({
      nodes: { kind: "not-admin" },
      settings: { kind: "not-admin" },
      ranges: { kind: "not-admin" },
    });
    expect(observed.zones.map(({ target }) => formatZoneTarget(target))).toContain("RANGE meta");
    const [change] = (await test_.plan(declare([zone(table, { numReplicas: 5 })]))).changes;
    expect(await codeOf(port.applyChange(change!))).toBe("KWDB_NO_PRIVILEGE");
  });

  test("the next node is taken when the first is gone", async () => {
    const [first, second] = test_.cluster.nodes;
    const port = test_.open({
      endpoints: [
        { host: first!.host, port: 1 },
        { host: second!.host, port: second!.port },
      ],
    });
    expect((await port.nodes()).length).toBe(5);
  });

  test.each<readonly [string, (cluster: TestCluster) => Parameters<TestCluster["open"]>[0], string]>([
    ["wrong user", () => ({ user: "nobody" }), "KWDB_LOGIN_REFUSED"],
    ["nothing there", () => ({ endpoints: [{ host: "127.0.0.1", port: 1 }] }), "KWDB_UNREACHABLE"],
    ["TLS asked of an insecure cluster", () => ({ tls: { mode: "verify-full" } }), "KWDB_TLS_NOT_OFFERED"],
    [
      "CA file missing",
      () => ({ tls: { mode: "verify-full", caFile: "/nowhere/ca.crt" } }),
      "KWDB_TLS_FILE_UNREADABLE",
    ],
    ["unknown host", () => ({ endpoints: [{ host: "no-such-host.invalid", port: 26257 }] }), "KWDB_HOST_UNKNOWN"],
  ])("connection refused: %s", async (_, settings, code) =>
    expect(await codeOf(test_.open(settings(test_)).nodes())).toBe(code),
  );

  test("2,000 zones are read with at most ten statements", async () => {
    const zones = Array.from({ length: 2000 }, (_, i) => zone(Target.table("d", `t${i}`), { numReplicas: 5 }));
    test_.sent.length = 0;
    const declared = declare(zones, { settings: [{ name: "kv.kvserver.ts_split_interval", value: "1" }] });
    const observed = await test_.port.inspect({ cluster: declared, originals: NO_ORIGINALS, ranges: true });
    expect(observed.ranges).toMatchObject({ kind: "read" });
    expect(test_.sent.length).toBeLessThanOrEqual(10);
  });
});
