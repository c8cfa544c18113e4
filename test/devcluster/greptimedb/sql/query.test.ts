import { type GreptimeDevCluster, startGreptimeDevCluster } from "../../../../src/devcluster/index";

let cluster: GreptimeDevCluster;
beforeAll(async () => {
  cluster = await startGreptimeDevCluster({ version: "1.1.4" });
  await cluster.sql("CREATE TABLE t (h STRING, v DOUBLE, u BIGINT UNSIGNED, d DECIMAL(10,2), ok BOOLEAN, ts TIMESTAMP TIME INDEX, PRIMARY KEY (h)) PARTITION ON COLUMNS (h) (h < 'm', h >= 'm')");
  await cluster.sql("INSERT INTO t VALUES ('a', 1.5, 18446744073709551615, '1.25', true, '2024-01-01 00:00:00'), ('z', 2.5, 9223372036854775808, 2, false, '2024-01-02 00:00:00'), ('b', NULL, 1, NULL, NULL, 1000)");
});
afterAll(() => cluster.stop());

const values = async (sql: string): Promise<readonly (readonly (string | null)[])[]> => (await cluster.sql(sql)).map((row) => Object.values(row));

describe("queries are executed, not recognised", () => {
  test.each<[string, readonly (readonly (string | null)[])[]]>([
    ["SELECT h, sum(v) FROM t GROUP BY h ORDER BY 2 DESC", [["b", null], ["z", "2.5"], ["a", "1.5"]]],
    ["SELECT h FROM t ORDER BY v", [["a"], ["z"], ["b"]]],
    ["SELECT u FROM t WHERE u > 9223372036854775807 ORDER BY u", [["9223372036854775808"], ["18446744073709551615"]]],
    ["SELECT a.h AS x, b.h AS y FROM t a LEFT JOIN t b ON a.h = b.h AND b.v > 2 ORDER BY x", [["a", null], ["b", null], ["z", "z"]]],
    ["SELECT CASE WHEN v > 2 THEN 'big' ELSE 'small' END AS size, count(*) AS n FROM t GROUP BY size HAVING n > 1", [["small", "2"]]],
    ["WITH x AS (SELECT h FROM t) SELECT h FROM x UNION ALL SELECT 'q' ORDER BY h DESC LIMIT 2", [["z"], ["q"]]],
    ["SELECT h FROM t WHERE h IN (SELECT h FROM t WHERE v > 2) OR h LIKE 'A%' OR h ILIKE 'A%' ORDER BY 1", [["a"], ["z"]]],
    ["SELECT (SELECT count(*) FROM t s WHERE s.h <= t.h) AS rank FROM t ORDER BY rank", [["1"], ["2"], ["3"]]],
    ["SELECT h FROM t WHERE ts >= '2024-01-01 00:00:00' AND ts < '2024-01-02 00:00:00'", [["a"]]],
    ["SELECT d FROM t WHERE d BETWEEN 1 AND 1.5", [["1.25"]]],
    ["SELECT DISTINCT ok FROM t WHERE ok IS NOT NULL ORDER BY ok", [["0"], ["1"]]],
    ["SELECT t.h FROM public.t WHERE NOT t.ok", [["z"]]],
    ["SELECT count(*) FROM numbers n JOIN numbers m ON n.number = m.number + 1", [["99"]]],
    ["SELECT min(TABLE_NAME) FROM INFORMATION_SCHEMA.TABLES WHERE table_schema = 'public' AND Table_Type = 'BASE TABLE'", [["t"]]],
  ])("%s", async (sql, expected) => {
    expect(await values(sql)).toEqual(expected);
  });

  test("result columns are named as the server names them", async () => {
    const [row] = await cluster.sql("SELECT max(u), count(DISTINCT h), -1, 'x', lower(min(h)), sum(v) / 2 FROM t");
    expect(Object.keys(row!)).toEqual(["max(t.u)", "count(DISTINCT t.h)", "Int64(-1)", 'Utf8("x")', "lower(min(t.h))", "sum(t.v) / Int64(2)"]);
  });

  test.each([
    ["SELECT nosuch FROM t", "No field named nosuch. Valid fields are t.h, t.v, t.u, t.d, t.ok, t.ts."],
    ["SELECT h FROM t x, t y", "Ambiguous reference to unqualified field h"],
    ["SELECT h, v FROM t GROUP BY h", 'column "t.v" must appear in the GROUP BY clause'],
    ["SELECT h, count(*) FROM t", 'column "t.h" must appear in the GROUP BY clause'],
    ["SELECT nofunction(h) FROM t", "Invalid function 'nofunction'"],
    ["SELECT * FROM nosuch.t", "Table not found: greptime.nosuch.t"],
    ["SELECT 1 FROM t ORDER BY 2", "Order by column out of bounds"],
    ["SELECT 1 UNION SELECT 1, 2", "different number of columns"],
    ["SELECT * FROM t WHERE", "Expected: an expression, found: EOF"],
    ["SELECT h FROM t WHERE v = 'abc'", "Cannot cast string 'abc'"],
    ["SELECT 1 extra words", "SQL statement is not supported, keyword: words"],
  ])("%s is refused", async (sql, message) => {
    await expect(cluster.sql(sql)).rejects.toThrow(message);
  });

  test("a comment and a string do not look like statements", async () => {
    expect(await values("SELECT 'ADMIN migrate_region(1, 2, 3); DROP TABLE t' -- ; DROP TABLE t\n, /* ; */ 2 # end")).toEqual([["ADMIN migrate_region(1, 2, 3); DROP TABLE t", "2"]]);
  });
});

describe("rows", () => {
  test("the last row of a key wins, append mode keeps all, DELETE removes by condition", async () => {
    await cluster.sql("CREATE TABLE lastrow (k STRING, n INT, ts TIMESTAMP TIME INDEX, PRIMARY KEY (k))");
    await cluster.sql("INSERT INTO lastrow VALUES ('a', 1, 1), ('a', 2, 1), ('b', 3, 1)");
    expect(await values("SELECT k, n FROM lastrow ORDER BY k")).toEqual([["a", "2"], ["b", "3"]]);
    await cluster.sql("DELETE FROM lastrow WHERE n = 2");
    expect(await values("SELECT k, n FROM lastrow")).toEqual([["b", "3"]]);
    await cluster.sql("CREATE TABLE appended (k STRING, n INT, ts TIMESTAMP TIME INDEX, PRIMARY KEY (k)) WITH (append_mode = 'true')");
    await cluster.sql("INSERT INTO appended VALUES ('a', 1, 1), ('a', 2, 1)");
    expect(await values("SELECT count(*) FROM appended")).toEqual([["2"]]);
    await expect(cluster.sql("DELETE FROM appended WHERE n = 1")).rejects.toThrow("DELETE is not allowed under append mode");
  });

  test("columns that are added, changed and dropped keep the rows", async () => {
    await cluster.sql("CREATE TABLE evolving (k STRING, n INT, ts TIMESTAMP TIME INDEX, PRIMARY KEY (k))");
    await cluster.sql("INSERT INTO evolving VALUES ('a', 7, 1)");
    await cluster.sql("ALTER TABLE evolving ADD COLUMN first STRING DEFAULT 'new' FIRST, ADD COLUMN extra DOUBLE".replace("first", "`first`"));
    expect(await values("SELECT * FROM evolving")).toEqual([["new", "a", "7", "1970-01-01 00:00:00.001", null]]);
    await cluster.sql("ALTER TABLE evolving MODIFY COLUMN n STRING");
    await cluster.sql("ALTER TABLE evolving DROP COLUMN extra");
    expect(await values("SELECT n, k FROM evolving WHERE n = '7'")).toEqual([["7", "a"]]);
  });

  // The checks of src/sql and src/common/sql of the real server, 1.0 and 1.1.
  test.each([
    ["CREATE TABLE no1 (a STRING, ts TIMESTAMP NULL TIME INDEX)", 1210, "Invalid column option, column name: ts, error: time index column can't be null"],
    ["CREATE TABLE no2 (a STRING, `T s` INT TIME INDEX)", 1210, "Invalid column option, column name: `T s`, error: time index column data type should be timestamp"],
    ["CREATE TABLE no3 (a INT NOT NULL DEFAULT NULL, ts TIMESTAMP TIME INDEX)", 1149, "Default value should not be null for non null column"],
    ["CREATE TABLE no4 (a JSON DEFAULT '{}', ts TIMESTAMP TIME INDEX)", 1235, "Unsupported default constraint for column: 'a', reason: json column cannot have a default value"],
    ["CREATE TABLE no6 (a INT, ts TIMESTAMP TIME INDEX) WITH (append_mode = 'true', merge_mode = 'last_non_null')", 1210, "Invalid region options, only last_row merge_mode is allowed when append_mode is enabled"],
    ["CREATE TABLE no5 (a INT DEFAULT 1 + 1, ts TIMESTAMP TIME INDEX)", 1235, "Unsupported default constraint for column: 'a', reason: expr '1 + 1' not supported"],
  ])("refused: %s", async (sql, errno, message) => {
    await expect(cluster.sql(sql)).rejects.toMatchObject({ errno, message: expect.stringContaining(message) });
  });

  // As src/table/src/metadata.rs and src/sql/src/statements.rs of the real server have it, 0.12 to 1.1.
  test("ADD COLUMN IF NOT EXISTS accepts a column of the same type only, and loses a comment", async () => {
    await cluster.sql("CREATE TABLE added (n INT, ts TIMESTAMP TIME INDEX)");
    await cluster.sql("ALTER TABLE added ADD COLUMN IF NOT EXISTS n INT");
    await expect(cluster.sql("ALTER TABLE added ADD COLUMN IF NOT EXISTS n STRING")).rejects.toMatchObject({
      errno: 1210,
      message: expect.stringContaining("Invalid alter table(added) request: column n already exists with different type Int32(Int32Type)"),
    });
    await cluster.sql("ALTER TABLE added ADD COLUMN rack INT NULL COMMENT 'where'");
    const comment = "SELECT column_comment FROM information_schema.columns WHERE table_name = 'added' AND column_name = 'rack'";
    expect(await values(comment)).toEqual([[null]]);
    await cluster.sql("COMMENT ON COLUMN public.added.rack IS 'where'");
    expect(await values(comment)).toEqual([["where"]]);
  });

  test("values may be computed, defaults fill what is not named", async () => {
    await cluster.sql("CREATE TABLE computed (k STRING DEFAULT 'd', n INT NOT NULL DEFAULT 5, ts TIMESTAMP TIME INDEX)");
    await cluster.sql("INSERT INTO computed (k, n, ts) VALUES (concat('a', 'b'), 1 + 2, 7 * 1000)");
    await cluster.sql("INSERT INTO computed (ts) VALUES (9000)");
    expect(await values("SELECT k, n, ts FROM computed ORDER BY ts")).toEqual([["ab", "3", "1970-01-01 00:00:07"], ["d", "5", "1970-01-01 00:00:09"]]);
    await expect(cluster.sql("INSERT INTO computed VALUES ('a', 1 + 1)")).rejects.toThrow("column count mismatch, columns: 3, values: 2");
    await expect(cluster.sql("INSERT INTO computed (k, n, ts) VALUES ('a', NULL, 1)")).rejects.toThrow("column is not null");
  });

  test("session time zones shift literals and results, not what is stored", async () => {
    await cluster.sql("CREATE TABLE zoned (ts TIMESTAMP TIME INDEX)");
    await cluster.sql("SET time_zone = '+08:00'; INSERT INTO zoned VALUES ('2024-01-01 08:00:00')");
    expect(await values("SELECT ts FROM zoned")).toEqual([["2024-01-01 00:00:00"]]);
    expect(await values("SET time_zone = 'Asia/Shanghai'; SELECT ts FROM zoned WHERE ts = '2024-01-01 08:00:00'")).toEqual([["2024-01-01 08:00:00"]]);
  });

  test("a dead datanode's regions fail for readers and writers, the others serve on", async () => {
    const own = await startGreptimeDevCluster({ version: "1.1.4" });
    try {
      await own.sql("CREATE TABLE d (h STRING PRIMARY KEY, ts TIMESTAMP TIME INDEX) PARTITION ON COLUMNS (h) (h < 'm', h >= 'm')");
      own.faults.killDatanode(own.model.routes()[0]!.leader!);
      await expect(own.sql("INSERT INTO d VALUES ('a', 1)")).rejects.toThrow("(Internal): Internal error: 1003");
      await own.sql("INSERT INTO d VALUES ('z', 1)");
      await expect(own.sql("SELECT * FROM d")).rejects.toThrow("(EngineExecuteQuery): tcp connect error");
      expect(await own.sql("SELECT count(*) AS n FROM information_schema.region_peers WHERE status = 'ALIVE'")).toEqual([{ n: "2" }]);
    } finally {
      await own.stop();
    }
  });
});
