import { startKwdbDevCluster } from "../../../src/devcluster/kwdb";
import * as statements from "../../../src/engines/kwdb/statements";
import { abilitiesOf, parseServerVersion } from "../../../src/engines/kwdb/version";
import { createObjects, everyStatement, type Objects } from "./every-statement";

const objectsOf = (version: string): Objects => ({
  database: "d",
  timeSeries: "ts",
  region: "NODE1",
  replicas: !["2.0.4", "2.1.0"].includes(version),
  abilities: abilitiesOf(parseServerVersion(version)),
});

test("no statement of the engine is left out", () => {
  const listed = everyStatement(objectsOf("3.2.1"));
  expect(Object.keys(listed).sort()).toEqual(Object.keys(statements).sort());
  for (const texts of Object.values(listed)) expect(texts.length).toBeGreaterThan(0);
});

describe.each(["2.0.4", "2.1.0", "2.2.2", "3.0.0", "3.2.1"])("KWDB %s", (version) => {
  test("takes every statement of the engine, and is as before when the inverses have run", async () => {
    const cluster = await startKwdbDevCluster({ version, nodes: 5, rebalanceMs: 0 });
    try {
      const objects = objectsOf(version);
      for (const sql of createObjects(objects)) await cluster.sql(sql);
      const zones = await cluster.sql("SELECT target, raw_config_sql FROM kwdb_internal.zones");
      const { rebalanceStatement, ...rest } = everyStatement(objects);
      for (const sql of Object.values(rest).flat()) {
        const outcome = await cluster.sql(sql).then(
          () => "taken",
          (error: Error) => error.message,
        );
        expect([sql, outcome]).toEqual([sql, "taken"]);
      }
      expect(await cluster.sql("SELECT target, raw_config_sql FROM kwdb_internal.zones")).toEqual(zones);
      expect(await cluster.sql("SELECT name FROM system.settings WHERE name LIKE 'kv.%'")).toEqual([]);
      for (const sql of rebalanceStatement) await cluster.sql(sql);
    } finally {
      await cluster.stop();
    }
  });
});

test("tables, indexes and partitions of two databases are read at once, whatever the session's database", async () => {
  const cluster = await startKwdbDevCluster({ nodes: 5 });
  try {
    const objects = objectsOf("3.2.1");
    for (const sql of createObjects(objects)) await cluster.sql(sql);
    const rows = await cluster.sql(statements.selectTables(["d", "ts"], objects.abilities));
    // Two columns are called `name`; the last one stays.
    expect(rows.map((row) => [row["database_name"], row["index_name"], row["name"], row["hash_value"]])).toEqual([
      ["d", "primary", "a", null],
      ["d", "primary", "b", null],
      ["d", "primary", null, null],
      ["d", "wi", null, null],
      ["ts", "primary", "p0", "(0) TO (400)"],
    ]);
    expect(await cluster.sql("SELECT name FROM kwdb_internal.partitions")).toEqual([]);
    expect(await cluster.sql("SELECT count(*) AS n FROM d.kwdb_internal.table_indexes")).toEqual([{ n: "3" }]);
  } finally {
    await cluster.stop();
  }
});
