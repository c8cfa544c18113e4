import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One line of the recording of KWDB 3.2.1, as far as these tests read it. */
export interface RecordedStatement {
  readonly group: string;
  readonly sql?: string;
  readonly note?: string;
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly error?: { readonly sqlstate?: string; readonly message: string; readonly hint?: string };
}

/** All recorded statements in order. */
export function recorded(): readonly RecordedStatement[] {
  const text = readFileSync(join(__dirname, "../../recorded/kwdb-3.2.1/statements.jsonl"), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RecordedStatement);
}
