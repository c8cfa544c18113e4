import { openSession, type Session } from "../engines/greptimedb/connect";
import { readCreateTable } from "../engines/greptimedb/definitions";
import { parseHumantimeMs } from "../engines/greptimedb/humantime";
import type { CreatedTable } from "../engines/greptimedb/parse-create-table";
import { quoteIdentifier, quoteLiteral, quoteTable } from "../engines/greptimedb/quote";
import { resolveConnection, type Environment } from "../engines/greptimedb/settings";
import { PortError } from "../engines/port";
import type { TableName } from "../planning/change";
import { tableKey } from "../planning/table-key";
import type { OpenProbe, TableChecksum } from "../convergence/table-probe";
import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";
import type { GreptimeClusterDeclaration } from "../topology/manifest";

/** The probe of a GreptimeDB cluster: plain SELECTs that every version from 0.7 on answers, on one connection of its own. */
export function greptimeProbe(connection: GreptimeClusterDeclaration["connection"], env: Environment): OpenProbe {
  const resolved = resolveConnection(connection, env);
  if (resolved.kind === "invalid") throw new DiagnosticError(resolved.diagnostics);
  const session = openSession(resolved.settings, { connections: 1 });
  return {
    probe: {
      ttlMs: async (table) => ttlOf(await createdTable(session, table)),
      countRowsSince: async (table, sinceMs) => {
        const { timeIndex } = await createdTable(session, table);
        const rows = await session.read(`SELECT count(*) FROM ${quoteTable(table)}${since(timeIndex, sinceMs)}`);
        return BigInt(rows[0]?.[0] ?? "0");
      },
      checksum: async (table, sinceMs) => checksum(session, table, sinceMs),
    },
    close: () => session.close(),
  };
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
  const detail = "It was dropped meanwhile. Plan again.";
  throw new PortError(errorDiagnostic({ code: "TABLE_MISSING", summary: `Table ${tableKey(table)} does not exist`, detail, address: tableKey(table) }), false, false);
}

/** The session's time zone is UTC, so a time without zone is UTC. */
function since(timeIndex: string, sinceMs: number | null): string {
  if (sinceMs === null) return "";
  const time = new Date(sinceMs).toISOString().replace("T", " ").replace("Z", "");
  return ` WHERE ${quoteIdentifier(timeIndex)} >= ${quoteLiteral(time)}`;
}

async function checksum(session: Session, table: TableName, sinceMs: number | null): Promise<TableChecksum> {
  const created = await createdTable(session, table);
  const figures = created.columns.flatMap(({ name, type }) => figuresOf(name, type));
  const expressions = ["count(*)", ...figures.map((figure) => figure.expression)].map((text, i) => `${text} AS f${i}`);
  const sql = `SELECT ${expressions.join(", ")} FROM ${quoteTable(table)}${since(created.timeIndex, sinceMs)}`;
  const row = (await session.read(sql))[0] ?? [];
  return {
    rows: BigInt(row[0] ?? "0"),
    figures: figures.map(({ name, approximate }, i) => ({ name, approximate, value: row[i + 1] ?? null })),
  };
}

interface Figure {
  readonly name: string;
  readonly expression: string;
  readonly approximate: boolean;
}

/**
 * No released server has an aggregate that hashes rows, so a column is described by what every version can aggregate: how many values,
 * the smallest, the largest, and a sum (of numbers, of lengths of texts, of truths). A sum of integers that overflows wraps around,
 * which does not depend on the order either.
 */
function figuresOf(column: string, type: string): readonly Figure[] {
  const quoted = quoteIdentifier(column);
  const figure = (name: string, expression: string, approximate = false): Figure => ({ name: `${name}(${column})`, expression, approximate });
  const count = figure("count", `count(${quoted})`);
  const bounds = [figure("min", `min(${quoted})`), figure("max", `max(${quoted})`)];
  const base = type.replace(/\(.*$/, "").trim();
  switch (base) {
    case "VARBINARY":
    case "JSON":
    case "VECTOR":
      return [count];
    case "STRING":
      return [count, ...bounds, figure("length", `sum(char_length(${quoted}))`)];
    case "BOOLEAN":
      return [count, figure("true", `sum(CASE WHEN ${quoted} THEN 1 ELSE 0 END)`)];
    case "FLOAT":
    case "DOUBLE":
      return [count, ...bounds, figure("sum", `sum(${quoted})`, true)];
    case "DATE":
    case "TIMESTAMP":
      return [count, ...bounds];
    default:
      return [count, ...bounds, figure("sum", `sum(${quoted})`)];
  }
}
