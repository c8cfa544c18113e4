import { checksumDifferences } from "../../../src/convergence/rows/checksum-differences";
import { startGreptimeDevCluster, type GreptimeDevCluster } from "../../../src/devcluster";
import { greptimePort, openGreptimeCluster } from "../../../src/engines/greptimedb/execute";
import type { ClusterPort, PortError } from "../../../src/engines/port";
import { scriptedSession, serverError } from "./scripted-session";

test("a count and a checksum that run into the timeout are sent once, and say what to do", async () => {
  const session = scriptedSession((sql) => {
    if (sql === "SELECT version()") return [["8.4.2-GreptimeDB-1.1.4"]];
    if (sql.startsWith("SHOW CREATE")) return [["cpu", "CREATE TABLE IF NOT EXISTS `cpu` (\n  `ts` TIMESTAMP(3) NOT NULL,\n  TIME INDEX (`ts`)\n)\n\nENGINE=mito\n"]];
    return { code: "STATEMENT_TIMEOUT", message: "no answer within 60 s" };
  });
  const { rows } = greptimePort(session, { delay: async () => undefined });
  for (const ask of [() => rows.count(table, null), () => rows.checksum(table, null)]) {
    const failed: unknown = await ask().catch((error: unknown) => error);
    expect(failed).toMatchObject({ transient: false, diagnostic: { code: "TABLE_NOT_READ_IN_TIME", address: "public.cpu" } });
    expect((failed as PortError).diagnostic.detail).toMatch(/within 60 s.*statement_timeout_seconds.*verify_rows_limit.*verify_rows/);
  }
  expect(session.sent.filter((sql) => sql.includes("count(*)"))).toHaveLength(2);
});

describe("the server's time", () => {
  // start_time and uptime as recorded; the frontend's other rows give the same sum.
  test.each([
    ["0.7.2", [], null],
    ["1.0.2", [["2026-11-21 07:48:07.141000", "4s 908ms"]], Date.UTC(2026, 10, 21, 7, 48, 12, 49)],
    ["1.1.4", [[null, null], ["2026-11-21 07:59:13.142", "6s 716ms"]], Date.UTC(2026, 10, 21, 7, 59, 19, 858)],
    ["1.1.4", [[null, null]], null],
  ] as const)("%s: of %j", async (version, rows, told) => {
    const session = scriptedSession((sql) => {
      if (sql === "SELECT version()") return [[`8.4.2-greptimedb-${version}`]];
      return sql.includes("uptime") ? rows : serverError(`unexpected: ${sql}`);
    });
    expect(await greptimePort(session, { delay: async () => undefined }).rows.nowMs()).toBe(told);
  });
});

jest.setTimeout(30_000);

const DAY_MS = 86_400_000;
const table = { database: "public", name: "cpu" };

describe.each(["0.9.5", "0.12.2", "1.0.2", "1.1.4"])("what verification asks of GreptimeDB %s", (version) => {
  let cluster: GreptimeDevCluster;
  let port: ClusterPort;
  const now = Date.now();
  beforeAll(async () => {
    cluster = await startGreptimeDevCluster({ version });
    await cluster.sql(
      "CREATE TABLE cpu (`Host` STRING, a INT, big BIGINT UNSIGNED, v DOUBLE, up BOOLEAN, d DATE, price DECIMAL(20, 4), payload VARBINARY, ts TIMESTAMP TIME INDEX, PRIMARY KEY (`Host`)) " +
        "PARTITION ON COLUMNS (`Host`) (`Host` < 'm', `Host` >= 'm') WITH (ttl = '2d')",
    );
    await cluster.sql("CREATE TABLE plain (v DOUBLE, ts TIMESTAMP(9) TIME INDEX)");
    const rows = Array.from({ length: 20 }, (_, i) => {
      const host = `${i % 2 === 0 ? "a" : "z"}${i}`;
      return `('${host}', ${i - 10}, ${9_000_000_000_000_000n + BigInt(i)}, ${i / 3}, ${i % 3 === 0}, '2026-01-${String(i + 1).padStart(2, "0")}', ${i}.5, 'x${i}', ${now - i * 3_600_000})`;
    });
    await cluster.sql(`INSERT INTO cpu (\`Host\`, a, big, v, up, d, price, payload, ts) VALUES ${rows.join(", ")}`);
    const env = { TOPOFORM_GREPTIMEDB_HOST: cluster.host, TOPOFORM_GREPTIMEDB_PORT: String(cluster.port) };
    port = openGreptimeCluster({ connection: {} }, { env });
  });
  afterAll(async () => {
    await port.close();
    await cluster.stop();
  });

  test("the lifetime of rows; none where the table has none", async () => {
    expect(await port.rows.ttlMs(table)).toBe(2 * DAY_MS);
    expect(await port.rows.ttlMs({ database: "public", name: "plain" })).toBeNull();
  });

  test("the server's time", async () => {
    const before = Date.now();
    const told = await port.rows.nowMs();
    expect(told).toBeGreaterThanOrEqual(before - 1);
    expect(told).toBeLessThanOrEqual(Date.now());
  });

  test("rows from a time on", async () => {
    expect(await port.rows.count(table, now - 4 * 3_600_000)).toBe(5n);
    expect(await port.rows.count(table, now - 4 * 3_600_000 + 1)).toBe(4n);
    expect(await port.rows.count(table, 0)).toBe(20n);
  });

  test("a checksum stays when regions move and changes with any value", async () => {
    const before = await port.rows.checksum(table, null);
    expect(before.rows).toBe(20n);
    expect(before.figures.map((figure) => figure.name)).toEqual(
      expect.arrayContaining(["count(Host)", "length(Host)", "sum(a)", "sum(big)", "sum(v)", "true(up)", "max(d)", "sum(price)", "count(payload)", "min(ts)"]),
    );
    expect(before.figures.find((figure) => figure.name === "sum(big)")!.value).toBe(String(9_000_000_000_000_000n * 20n + 190n));
    const region = cluster.model.routes()[0]!;
    cluster.faults.moveBehindYourBack(region.regionId, region.leader === 0n ? 1n : 0n);
    expect(checksumDifferences(before, await port.rows.checksum(table, null))).toEqual([]);
    const recent = await port.rows.checksum(table, now - 4 * 3_600_000);
    expect(recent.rows).toBe(5n);
    await cluster.sql(`INSERT INTO cpu (\`Host\`, a, big, v, up, d, price, payload, ts) VALUES ('a0', -9, 9000000000000000, 0, true, '2026-01-01', 0.5, 'x0', ${now})`);
    expect(checksumDifferences(before, await port.rows.checksum(table, null))).toEqual(["min(a): -10 before, -9 after", "sum(a): -10 before, -9 after"]);
  });

  test("a table that is gone is named", async () => {
    await expect(port.rows.checksum({ database: "public", name: "gone" }, null)).rejects.toMatchObject({ diagnostic: { code: "TABLE_MISSING" } });
  });
});
