import { readFileSync } from "node:fs";
import { type CellValue, type Row, ServerError } from "../model/types";
import type { RelationColumn } from "../catalog/relation";

/** The part of `sql.js` (SQLite as WebAssembly) that is used. */
interface SqliteStatement {
  step(): boolean;
  get(params: null, config: { useBigInt: boolean }): CellValue[];
  run(values: readonly unknown[]): void;
  free(): void;
}
interface SqliteDatabase {
  run(sql: string): void;
  prepare(sql: string): SqliteStatement;
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

const MAX_INT64 = (1n << 63n) - 1n;

/** Integers above 2^63 are kept as 20 digits of text: SQLite sorts text after all integers, so order and equality hold. */
export function sqliteInteger(value: bigint): string {
  return value > MAX_INT64 ? `'${value.toString().padStart(20, "0")}'` : value < -MAX_INT64 ? "(-9223372036854775807 - 1)" : value.toString();
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export interface Materialized {
  readonly key: string;
  readonly revision: string | null;
  readonly columns: readonly RelationColumn[];
  readonly rows: readonly Row[];
}

interface LoadedTable {
  readonly name: string;
  readonly revision: string | null;
  readonly signature: string;
}

/** Runs planned queries in an embedded SQLite that holds a copy of every relation they name. */
export class SqliteEngine {
  private readonly loaded = new Map<string, LoadedTable>();
  private counter = 0;

  private constructor(private readonly database: SqliteDatabase) {
    database.run("PRAGMA case_sensitive_like = ON");
  }

  static async open(): Promise<SqliteEngine> {
    return new SqliteEngine(new (await loadSqlite()).Database());
  }

  /** Whether the relation's rows of this revision are already there. */
  holds(key: string, revision: string | null, columns: readonly RelationColumn[]): boolean {
    const table = this.loaded.get(key);
    return table !== undefined && revision !== null && table.revision === revision && table.signature === signatureOf(columns);
  }

  /** Copies a relation; returns the name of the SQLite table that holds it. */
  load(relation: Materialized): string {
    const before = this.loaded.get(relation.key);
    if (before !== undefined && this.holds(relation.key, relation.revision, relation.columns)) return before.name;
    if (before !== undefined) this.database.run(`DROP TABLE ${before.name}`);
    const name = before?.name ?? `t${this.counter++}`;
    this.database.run(`CREATE TABLE ${name} (${relation.columns.length === 0 ? '"_"' : relation.columns.map((c) => quoteName(c.name)).join(", ")})`);
    this.insert(name, relation);
    this.loaded.set(relation.key, { name, revision: relation.revision, signature: signatureOf(relation.columns) });
    return name;
  }

  nameOf(key: string): string {
    return this.loaded.get(key)!.name;
  }

  query(sql: string): readonly (readonly CellValue[])[] {
    let statement: SqliteStatement | null = null;
    try {
      statement = this.database.prepare(sql);
      const rows: CellValue[][] = [];
      while (statement.step()) rows.push(statement.get(null, { useBigInt: true }));
      return rows;
    } catch (error) {
      throw new ServerError("EngineExecuteQuery", error instanceof Error ? error.message : String(error));
    } finally {
      statement?.free();
    }
  }

  close(): void {
    this.database.close();
  }

  private insert(name: string, { columns, rows }: Materialized): void {
    if (rows.length === 0) return;
    const slots = columns.map((c) => (c.type.kind === "Int" || c.type.kind === "Timestamp" || c.type.kind === "Date" || c.type.kind === "Boolean" ? "CAST(? AS INTEGER)" : "?"));
    const insert = this.database.prepare(`INSERT INTO ${name} VALUES (${columns.length === 0 ? "NULL" : slots.join(", ")})`);
    this.database.run("BEGIN");
    try {
      for (const row of rows) {
        if (row.some((cell) => typeof cell === "bigint" && cell > MAX_INT64)) this.database.run(`INSERT INTO ${name} VALUES (${row.map(literal).join(", ")})`);
        else insert.run(row.map(bindable));
      }
    } finally {
      insert.free();
      this.database.run("COMMIT");
    }
  }
}

const signatureOf = (columns: readonly RelationColumn[]): string => columns.map((c) => c.name).join("\u0000");

/** sql.js binds integers beyond 32 bits as floating point numbers, so they go as text and are cast. */
function bindable(cell: CellValue): unknown {
  if (typeof cell === "bigint") return cell >= -0x80000000n && cell <= 0x7fffffffn ? Number(cell) : cell.toString();
  return typeof cell === "boolean" ? Number(cell) : cell;
}

/** A value as an SQLite literal. */
export function literal(cell: CellValue): string {
  if (cell === null) return "NULL";
  if (typeof cell === "bigint") return sqliteInteger(cell);
  if (typeof cell === "boolean") return cell ? "1" : "0";
  if (typeof cell === "number") return Number.isFinite(cell) ? realLiteral(cell) : cell > 0 ? "9e999" : Number.isNaN(cell) ? "NULL" : "-9e999";
  if (cell instanceof Uint8Array) return `X'${Buffer.from(cell).toString("hex")}'`;
  return `'${cell.replaceAll("'", "''")}'`;
}

function realLiteral(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
