import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One line of `test/recorded/greptimedb-<version>/statements.jsonl`. */
export interface RecordedStatement {
  readonly group: string;
  readonly sql: string;
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly error?: { readonly errno: number; readonly sqlstate: string; readonly message: string };
}

export interface RecordedType {
  readonly declared: string;
  readonly show_create?: string;
  readonly greptime_data_type?: string;
  readonly error?: { readonly errno: number; readonly message: string };
}

export const RECORDED_VERSIONS = ["1.0.2", "1.1.4"] as const;

export function recorded<T>(version: string, file: "statements" | "types" | "behaviour"): readonly T[] {
  const path = join(__dirname, "../../recorded", `greptimedb-${version}`, `${file}.jsonl`);
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}
