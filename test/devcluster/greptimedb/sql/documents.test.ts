import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import * as mysql from "mysql2/promise";
import { type GreptimeDevCluster, startGreptimeDevCluster } from "../../../../src/devcluster/index";

/** The statements of the two documents that the product implements, word for word. */
const SHARDED_TABLE = `CREATE TABLE my_table (
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

let cluster: GreptimeDevCluster;
afterEach(() => cluster.stop());

describe("table sharding", () => {
  test("0.6 takes the document's table and routes its rows as the document says", async () => {
    cluster = await startGreptimeDevCluster({ version: "0.6.0" });
    const client = await mysql.createConnection({ host: cluster.host, port: cluster.port });
    await client.query(SHARDED_TABLE);
    await client.query("INSERT INTO my_table VALUES (9, 'p0', 1), (10, 'p1', 2), (19, 'p1', 3), (20, 'p2', 4), (NULL, 'p0', 5)");
    client.destroy();
    const meta = cluster.model.table("public", "my_table")!;
    const values = await Promise.all(meta.regions.map(async (region) => (await cluster.model.scan(meta.tableId, region)).map((row) => row[1])));
    expect(values.map((v) => [...new Set(v)])).toEqual([["p0"], ["p1"], ["p2"]]);
    expect((await cluster.sql("SHOW CREATE TABLE my_table"))[0]!["Create Table"]).toContain("PARTITION BY RANGE COLUMNS (`a`) (\n  PARTITION p0 VALUES LESS THAN (10),\n  PARTITION p1 VALUES LESS THAN (20),\n  PARTITION p2 VALUES LESS THAN (MAXVALUE)\n)");
  });

  test.each([
    ["PARTITION p0 VALUES LESS THAN (10)", "Please provide an extra partition that is bounded by 'MAXVALUE'."],
    ["PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (10), PARTITION p2 VALUES LESS THAN (MAXVALUE)", "VALUES LESS THAN value must be strictly increasing for each partition."],
    ["PARTITION p0 VALUES LESS THAN (10), PARTITION p0 VALUES LESS THAN (MAXVALUE)", "Duplicate partition names: p0"],
    ["PARTITION p0 VALUES LESS THAN (10, 1), PARTITION p1 VALUES LESS THAN (MAXVALUE)", "Partition value list does not match column list."],
  ])("0.6 refuses %s", async (partitions, message) => {
    cluster = await startGreptimeDevCluster({ version: "0.6.0" });
    await expect(cluster.sql(`CREATE TABLE t (a INT PRIMARY KEY, ts TIMESTAMP TIME INDEX) PARTITION BY RANGE COLUMNS (a) (${partitions})`)).rejects.toThrow(message);
  });

  test("0.7 and later refuse the document's table", async () => {
    cluster = await startGreptimeDevCluster({ version: "1.1.4" });
    await expect(cluster.sql(SHARDED_TABLE)).rejects.toMatchObject({ errno: 1149, message: "(InvalidSyntax): Unexpected token while parsing SQL statement, expected: 'ON, COLUMNS', found: BY: sql parser error: Expected: ON, found: BY at Line: 6, Column: 11" });
  });
});

describe("region migration", () => {
  async function migrationTarget(): Promise<void> {
    cluster = await startGreptimeDevCluster({ version: "1.1.4", datanodes: [1, 2, 3], procedureDurationMs: 30 });
    await cluster.sql("CREATE TABLE migration_target (a INT PRIMARY KEY, ts TIMESTAMP TIME INDEX)");
  }

  test("the document's statements move the region", async () => {
    await migrationTarget();
    expect(await cluster.sql(DISTRIBUTION)).toEqual([{ datanode_id: "1", region_id: "4398046511104" }]);
    const [answer] = await cluster.sql("ADMIN migrate_region(4398046511104, 1, 2, 60);");
    const id = answer!["ADMIN migrate_region(4398046511104, 1, 2, 60)"];
    let state = "";
    for (let i = 0; i < 100 && !state.includes("Done"); i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      state = Object.values((await cluster.sql(`ADMIN procedure_state('${id}')`))[0]!)[0] ?? "";
    }
    expect(state).toBe('{"status":"Done"}');
    expect(await cluster.sql(DISTRIBUTION)).toEqual([{ datanode_id: "2", region_id: "4398046511104" }]);
  });

  test("they work from the mysql command line client", async () => {
    await migrationTarget();
    if (spawnSync("mysql", ["--version"]).error !== undefined) {
      console.warn("The mysql command line client is not on the PATH: its part of this test did not run.");
      return;
    }
    const run = async (sql: string): Promise<string> => (await promisify(execFile)("mysql", ["--protocol=TCP", "-h", cluster.host, "-P", String(cluster.port), "-u", "root", "--batch", "-e", sql])).stdout;
    expect(await run(DISTRIBUTION)).toBe("datanode_id\tregion_id\n1\t4398046511104\n");
    expect(await run("ADMIN migrate_region(4398046511104, 1, 2, 60);")).toMatch(/^ADMIN migrate_region\(4398046511104, 1, 2, 60\)\n[0-9a-f-]{36}\n$/);
  });
});
