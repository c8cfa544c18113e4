import { greptimePort } from "../../../src/engines/greptimedb/execute";
import { parseProcedureState } from "../../../src/engines/greptimedb/moves";
import type { Row } from "../../../src/engines/greptimedb/connect";
import type { ClusterPort, SubmitResult } from "../../../src/engines/port";
import type { Move } from "../../../src/planning/change";
import { datanodeId, regionIdOf, type PartitionKey } from "../../../src/topology/ids";
import { CONNECTION_LOST, scriptedSession, serverError, type Answer } from "./scripted-session";

const REGION = regionIdOf(1024, 0);
const MOVE: Move = {
  kind: "move-region",
  table: { database: "public", name: "cpu" },
  partition: "host < 'g'" as PartitionKey,
  region: REGION,
  from: datanodeId(1),
  to: datanodeId(2),
  sizeBytes: null,
  reason: "",
};
const UUID = "538b7476-9f79-4e50-aa9c-b1de90710839";

function port(
  version: string,
  answer: (sql: string) => Answer,
): { readonly port: ClusterPort; readonly sent: string[] } {
  const session = scriptedSession((sql) =>
    sql === "SELECT version()" ? [[`8.4.2-greptimedb-${version}`]] : answer(sql),
  );
  return { port: greptimePort(session, { delay: async () => undefined }), sent: session.sent };
}

function leader(peer: number, status = "ALIVE"): readonly Row[] {
  return [
    [String(regionIdOf(1024, 1)), "7", "Yes", "ALIVE"],
    [String(REGION), String(peer), "Yes", status],
  ];
}

async function submit(
  version: string,
  migrate: Answer,
  others: (sql: string) => Answer = () => leader(1),
): Promise<SubmitResult & { readonly sent: string[] }> {
  const { port: opened, sent } = port(version, (sql) => (sql.includes("migrate_region(") ? migrate : others(sql)));
  return { ...(await opened.moves.submit(MOVE, 60)), sent };
}

const wrapped = (msg: string): ReturnType<typeof serverError> =>
  serverError(
    `(Unexpected): Failed to execute admin function migrate_region: Execution error: ${msg}, code: Unexpected, tonic code: Internal error`,
  );

test("an id is an id; the timeout is passed", async () => {
  const result = await submit("1.1.4", [[UUID]]);
  expect(result).toMatchObject({ kind: "submitted", procedure: UUID });
  expect(result.sent).toContain(`ADMIN migrate_region(${REGION}, 1, 2, 60)`);
});

test("SELECT before 0.9.3", async () => {
  expect((await submit("0.9.2", [[UUID]])).sent).toContain(`SELECT migrate_region(${REGION}, 1, 2, 60)`);
});

describe("already there, in every shape", () => {
  test("0.15 on: an error", async () => {
    expect(
      await submit(
        "1.1.4",
        wrapped(`The region migration procedure is completed for region: ${REGION}(1024, 0), target_peer: 2`),
      ),
    ).toMatchObject({ kind: "already-there" });
  });
  test.each(["0.7.2", "0.9.2", "0.12.2"])("%s: no id, and the leader is the target", async (version) => {
    expect(await submit(version, [[null]], () => leader(2))).toMatchObject({ kind: "already-there" });
  });
  test("0.12: no id, but the leader is elsewhere: try again", async () => {
    expect(await submit("0.12.2", [[null]], () => leader(1))).toMatchObject({
      kind: "transient",
      diagnostic: { code: "GREPTIMEDB_NO_PROCEDURE" },
    });
  });
  test("0.12: the NULL id surfaces as an unknown error", async () => {
    expect(
      await submit(
        "0.12.2",
        serverError(
          "(Unexpected): Invalid argument error: Column is declared as non-nullable but contains null values",
        ),
        () => leader(2),
      ),
    ).toMatchObject({ kind: "already-there" });
  });
  test("refused, because the leader is the target by now", async () => {
    expect(
      await submit(
        "1.1.4",
        wrapped("Region's leader peer changed: Region's leader peer(2) is not the `from_peer`(1)"),
        () => leader(2),
      ),
    ).toMatchObject({ kind: "already-there" });
  });
  test("not while it is being downgraded there", async () => {
    expect(await submit("0.12.2", [[null]], () => leader(2, "DOWNGRADING"))).toMatchObject({ kind: "transient" });
  });
});

test.each([
  ["Another migration procedure is running for region: 1(1024, 0)", "busy", undefined],
  ["The target peer is unavailable temporally: 2", "transient", "GREPTIMEDB_PEER_UNAVAILABLE"],
  ["No leader, should ask leader first", "transient", "GREPTIMEDB_METASRV_UNAVAILABLE"],
  ["Internal error: 1000", "transient", "GREPTIMEDB_INTERNAL_ERROR"],
  ["Too many running procedures, max: 128", "transient", "GREPTIMEDB_TOO_MANY_PROCEDURES"],
  [
    "Region's leader peer changed: Region's leader peer(3) is not the `from_peer`(1)",
    "refused",
    "GREPTIMEDB_LEADER_CHANGED",
  ],
  ["Failed to find table route for 1024", "refused", "GREPTIMEDB_REGION_GONE"],
  ["Invalid arguments: The `to_peer`(2) is already has a region follower", "refused", "GREPTIMEDB_TARGET_HAS_FOLLOWER"],
  ["Unsupported operation migrate_region", "refused", "GREPTIMEDB_STANDALONE"],
  [
    "Unexpected, violated: Trying to execute region migration on the logical table",
    "refused",
    "GREPTIMEDB_LOGICAL_REGION",
  ],
])("%s: %s", async (msg, kind, code) => {
  const result = await submit("1.1.4", wrapped(msg));
  expect(result.kind).toBe(kind);
  if (code !== undefined) expect(result).toMatchObject({ diagnostic: { code } });
});

test.each([
  ["1", "source"],
  ["2", "target"],
])("datanode %s is named as what it is: the %s", async (peer, role) => {
  expect(await submit("1.1.4", wrapped(`The target peer is unavailable temporally: ${peer}`))).toMatchObject({
    diagnostic: { summary: `Datanode ${peer}, the ${role} of the move, does not answer` },
  });
});

describe("the connection was lost after the server acted", () => {
  test("the running procedure is adopted", async () => {
    const running: readonly Row[] = [
      ["other", "metasrv-procedure::RegionMigration", "Running", `Exclusive("__region_lock/${regionIdOf(1024, 1)}")`],
      [
        UUID,
        "metasrv-procedure::RegionMigration",
        "Running",
        `Share("__catalog_lock/greptime"),Exclusive("__region_lock/${REGION}")`,
      ],
    ];
    expect(
      await submit("1.1.4", CONNECTION_LOST, (sql) => (sql.includes("procedure_info") ? running : leader(1))),
    ).toMatchObject({ kind: "submitted", procedure: UUID });
  });
  test("finished meanwhile", async () => {
    expect(
      await submit("1.1.4", CONNECTION_LOST, (sql) => (sql.includes("procedure_info") ? [] : leader(2))),
    ).toMatchObject({ kind: "already-there" });
  });
  test.each([
    ["nothing is to be seen of it yet", "1.1.4", (sql: string) => (sql.includes("procedure_info") ? [] : leader(1))],
    ["nothing can be asked", "1.1.4", () => CONNECTION_LOST],
    ["the version does not list what runs", "0.8.2", () => leader(1)],
  ] as const)("%s: it may have been taken all the same", async (_, version, others) => {
    await expect(submit(version, CONNECTION_LOST, others)).rejects.toMatchObject({ transient: true, sent: true });
  });
});

describe.each(["Internal error: 1003", "Retry exceeded max times(3), message: Failed to ask leader"])(
  "metasrv died while it answered, and may have stored the procedure: %s",
  (text) => {
    const running: readonly Row[] = [[UUID, "metasrv-procedure::RegionMigration", "Running", `Exclusive("__region_lock/${REGION}")`]];
    test("the running procedure is adopted", async () => {
      expect(await submit("1.1.4", wrapped(text), (sql) => (sql.includes("procedure_info") ? running : leader(1)))).toMatchObject({
        kind: "submitted",
        procedure: UUID,
      });
    });
    test("finished meanwhile", async () => {
      expect(await submit("1.1.4", wrapped(text), (sql) => (sql.includes("procedure_info") ? [] : leader(2)))).toMatchObject({ kind: "already-there" });
    });
    test.each([
      ["nothing is to be seen of it yet", (sql: string): Answer => (sql.includes("procedure_info") ? [] : leader(1))],
      ["nothing can be asked", () => serverError("(EngineExecuteQuery): tcp connect error")],
    ])("%s: it is not taken for refused", async (_, others) => {
      await expect(submit("1.1.4", wrapped(text), others)).rejects.toMatchObject({ transient: true, sent: true });
    });
  },
);

test("a server before 0.7 is refused without a statement", async () => {
  const result = await submit("0.6.0", [[UUID]]);
  expect(result).toMatchObject({ kind: "refused", diagnostic: { code: "GREPTIMEDB_MIGRATION_UNSUPPORTED" } });
  expect(result.sent).toEqual(["SELECT version()"]);
});

test.each([
  ['{"status":"Done"}', { kind: "done" }],
  ['{"status":"Running"}', { kind: "running" }],
  [
    '{"status":"Retrying","error":"Mailbox received timeout"}',
    { kind: "retrying", error: "Mailbox received timeout", cause: "other" },
  ],
  [
    '{"status":"Retrying","error":"does not satisfy requirement \'object storage\': x"}',
    { kind: "retrying", cause: "no-shared-storage" },
  ],
  ['{"status":"PrepareRollback"}', { kind: "rolling-back", error: "", cause: "other" }],
  [
    '{"status":"RollingBack","error":"Failed to find table route for 1052"}',
    { kind: "rolling-back", error: "Failed to find table route for 1052", cause: "region-gone" },
  ],
  [
    '{"status":"Failed","error":"Mailbox channel closed: Datanode-1"}',
    { kind: "failed", error: "Mailbox channel closed: Datanode-1", cause: "other" },
  ],
  ['{"status":"Poisoned"}', { kind: "failed" }],
  ['{"status":"Unknown"}', { kind: "unknown" }],
  ["nonsense", { kind: "unknown" }],
])("%s", (text, expected) => expect(parseProcedureState(text)).toMatchObject(expected));

test("states by one statement, errors asked for only where something is wrong", async () => {
  const { port: opened, sent } = port("1.1.4", (sql) =>
    sql.includes("procedure_info")
      ? [
          ["a", "Running"],
          ["b", "Done"],
          ["c", "Retrying"],
        ]
      : [['{"status":"Retrying","error":"slow"}']],
  );
  expect([...(await opened.moves.procedures(["a", "b", "c", "d"]))]).toEqual([
    ["a", { kind: "running" }],
    ["b", { kind: "done" }],
    ["d", { kind: "unknown" }],
    ["c", { kind: "retrying", error: "slow", cause: "other" }],
  ]);
  expect(sent.slice(1)).toEqual([expect.stringContaining("procedure_info"), "ADMIN procedure_state('c')"]);
});

test("states one by one where there is no procedure_info", async () => {
  const { port: opened, sent } = port("0.9.2", (sql) =>
    sql.includes("'a'") ? [['{"status":"Done"}']] : serverError("(InvalidArguments): Procedure not found: b", 1210),
  );
  expect([...(await opened.moves.procedures(["a", "b"]))]).toEqual([
    ["a", { kind: "done" }],
    ["b", { kind: "unknown" }],
  ]);
  expect(sent.slice(1)).toEqual(["SELECT procedure_state('a')", "SELECT procedure_state('b')"]);
  expect(await opened.moves.running([REGION])).toEqual({ migrations: new Map(), repartitioned: new Set() });
});

test("what is at work on regions: migrations by region, repartitions by the table or by one of its regions, in one statement", async () => {
  const locks = (...keys: readonly string[]): string => ["Share(\"__catalog_lock/greptime\")", ...keys.map((key) => `Exclusive("${key}")`)].join(",");
  const { port: opened, sent } = port("1.1.4", () => [
    ["m", "metasrv-procedure::RegionMigration", "Running", locks(`__region_lock/${regionIdOf(1024, 0)}`)],
    ["r", "metasrv-procedure::Repartition", "Running", locks("__table_lock/1025", "__table_name_lock/greptime.public.flt")],
    ["g", "metasrv-procedure::RepartitionGroup", "Running", locks(`__region_lock/${regionIdOf(1026, 3)}`)],
    ["a", "metasrv-procedure::AlterTable", "Running", locks("__table_lock/1024")],
  ]);
  const regions = [regionIdOf(1024, 0), regionIdOf(1024, 1), regionIdOf(1025, 7), regionIdOf(1026, 0)];
  expect(await opened.moves.running(regions)).toEqual({
    migrations: new Map([[regionIdOf(1024, 0), "m"]]),
    repartitioned: new Set([regionIdOf(1025, 7), regionIdOf(1026, 0)]),
  });
  expect(sent).toHaveLength(2);
});

test("leaders, followers, regions that are gone", async () => {
  const rows: readonly Row[] = [...leader(3, "STAGING"), [String(REGION), "5", "No", null]];
  const { port: opened } = port("0.17.2", () => rows);
  expect([...(await opened.moves.leaders([REGION, regionIdOf(1024, 9)]))]).toEqual([
    [REGION, { leader: 3n, followers: [5n], status: "STAGING" }],
  ]);
});

test("heartbeats; before 0.8 the datanodes are known but not their age", async () => {
  const { port: opened } = port("1.1.4", () => [
    ["-1", "METASRV", "a", "1.1.4", "6s 400ms", null, '{"is_leader":true}'],
    ["4294967296", "DATANODE", "b", "1.1.4", "5s", "3s", null],
  ]);
  expect(await opened.moves.heartbeats()).toEqual({ metasrvUptimeMs: 6400, silentMs: new Map([[4294967296n, 3000]]) });
  const { port: old } = port("0.7.2", () => leader(3));
  expect(await old.moves.heartbeats()).toEqual({
    metasrvUptimeMs: null,
    silentMs: new Map([
      [7n, null],
      [3n, null],
    ]),
  });
});
