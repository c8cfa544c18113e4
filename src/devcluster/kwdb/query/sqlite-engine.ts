import { readFileSync } from "node:fs";
import { SqlError } from "../sql-error";
import { type Cell, parseArray } from "../types/sql-type";
import type { Relation } from "./relation";

/** The part of `sql.js` (SQLite as WebAssembly) that is used. */
interface SqliteStatement {
  step(): boolean;
  get(params: null, config: { useBigInt: boolean }): Cell[];
  run(values: readonly unknown[]): void;
  free(): void;
}
interface SqliteDatabase {
  run(sql: string): void;
  prepare(sql: string): SqliteStatement;
  create_function(name: string, body: (...args: never[]) => unknown): void;
  close(): void;
}
interface SqliteModule {
  readonly Database: new () => SqliteDatabase;
}

let loading: Promise<SqliteModule> | null = null;

async function loadSqlite(): Promise<SqliteModule> {
  loading ??= (async () => {
    const wasmBinary = readFileSync(require.resolve("sql.js/dist/sql-wasm.wasm"));
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when the first query runs
    const init = require("sql.js") as (config: { wasmBinary: Uint8Array }) => Promise<SqliteModule>;
    return init({ wasmBinary });
  })();
  return loading;
}

export const quoteSqlite = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Runs planned queries in an embedded SQLite over copies of the relations that they read. */
export class SqliteEngine {
  private constructor(private readonly database: SqliteDatabase) {
    database.run("PRAGMA case_sensitive_like = ON");
    for (const [name, body] of Object.entries(FUNCTIONS)) database.create_function(name, body as (...args: never[]) => unknown);
  }

  static async open(): Promise<SqliteEngine> {
    return new SqliteEngine(new (await loadSqlite()).Database());
  }

  /** `sql` names the relations `t0`, `t1`, … in their order. */
  query(relations: readonly Relation[], sql: string): readonly (readonly Cell[])[] {
    try {
      for (const [i, relation] of relations.entries()) this.load(`t${i}`, relation);
      const statement = this.database.prepare(sql);
      try {
        const rows: Cell[][] = [];
        while (statement.step()) rows.push(statement.get(null, { useBigInt: true }));
        return rows;
      } finally {
        statement.free();
      }
    } catch (error) {
      // A refusal to read a relation is the statement's own error.
      if (error instanceof SqlError) throw error;
      throw new SqlError("XX000", error instanceof Error ? error.message : String(error));
    } finally {
      for (const i of relations.keys()) this.database.run(`DROP TABLE IF EXISTS t${i}`);
    }
  }

  close(): void {
    this.database.close();
  }

  private load(name: string, { columns, rows }: Relation): void {
    this.database.run(`CREATE TABLE ${name} (${columns.length === 0 ? '"_"' : columns.map((c) => quoteSqlite(c.name)).join(", ")})`);
    if (rows.length === 0) return;
    const slots = columns.length === 0 ? "NULL" : columns.map((c) => (c.type === "int8" || c.type === "int4" || c.type === "int2" || c.type === "bool" ? "CAST(? AS INTEGER)" : "?")).join(", ");
    const insert = this.database.prepare(`INSERT INTO ${name} VALUES (${slots})`);
    this.database.run("BEGIN");
    try {
      for (const row of rows) insert.run(row.map(bindable));
    } finally {
      insert.free();
      this.database.run("COMMIT");
    }
  }
}

/** Integers go as text and are cast: sql.js binds those beyond 32 bits as floating point numbers. */
function bindable(cell: Cell): unknown {
  if (typeof cell === "bigint") return cell.toString();
  return typeof cell === "boolean" ? Number(cell) : cell;
}

/** A value as an SQLite literal. */
export function literal(cell: Cell): string {
  if (cell === null) return "NULL";
  if (typeof cell === "bigint") return cell.toString();
  if (typeof cell === "boolean") return cell ? "1" : "0";
  if (typeof cell === "number") return Number.isInteger(cell) ? `${cell}.0` : String(cell);
  if (cell instanceof Uint8Array) return `X'${Buffer.from(cell).toString("hex")}'`;
  return `'${cell.replaceAll("'", "''")}'`;
}

type Plain = string | number | Uint8Array | null;

/** What SQLite lacks. NULL in, NULL out. */
const FUNCTIONS: Readonly<Record<string, (...args: readonly Plain[]) => Plain>> = {
  kw_any: (operator, value, array) => {
    if (value === null || value === undefined || array === null || array === undefined) return null;
    return parseArray(String(array)).some((item) => compare(String(operator), value, typeof value === "number" ? Number(item) : item)) ? 1 : 0;
  },
  kw_json_text: (json, key) => jsonMember(json, key, true),
  kw_json: (json, key) => jsonMember(json, key, false),
  kw_array_length: (array) => (array === null || array === undefined ? null : parseArray(String(array)).length || null),
  kw_encode: (bytes, format) => {
    if (bytes === null || bytes === undefined) return null;
    const buffer = typeof bytes === "object" ? Buffer.from(bytes) : Buffer.from(String(bytes), "utf8");
    return format === "hex" ? buffer.toString("hex") : format === "base64" ? buffer.toString("base64") : [...buffer].map((b) => (b >= 32 && b < 127 && b !== 92 ? String.fromCharCode(b) : b === 92 ? "\\\\" : `\\${b.toString(8).padStart(3, "0")}`)).join("");
  },
  kw_split_part: (text, separator, index) => (text === null || text === undefined ? null : (String(text).split(String(separator))[Number(index) - 1] ?? "")),
  kw_repeat: (text, count) => (text === null || text === undefined ? null : String(text).repeat(Math.max(0, Number(count)))),
};

function compare(operator: string, left: Plain, right: Plain): boolean {
  const [a, b] = [left as string | number, right as string | number];
  switch (operator) {
    case "=": return a === b;
    case "<>": return a !== b;
    case "<": return a < b;
    case "<=": return a <= b;
    case ">": return a > b;
    default: return a >= b;
  }
}

function jsonMember(json: Plain | undefined, key: Plain | undefined, asText: boolean): Plain {
  if (json === null || json === undefined || key === null || key === undefined) return null;
  const value = (JSON.parse(String(json)) as Readonly<Record<string, unknown>> | null)?.[String(key)];
  if (value === undefined || (value === null && asText)) return null;
  return asText && typeof value === "string" ? value : JSON.stringify(value);
}
