import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerError } from "../../../../src/devcluster/greptimedb/model/types";

export type Version = "1.0.2" | "1.1.4";
export const VERSIONS: readonly Version[] = ["1.0.2", "1.1.4"];

type Cell = string | null;
/** One statement and its answer. */
export interface Answer {
  readonly sql?: string;
  readonly rows?: readonly (readonly Cell[])[];
  readonly error?: { readonly errno?: number; readonly message: string };
}
/** Each change of what the recorder watched. */
export interface Moment {
  readonly at_ms: number;
  readonly [watched: string]: unknown;
}
export interface Line extends Answer {
  readonly label?: string;
  readonly note?: string;
  readonly timeline?: readonly Moment[];
  readonly http?: string;
  readonly status?: number;
  readonly body?: string;
  readonly [name: string]: unknown;
}

const cache = new Map<Version, readonly Line[]>();

/** `behaviour.jsonl` of one version. */
export function recording(version: Version): readonly Line[] {
  let lines = cache.get(version);
  if (lines === undefined) {
    const path = join(__dirname, "../../../recorded", `greptimedb-${version}`, "behaviour.jsonl");
    lines = readFileSync(path, "utf8").trim().split("\n").map((line) => JSON.parse(line) as Line);
    cache.set(version, lines);
  }
  return lines;
}

export function scene(version: Version, name: { readonly label: string } | { readonly note: string } | { readonly http: string }): Line {
  const [key, value] = Object.entries(name)[0] as [string, string];
  const found = recording(version).find((line) => line[key] === value);
  if (found === undefined) throw new Error(`The recording of ${version} has no scene with ${key} "${value}".`);
  return found;
}

/** Makes texts of different runs comparable: ids of tables, regions and procedures, and elapsed times. */
export function normal(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uuid>")
    .replace(/\d{13}\(\d+, (\d+)\)/g, "<region $1>")
    .replace(/table route for \d+$/, "table route for <table>")
    .replace(/table route for \d+"/, 'table route for <table>"')
    .replace(/__region_lock\/\d+/g, "__region_lock/<region>")
    .replace(/__table_lock\/\d+/g, "__table_lock/<table>")
    .replace(/elapsed: [\d.]+m?s/g, "elapsed: <time>");
}

const TONIC: Readonly<Record<string, string>> = {
  InvalidArguments: "Client specified an invalid argument",
  Cancelled: "The operation was cancelled",
};

/** What a MySQL client reads when the frontend passes the refusal on; `admin` is the admin function that was called. */
export function onTheWire(version: Version, error: ServerError, admin?: string): string {
  const names = version === "1.1.4" && error.origin !== "frontend";
  const suffix = names ? `, code: ${error.status}, tonic code: ${TONIC[error.status] ?? "Internal error"}` : "";
  if (admin === undefined) return `(${error.status}): ${error.message}${suffix}`;
  return `(Unexpected): Failed to execute admin function ${admin}: Execution error: ${error.message}${suffix}`;
}

/** Every value that the timeline shows for `watched`, as comparable text, in order. */
export function shown(line: Line, watched: string): readonly string[] {
  return (line.timeline ?? []).flatMap((moment) => {
    const key = Object.keys(moment).find((name) => name === watched || name.startsWith(`${watched} `));
    return key === undefined ? [] : [outcomeText(moment[key])];
  });
}

export function outcomeText(value: unknown): string {
  if (typeof value === "string") return normal(value.trim());
  if (typeof value === "object" && value !== null && "error" in value) return normal(String(value.error));
  return normal(JSON.stringify(value));
}

/** Whether `some` appears within `all`, in order. */
export function isSubsequence(some: readonly string[], all: readonly string[]): boolean {
  let index = 0;
  for (const value of all) if (value === some[index]) index++;
  return index === some.length;
}
