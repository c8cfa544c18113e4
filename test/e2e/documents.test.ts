import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startGreptimeDevCluster, type GreptimeDevCluster } from "../../src/devcluster";
import { REPOSITORY } from "./support/built-package";
import { expectCode, isThere, runProgram, type ProgramRun } from "./support/run-program";
import { UserProject } from "./support/user-project";

jest.setTimeout(120_000);

const CREATE_MY_TABLE = `CREATE TABLE my_table (
  a INT PRIMARY KEY,
  b STRING,
  ts TIMESTAMP TIME INDEX,
)
PARTITION BY RANGE COLUMNS (a) (
  PARTITION p0 VALUES LESS THAN (10),
  PARTITION p1 VALUES LESS THAN (20),
  PARTITION p2 VALUES LESS THAN (MAXVALUE),
);`;

const DISTRIBUTION = `select b.peer_id as datanode_id,
       a.greptime_partition_id as region_id
from information_schema.partitions a left join information_schema.region_peers b
on a.greptime_partition_id = b.region_id where a.table_name='migration_target' order by datanode_id asc;`;
const DISTRIBUTION_SHOWN = `+-------------+---------------+
| datanode_id | region_id     |
+-------------+---------------+
|           1 | 4398046511104 |
+-------------+---------------+`;
const MIGRATE = "ADMIN migrate_region(4398046511104, 1, 2, 60);";
const SIGNATURE = "ADMIN migrate_region(region_id, from_peer_id, to_peer_id, replay_timeout);";
const STATE = "ADMIN procedure_state('538b7476-9f79-4e50-aa9c-b1de90710839')";

const CREATE_MIGRATION_TARGET =
  "CREATE TABLE migration_target (host STRING, v DOUBLE, ts TIMESTAMP TIME INDEX, PRIMARY KEY (host))";
const RULES = ["a < 10", "a >= 10 AND a < 20", "a >= 20"];
const ROWS_OF_MY_TABLE = "(-5, 'x', 1), (9, 'x', 2), (10, 'x', 3), (19, 'x', 4), (20, 'x', 5), (2000000000, 'x', 6)";

let cluster: GreptimeDevCluster;
afterEach(() => cluster?.stop());

/** A fresh cluster whose first table, number 1024, has its region on datanode 1, as in the document. */
async function startWithMigrationTarget(version: string): Promise<void> {
  cluster = await startGreptimeDevCluster({ version, datanodes: 3, procedureDurationMs: 100 });
  await cluster.sql(CREATE_MIGRATION_TARGET);
  await cluster.sql("INSERT INTO migration_target (host, v, ts) VALUES ('a', 1.5, 1), ('b', 2.5, 2)");
  cluster.faults.moveBehindYourBack(4398046511104n, 1n);
}

async function datanodeOfTarget(): Promise<string | null> {
  const [row] = await cluster.sql(
    "SELECT peer_id FROM information_schema.region_peers WHERE region_id = 4398046511104",
  );
  return row!["peer_id"]!;
}

/** How many of the rows lie in each region, in the order of the regions. */
async function rowsByRegion(): Promise<readonly number[]> {
  const table = cluster.model.table("public", "my_table")!;
  return Promise.all(table.regions.map(async (region) => (await cluster.model.scan(table.tableId, region)).length));
}

const withMysql = isThere("mysql", ["--version"], {
  onBuildServer: false,
  by: "the documents' statements are not sent by the mysql command line client (Debian: default-mysql-client)",
})
  ? describe
  : describe.skip;

withMysql("the documents' statements, word for word, from the mysql command line client", () => {
  const mysql = (input: string): Promise<ProgramRun> =>
    runProgram(
      "mysql",
      ["--no-defaults", "--table", "--host", cluster.host, "--port", String(cluster.port), "--user", "root", "public"],
      {
        cwd: "/",
        env: { PATH: process.env["PATH"] ?? "" },
        input,
      },
    );

  test.each(["0.15.5", "1.0.2", "1.1.4"])("region migration on %s", async (version) => {
    await startWithMigrationTarget(version);
    expect(expectCode(await mysql(DISTRIBUTION), 0).stdout.trim()).toBe(DISTRIBUTION_SHOWN);

    const procedure = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(expectCode(await mysql(MIGRATE), 0).stdout)![0];
    await untilStateIs(procedure, '{"status":"Done"}');
    expect(expectCode(await mysql(DISTRIBUTION), 0).stdout.trim()).toBe(
      DISTRIBUTION_SHOWN.replace("|           1 |", "|           2 |"),
    );
    expect(await cluster.sql("SELECT host FROM migration_target ORDER BY host")).toEqual([
      { host: "a" },
      { host: "b" },
    ]);

    const unknown = expectCode(await mysql(STATE), 1);
    expect(unknown.stderr).toContain("Procedure not found: 538b7476-9f79-4e50-aa9c-b1de90710839");
    const signature = expectCode(await mysql(SIGNATURE), 1);
    expect(signature.stderr).toContain("unsupported function arg region_id for migrate_region");
    const unmoved = expectCode(await mysql("ADMIN migrate_region(4398046511104, 2, 2, 60);"), 1);
    expect(unmoved.stderr).toContain("The `from_peer_id` can't equal `to_peer_id`");
    expect(await datanodeOfTarget()).toBe("2");
  });

  async function untilStateIs(procedure: string, state: string): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const { stdout } = expectCode(await mysql(`ADMIN procedure_state('${procedure}')`), 0);
      if (stdout.includes(state)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`procedure ${procedure} did not become ${state}`);
  }

  test("table sharding on 0.6.0, the last with the document's syntax", async () => {
    cluster = await startGreptimeDevCluster({ version: "0.6.0" });
    expectCode(await mysql(CREATE_MY_TABLE), 0);
    expectCode(await mysql(`INSERT INTO my_table (a, b, ts) VALUES ${ROWS_OF_MY_TABLE};`), 0);
    expect(await rowsByRegion()).toEqual([2, 2, 2]);
  });

  test.each(["1.0.2", "1.1.4"])(
    "%s refuses the document's table as recorded, and takes the translated one",
    async (version) => {
      cluster = await startGreptimeDevCluster({ version });
      const { errno, sqlstate, message } = recordedRefusal(version);
      const refused = expectCode(await mysql(CREATE_MY_TABLE), 1);
      expect(refused.stderr.trim().split("\n").at(-1)).toBe(`ERROR ${errno} (${sqlstate}) at line 1: ${message}`);

      expectCode(
        await mysql(CREATE_MY_TABLE.replace(/PARTITION BY[^]*/, `PARTITION ON COLUMNS (a) (${RULES.join(", ")});`)),
        0,
      );
      expectCode(await mysql(`INSERT INTO my_table (a, b, ts) VALUES ${ROWS_OF_MY_TABLE};`), 0);
      expect(await rowsByRegion()).toEqual([2, 2, 2]);
    },
  );
});

/** What a real server of that version answered to the document's CREATE TABLE. */
function recordedRefusal(version: string): {
  readonly errno: number;
  readonly sqlstate: string;
  readonly message: string;
} {
  const lines = readFileSync(join(REPOSITORY, "test", "recorded", `greptimedb-${version}`, "statements.jsonl"), "utf8")
    .trim()
    .split("\n");
  const recorded = lines.map(
    (line) => JSON.parse(line) as { sql?: string; error?: { errno: number; sqlstate: string; message: string } },
  );
  return recorded.find(({ sql }) => sql === CREATE_MY_TABLE)!.error!;
}

describe("the documents declared in code", () => {
  let project: UserProject;
  beforeAll(async () => {
    project = await UserProject.create({ "sharding.js": program(SHARDED), "migration.js": program(MIGRATED) });
  });
  afterAll(() => project?.remove());

  async function apply(main: string): Promise<ProgramRun> {
    Object.assign(project.env, {
      TOPOFORM_GREPTIMEDB_HOST: cluster.host,
      TOPOFORM_GREPTIMEDB_PORT: String(cluster.port),
    });
    expectCode(await project.node(main), 0);
    return project.topoform("apply", "--auto-approve");
  }

  test.each([
    ["0.6.0", "PARTITION BY RANGE COLUMNS (`a`)"],
    ["0.9.5", "PARTITION ON COLUMNS (`a`)"],
    ["1.1.4", "PARTITION ON COLUMNS (`a`)"],
  ])("table sharding is written in the syntax of %s", async (version, syntax) => {
    cluster = await startGreptimeDevCluster({ version });
    expectCode(await apply("sharding.js"), 0);
    const created = cluster.statements().filter(({ sql }) => sql.startsWith("CREATE TABLE"));
    expect(created.map(({ sql }) => sql.includes(syntax))).toEqual([true]);
    await cluster.sql(`INSERT INTO my_table (a, b, ts) VALUES ${ROWS_OF_MY_TABLE}`);
    expect(await rowsByRegion()).toEqual([2, 2, 2]);
    expectCode(await project.topoform("drift"), 0);
  });

  test("region migration is a declared datanode; where the region is already, nothing is moved", async () => {
    await startWithMigrationTarget("1.1.4");
    expectCode(await apply("migration.js"), 0);
    expect(await datanodeOfTarget()).toBe("2");
    const migrations = (): readonly string[] =>
      cluster
        .statements()
        .map(({ sql }) => sql)
        .filter((sql) => sql.includes("migrate_region"));
    expect(migrations()).toEqual(["ADMIN migrate_region(4398046511104, 1, 2, 60)"]);
    expectCode(await project.topoform("apply", "--auto-approve"), 0);
    expect(migrations()).toHaveLength(1);
  });
});

const SHARDED = `new PartitionedTable(stack, "my-table", {
  cluster,
  name: "my_table",
  columns: { a: Column.int32(), b: Column.string(), ts: Column.timestamp({ timeIndex: true }) },
  primaryKey: ["a"],
  partitions: Partitions.byRange({
    columns: ["a"],
    partitions: [{ name: "p0", lessThan: 10 }, { name: "p1", lessThan: 20 }, { name: "p2", lessThan: MAXVALUE }],
  }),
});`;

const MIGRATED = `new RegionPlacement(stack, "target", { cluster, table: "migration_target", pins: { "*": 2 }, replayTimeoutSeconds: 60 });`;

function program(declaration: string): string {
  return `const { App, TerraformStack } = require("cdktf");
const { Column, Datanodes, GreptimeCluster, MAXVALUE, PartitionedTable, Partitions, RegionPlacement, SharedStorage } = require("topoform");
const app = new App();
const stack = new TerraformStack(app, "document");
const cluster = GreptimeCluster.fromEnvironment(stack, "cluster", { datanodes: Datanodes.count(3), sharedStorage: SharedStorage.s3({ bucket: "metrics" }) });
${declaration}
app.synth();
`;
}
