import { readFileSync } from "node:fs";
import path from "node:path";

export const RECORDED_VERSIONS = ["1.0.2", "1.1.4"] as const;

/** The lines of a file that was recorded from a real server. */
export function recorded<T>(version: string, file: string): readonly T[] {
  const name = path.join(__dirname, "..", "recorded", `greptimedb-${version}`, file);
  return readFileSync(name, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

export interface RecordedStatement {
  readonly group: string;
  readonly sql?: string;
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly ok?: { readonly affected_rows: number };
  readonly error?: { readonly errno: number; readonly message: string };
}

export interface RecordedPartitioning {
  readonly sql: string;
  readonly columns: readonly string[];
  readonly types: ReadonlyMap<string, string>;
  readonly rules: readonly string[];
  /** The server's refusal; absent when it made the table. */
  readonly refusal?: string;
}

/** Every CREATE TABLE with the partition syntax of 0.7 and later that a version answered. */
export function recordedPartitionings(version: string): readonly RecordedPartitioning[] {
  return recorded<RecordedStatement>(version, "statements.jsonl").flatMap(({ sql, error }) => {
    const found = sql === undefined ? undefined : partitioningOf(sql);
    if (found === undefined) return [];
    return [error === undefined ? found : { ...found, refusal: error.message }];
  });
}

/** What SHOW CREATE TABLE printed for partitioned tables. */
export function shownPartitionings(version: string): readonly RecordedPartitioning[] {
  return recorded<RecordedStatement>(version, "statements.jsonl").flatMap(({ sql, rows }) => {
    const text = sql?.startsWith("SHOW CREATE TABLE") === true ? rows?.[0]?.[1] : undefined;
    const found = typeof text === "string" ? partitioningOf(text) : undefined;
    return found === undefined ? [] : [found];
  });
}

function partitioningOf(sql: string): RecordedPartitioning | undefined {
  const clause = /PARTITION ON COLUMNS ?\(([^)]*)\) ?\(/.exec(sql);
  if (clause === null || !sql.startsWith("CREATE TABLE")) return undefined;
  const start = clause.index + clause[0].length;
  const rules = splitTopLevel(sql.slice(start, closing(sql, start)));
  const columns = splitTopLevel(clause[1] ?? "").map(unquote);
  return { sql, columns, types: columnTypes(sql), rules };
}

function columnTypes(sql: string): ReadonlyMap<string, string> {
  const start = sql.indexOf("(") + 1;
  const definitions = splitTopLevel(sql.slice(start, closing(sql, start)));
  return new Map(
    definitions.flatMap((definition) => {
      const parts = /^(`[^`]+`|\w+) (\w+(?:\(\d+\))?(?: UNSIGNED)?)/.exec(definition);
      const name = parts?.[1] ?? "";
      return parts === null || ["PRIMARY", "TIME"].includes(name) ? [] : [[unquote(name), parts[2] ?? ""] as const];
    }),
  );
}

function closing(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")") depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error(`No closing parenthesis in ${text}`);
}

function splitTopLevel(text: string): readonly string[] {
  const parts: string[] = [];
  let [depth, part] = [0, ""];
  for (const letter of text) {
    if (letter === "(") depth += 1;
    if (letter === ")") depth -= 1;
    if (letter === "," && depth === 0) {
      parts.push(part);
      part = "";
    } else {
      part += letter;
    }
  }
  return [...parts, part].map((piece) => piece.trim()).filter((piece) => piece !== "");
}

function unquote(name: string): string {
  return name.replaceAll("`", "");
}
