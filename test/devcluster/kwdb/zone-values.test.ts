import { failure, Stage } from "./stage";

/** `ALTER TABLE d.t …` and what the zone holds then, one variable a line. */
const FORMS: readonly (readonly [what: string, statements: string, zone: readonly string[]])[] = [
  ["a number as text, as expression, as a whole decimal", "num_replicas = '5', gc.ttlseconds = 60 * 60 * 25 + 1, range_min_bytes = 2e6, range_max_bytes = 512 * 1024 * 1024", ["range_min_bytes = 2000000", "range_max_bytes = 536870912", "gc.ttlseconds = 90001", "num_replicas = 5"]],
  ["COPY FROM PARENT takes the parent's value now", "num_replicas = COPY FROM PARENT, gc.ttlseconds = COPY FROM PARENT", ["gc.ttlseconds = 90000", "num_replicas = 3"]],
  ["USING DEFAULT makes a zone that sets nothing", "DEFAULT", []],
  ["ts_merge.days is an interval of any unit, printed in hours", "ts_merge.days = '2 days 3h'", ["ts_merge.days = 51h0m0s"]],
  ["a year of it is 365.25 days", "ts_merge.days = '1 year'", ["ts_merge.days = 8766h0m0s"]],
];

const YAML: readonly (readonly [what: string, first: string, yaml: string, zone: readonly string[]])[] = [
  ["sets what it names", "gc.ttlseconds = 700", "num_replicas: 5", ["gc.ttlseconds = 700", "num_replicas = 5"]],
  ["keeps what it sets to null", "gc.ttlseconds = 700", "{num_replicas: 5, gc: null}", ["gc.ttlseconds = 700", "num_replicas = 5"]],
  ["takes numbers of other bases and with underscores", "gc.ttlseconds = 700", "{num_replicas: 0x5, range_min_bytes: 2_000_000, range_max_bytes: 536870912}", ["range_min_bytes = 2000000", "range_max_bytes = 536870912", "gc.ttlseconds = 700", "num_replicas = 5"]],
];

describe("values of zones", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open({ rebalanceMs: 0 });
    await stage.cluster.sql("CREATE DATABASE d; CREATE TABLE d.t (k INT PRIMARY KEY); CREATE TS DATABASE tsd; CREATE TABLE tsd.s (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)");
  });
  afterEach(() => stage.close());

  const zone = async (where = "table_name = 't'"): Promise<readonly string[]> => {
    const [row] = await stage.cluster.sql(`SELECT raw_config_sql FROM kwdb_internal.zones WHERE ${where}`);
    return (row?.["raw_config_sql"] ?? "").split("\n").slice(1).map((line) => line.trim().replace(/,$/, "")).filter((line) => line !== "");
  };

  test.each(FORMS)("%s", async (_, assignments, expected) => {
    await stage.cluster.sql(`ALTER TABLE d.t CONFIGURE ZONE USING ${assignments}`);
    expect(await zone()).toEqual(expected);
  });

  test.each(YAML)("the YAML form %s", async (_, first, yaml, expected) => {
    await stage.cluster.sql(`ALTER TABLE d.t CONFIGURE ZONE USING ${first}`);
    await stage.cluster.sql(`ALTER TABLE d.t CONFIGURE ZONE = '${yaml}'`);
    expect(await zone()).toEqual(expected);
  });

  test("an error in one variable leaves all as they were", async () => {
    await stage.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = 700");
    await failure(stage.cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING gc.ttlseconds = 800, num_replicas = 2"));
    expect(await zone()).toEqual(["gc.ttlseconds = 700"]);
  });

  test("a hash-point partition whose name is a reserved word is stored with its quotes, and cannot be named", async () => {
    await stage.cluster.sql("ALTER TABLE tsd.s PARTITION BY HASHPOINT (PARTITION a VALUES FROM (0) TO (1000), PARTITION default VALUES FROM (1000) TO (2000))");
    expect(await stage.column("SELECT name FROM \"\".kwdb_internal.partitions ORDER BY hash_value")).toEqual(["a", '"default"']);
    for (const name of ["default", '"default"']) expect(await failure(stage.cluster.sql(`ALTER PARTITION ${name} OF TABLE tsd.s CONFIGURE ZONE USING num_replicas = 3`))).toMatchObject({ code: "XXUUU", message: 'partition "default" does not exist on table "s"' });
    await stage.cluster.sql("ALTER PARTITION a OF TABLE tsd.s CONFIGURE ZONE USING num_replicas = 3");
    expect(await zone("partition_name = 'a'")).toEqual(["num_replicas = 3"]);
  });
});
