import { startGreptimeDevCluster } from "../../../src/devcluster/index";
import { type Comparison, compare } from "../comparison";
import { type Answer, TextClient } from "./client";
import { readLines, recordingPath, type RecordedVersion } from "./replay";

interface RecordedType {
  readonly declared: string;
  readonly inserted?: string;
  readonly wire?: { readonly value?: string };
  readonly [field: string]: unknown;
}

/** Replays every line of `types.jsonl`: declares the type, reads it back in every way, and uses it as key and partition column. */
export async function replayTypes(version: RecordedVersion): Promise<readonly Comparison[]> {
  const cluster = await startGreptimeDevCluster({ version });
  const client = new TextClient({ host: cluster.host, port: cluster.port });
  try {
    const comparisons: Comparison[] = [];
    for (const [i, recorded] of readLines<RecordedType>(recordingPath(version, "types.jsonl")).entries()) {
      const actual = await observeType(client, `type${String(i + 1).padStart(2, "0")}`, recorded);
      const keys = [...new Set([...Object.keys(recorded), ...Object.keys(actual)])].sort();
      const ordered = (o: object): object => Object.fromEntries(keys.flatMap((key) => (key in o ? [[key, (o as Record<string, unknown>)[key]]] : [])));
      comparisons.push(compare(i + 1, "types", recorded.declared, ordered(recorded), ordered(actual)));
    }
    return comparisons;
  } finally {
    await client.close();
    await cluster.stop();
  }
}

const problem = (answer: Answer): string => answer.error?.message ?? "ok";

async function observeType(client: TextClient, table: string, { declared, inserted }: RecordedType): Promise<object> {
  const created = await client.run(`CREATE TABLE ${table} (c ${declared}, ts TIMESTAMP TIME INDEX)`);
  if (created.error !== undefined) return { declared, error: { errno: created.error.errno, message: created.error.message } };
  const shown = (await client.run(`SHOW CREATE TABLE ${table}`)).rows?.[0]?.[1] ?? "";
  const facts = (await client.run(`SELECT data_type, column_type, greptime_data_type, character_maximum_length, numeric_precision, numeric_scale, datetime_precision FROM information_schema.columns WHERE table_name = '${table}' AND column_name = 'c'`)).rows?.[0] ?? [];
  const insert = await client.run(`INSERT INTO ${table} (c, ts) VALUES (${inserted}, 1)`);
  const read = await client.run(`SELECT c FROM ${table}`);
  const { type, flags, charset, decimals } = read.wire![0]!;
  const value = read.rows?.[0]?.[0];
  const key = await client.run(`CREATE TABLE ${table}_k (c ${declared}, ts TIMESTAMP TIME INDEX, PRIMARY KEY (c))`);
  const partition = await observePartition(client, `${table}_p`, declared, inserted ?? "");
  return {
    declared,
    show_create: /^ {2}`c` (.*) NULL,$/m.exec(shown)?.[1],
    data_type: facts[0], column_type: facts[1], greptime_data_type: facts[2],
    lengths: facts.slice(3),
    inserted,
    ...(insert.error === undefined ? {} : { insert_error: insert.error.message }),
    wire: { type, flags, charset, decimals, ...(value === undefined || value === null ? {} : { value }) },
    as_primary_key: problem(key),
    ...partition,
  };
}

async function observePartition(client: TextClient, table: string, declared: string, bound: string): Promise<object> {
  const created = await client.run(`CREATE TABLE ${table} (c ${declared}, ts TIMESTAMP TIME INDEX) PARTITION ON COLUMNS (c) (c < ${bound}, c >= ${bound})`);
  if (created.error !== undefined) return { as_partition_column: created.error.message };
  const shown = await client.run(`SHOW CREATE TABLE ${table}`);
  const rule = /^ {2}(c < .*),$/m.exec(shown.rows?.[0]?.[1] ?? "")?.[1];
  const description = (await client.run(`SELECT partition_description FROM information_schema.partitions WHERE table_name = '${table}' ORDER BY greptime_partition_id`)).rows?.[0]?.[0];
  return { as_partition_column: "ok", ...(rule === undefined ? {} : { partition_rule: rule }), description };
}
