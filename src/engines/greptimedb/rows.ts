import type { TableName } from "../../planning/change";
import { errorDiagnostic } from "../../topology/diagnostic";
import { PortError, type RowPort, type TableChecksum } from "../port";
import type { Row, Session } from "./connect";
import { readCreateTable } from "./definitions";
import { StatementError } from "./errors";
import { figuresOf } from "./figures";
import { parseHumantimeMs } from "./humantime";
import type { CreatedTable } from "./parse-create-table";
import { countRows, selectFigures, type RowsSince } from "./statements";

/** What verification asks of rows on GreptimeDB: plain SELECTs that every version answers. */
export function greptimeRows(session: Session): RowPort {
  return {
    async count(table, sinceMs) {
      const since = sinceMs === null ? null : sinceOf(await createdTable(session, table), sinceMs);
      return BigInt((await readOnce(session, table, countRows(table, since)))[0]?.[0] ?? "0");
    },
    ttlMs: async (table) => ttlOf(await createdTable(session, table)),
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

/** A statement that reads whole tables. One that takes too long is not sent again: the server may still be at work on it. */
async function readOnce(session: Session, table: TableName, sql: string): Promise<readonly Row[]> {
  try {
    return await session.read(sql);
  } catch (error) {
    if (!(error instanceof StatementError) || error.driverCode !== "STATEMENT_TIMEOUT") throw error;
    const address = `${table.database}.${table.name}`;
    const diagnostic = errorDiagnostic({
      code: error.diagnostic.code,
      summary: `Reading all rows of ${address} takes longer than statement_timeout_seconds`,
      detail: "The server may still be at work on it. Raise statement_timeout_seconds, lower verify_rows_limit so that its statistics are used, or set verify_rows to statistics.",
      address,
    });
    throw new PortError(diagnostic, false, true, { cause: error });
  }
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

async function createdTable(session: Session, table: TableName): Promise<CreatedTable> {
  const created = await readCreateTable(session, table);
  if (created !== undefined) return created;
  const address = `${table.database}.${table.name}`;
  const detail = "It was dropped meanwhile. Plan again.";
  const missing = { code: "TABLE_MISSING", summary: `Table ${address} does not exist`, detail, address };
  throw new PortError(errorDiagnostic(missing), false, false);
}
