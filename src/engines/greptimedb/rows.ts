import type { TableName } from "../../planning/change";
import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { PortError, type RowPort, type TableChecksum } from "../port";
import type { Row, Session } from "./connect";
import { readCreateTable } from "./definitions";
import { StatementError } from "./errors";
import { figuresOf } from "./figures";
import { parseHumantimeMs } from "./humantime";
import type { CreatedTable } from "./parse-create-table";
import { countRows, SELECT_UPTIMES, selectFigures, type RowsSince } from "./statements";
import type { Capabilities } from "./version";

/** What verification asks of rows on GreptimeDB: plain SELECTs. `server` is asked on first use and then known. */
export function greptimeRows(session: Session, server: () => Promise<Capabilities>): RowPort {
  return {
    async count(table, sinceMs) {
      const since = sinceMs === null ? null : sinceOf(await createdTable(session, table), sinceMs);
      const [row] = await readOnce(session, table, countRows(table, since));
      return BigInt(row?.[0] ?? "0");
    },
    ttlMs: async (table) => ttlOf(await createdTable(session, table)),
    nowMs: async () => ((await server()).clusterInfo ? serverTime(await session.read(SELECT_UPTIMES)) : null),
    checksum: (table, sinceMs) => checksum(session, table, sinceMs),
  };
}

async function checksum(session: Session, table: TableName, sinceMs: number | null): Promise<TableChecksum> {
  const created = await createdTable(session, table);
  const figures = created.columns.flatMap(({ name, type }) => figuresOf(name, type));
  const since = sinceMs === null ? null : sinceOf(created, sinceMs);
  const expressions = figures.map(({ expression }) => expression);
  const row = (await readOnce(session, table, selectFigures(table, expressions, since)))[0] ?? [];
  return {
    rows: BigInt(row[0] ?? "0"),
    figures: figures.map(({ name, approximate }, i) => ({ name, approximate, value: row[i + 1] ?? null })),
  };
}

/** A statement that reads a whole table. The server works on after a timeout: to ask again would only add to its work. */
async function readOnce(session: Session, table: TableName, sql: string): Promise<readonly Row[]> {
  try {
    return await session.read(sql);
  } catch (error) {
    if (!(error instanceof StatementError) || error.driverCode !== "STATEMENT_TIMEOUT") throw error;
    throw new PortError(notReadInTime(table, error.serverText), false, true, { cause: error });
  }
}

function notReadInTime(table: TableName, waited: string): Diagnostic {
  const address = `${table.database}.${table.name}`;
  return errorDiagnostic({
    code: "TABLE_NOT_READ_IN_TIME",
    summary: `GreptimeDB did not read ${address} in time`,
    detail:
      `There was ${waited}, and the server may still be at work on it, so it was not asked again. Raise statement_timeout_seconds of the ` +
      `connection, or lower verify_rows_limit so that the table is compared by the server's statistics, or set verify_rows to "statistics" or "off".`,
    address,
  });
}

function sinceOf({ timeIndex }: CreatedTable, sinceMs: number): RowsSince {
  return { timeIndex, sinceMs };
}

/** SHOW CREATE TABLE prints the TTL of the database where the table has none of its own: the one that holds. */
function ttlOf({ options }: CreatedTable): number | null {
  const ttl = options["ttl"];
  if (ttl === undefined || ttl === "" || ttl === "forever") return null;
  return ttl === "instant" ? 0 : (parseHumantimeMs(ttl) ?? null);
}

/**
 * The frontend's time. Observed on 1.0.2 and 1.1.4: start_time and uptime add up to the same moment in the rows of all nodes, whatever
 * their own clocks say.
 */
function serverTime(rows: readonly Row[]): number | null {
  for (const [started, uptime] of rows) {
    const startedMs = Date.parse(`${(started ?? "").replace(" ", "T")}Z`);
    const uptimeMs = parseHumantimeMs(uptime ?? "");
    if (!Number.isNaN(startedMs) && uptimeMs !== undefined) return startedMs + uptimeMs;
  }
  return null;
}

async function createdTable(session: Session, table: TableName): Promise<CreatedTable> {
  const created = await readCreateTable(session, table);
  if (created !== undefined) return created;
  const address = `${table.database}.${table.name}`;
  const detail = "It was dropped meanwhile. Plan again.";
  const missing = { code: "TABLE_MISSING", summary: `Table ${address} does not exist`, detail, address };
  throw new PortError(errorDiagnostic(missing), false, false);
}
