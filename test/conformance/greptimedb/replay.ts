import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startGreptimeDevCluster } from "../../../src/devcluster/index";
import { type Comparison, compare } from "../comparison";
import { type Answer, TextClient } from "./client";
import { normalise } from "./normalise";

export type RecordedVersion = "1.0.2" | "1.1.4";
export const RECORDED_VERSIONS: readonly RecordedVersion[] = ["1.0.2", "1.1.4"];

interface RecordedStatement extends Answer {
  readonly group: string;
  readonly sql?: string;
}

export function recordingPath(version: RecordedVersion, file: string): string {
  return join(process.cwd(), "test", "recorded", `greptimedb-${version}`, file);
}

export function readLines<T>(path: string): readonly T[] {
  return readFileSync(path, "utf8").trim().split("\n").map((line) => JSON.parse(line) as T);
}

/** Statements that ran on the recorded cluster before the first line, as its own `procedure_info` tells. */
const BEFORE: Readonly<Record<RecordedVersion, readonly string[]>> = {
  "1.0.2": [],
  "1.1.4": ["CREATE TABLE t1 (a INT, ts TIMESTAMP TIME INDEX)", "DROP TABLE t1"],
};

/** Replays every line of `statements.jsonl` in order on a fresh dev cluster of that version. */
export async function replayStatements(version: RecordedVersion): Promise<readonly Comparison[]> {
  // The recorded region_statistics were read before the first heartbeat that reported regions.
  const cluster = await startGreptimeDevCluster({ version, heartbeatIntervalMs: 9_000 });
  const client = new TextClient({ host: cluster.host, port: cluster.port });
  try {
    for (const sql of BEFORE[version]) await client.run(sql);
    const comparisons: Comparison[] = [];
    const lines = readLines<RecordedStatement>(recordingPath(version, "statements.jsonl"));
    for (const [i, recorded] of lines.entries()) {
      if (recorded.sql === undefined) continue;
      const { wire: _wire, ...actual } = await client.run(recorded.sql);
      if (actual.columns?.[0] === "Procedure ID VARCHAR") await procedureEnds(client, actual.rows?.[0]?.[0] ?? "");
      comparisons.push(compare(i + 1, recorded.group, recorded.sql, normalise(recorded.sql, recorded), normalise(recorded.sql, actual)));
    }
    return comparisons;
  } finally {
    await client.close();
    await cluster.stop();
  }
}

/** The recorder waited for procedures that it had not waited for in the statement. */
async function procedureEnds(client: TextClient, id: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const { rows } = await client.run(`ADMIN procedure_state('${id}')`);
    if (rows?.[0]?.[0]?.includes("Done") === true) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
