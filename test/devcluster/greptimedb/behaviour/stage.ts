import { bench, createTable, put, regionIdOf } from "../model/helpers";
import type { Bench } from "../model/helpers";
import type { ClusterModelOptions } from "../../../../src/devcluster/greptimedb/model/options";
import { ServerError } from "../../../../src/devcluster/greptimedb/model/types";
import type { TableMeta } from "../../../../src/devcluster/greptimedb/model/types";
import { isSubsequence, normal, onTheWire } from "./recording";
import type { Version } from "./recording";

/** A cluster with one table placed as in the recording. */
export interface Stage extends Bench {
  readonly version: Version;
  readonly table: TableMeta;
}

/** Creates `flt` with its regions led by `leaders`; small tables before it turn the round robin. */
export async function stage(version: Version, leaders: readonly number[], options: Partial<ClusterModelOptions> = {}): Promise<Stage> {
  const cluster = bench({ version, ...options });
  return { ...cluster, version, table: await tableAt(cluster, "flt", leaders) };
}

export async function tableAt(cluster: Bench, name: string, leaders: readonly number[]): Promise<TableMeta> {
  const nodes = BigInt(cluster.model.settings.datanodes.length);
  for (let filler = 0; ; filler++) {
    const probe = await createTable(cluster, `${name}_turn_${filler}`, 1);
    const next = ((leaderOf(cluster, probe, 0) ?? 0n) + 1n) % nodes;
    if (next === BigInt(leaders[0] ?? 0)) break;
  }
  const table = await createTable(cluster, name, leaders.length);
  const placed = leaders.map((_, number) => Number(leaderOf(cluster, table, number)));
  if (placed.join() !== leaders.join()) throw new Error(`Regions were placed on ${placed.join()}, not on ${leaders.join()}.`);
  return table;
}

export const leaderOf = ({ model }: Bench, table: TableMeta, regionNumber: number): bigint | null | undefined =>
  model.routes().find((route) => route.tableId === table.tableId && route.regionNumber === regionNumber)?.leader;

export const peers = ({ model }: Bench, table: TableMeta): readonly (readonly [number, string, string])[] =>
  model.routes().filter(({ tableId }) => tableId === table.tableId).map(({ regionNumber, leader, status }) => [regionNumber, String(leader), status]);

/** Recorded peers without the region ids that differ from run to run. */
export const recordedPeers = (rows: unknown): readonly (readonly [number, string, string])[] =>
  (rows as readonly (readonly string[])[]).map((row) => [Number(BigInt(row[0] as string) & 0xffffn), row[1] as string, row[3] as string]);

export const region = ({ table }: Stage, number: number): bigint => regionIdOf(table, number);

export async function migrate(at: Stage, number: number, from: number, to: number, timeoutSeconds = 60): Promise<string> {
  return at.model.migrateRegion(region(at, number), BigInt(from), BigInt(to), timeoutSeconds);
}

/** As `procedure_state` prints it, or the refusal as the client reads it. */
export async function state(at: Stage, id: string): Promise<string> {
  try {
    const { status, error } = await at.model.procedure(id);
    return normal(JSON.stringify(error === "" ? { status } : { status, error }));
  } catch (error) {
    return refusalText(at, error, "procedure_state");
  }
}

export const refusalText = ({ version }: { readonly version: Version }, error: unknown, admin?: string): string => {
  if (!(error instanceof ServerError)) throw error;
  return normal(onTheWire(version, error, admin));
};

/** `ok`, or what the client reads. */
export async function outcome(at: Stage, promise: Promise<unknown>, admin?: string): Promise<string> {
  try {
    await promise;
    return "ok";
  } catch (error) {
    return refusalText(at, error, admin);
  }
}

let rowNumber = 0;
export const write = (at: Stage, number = 0): Promise<string> => {
  rowNumber++;
  return outcome(at, at.model.write(at.table.tableId, number, [put(`w${rowNumber}`, "a", rowNumber, BigInt(rowNumber))]));
};

export const read = async (at: Stage, number = 0): Promise<string> => outcome(at, at.model.scan(at.table.tableId, number));

export async function count(at: Stage): Promise<number> {
  let rows = 0;
  for (const number of at.model.table("public", at.table.schema.name)?.regions ?? []) rows += (await at.model.scan(at.table.tableId, number)).length;
  return rows;
}

export type Watch = Readonly<Record<string, () => Promise<string> | string>>;

/** Looks every `everyMs` for `forMs` and keeps every change of each watched value. */
export async function watch(at: Stage, watches: Watch, forMs: number, everyMs = 2): Promise<Readonly<Record<string, readonly string[]>>> {
  const seen = Object.fromEntries(Object.keys(watches).map((name): [string, string[]] => [name, []]));
  for (let elapsed = 0; elapsed <= forMs; elapsed += everyMs) {
    for (const [name, look] of Object.entries(watches)) {
      const value = await at.clock.until(Promise.resolve(look()), everyMs);
      const values = seen[name] as string[];
      if (values.at(-1) !== value) values.push(value);
    }
    await at.clock.advance(everyMs);
  }
  return seen;
}

/** The recorder looked less often than the test does: what it saw must be among what the test saw, in order, with the same end. */
export function expectRecorded(recorded: readonly string[], seen: readonly string[] | undefined): void {
  const all = seen ?? [];
  expect({ recorded, seen: all, inOrder: isSubsequence(recorded, all), end: all.at(-1) }).toEqual({
    recorded, seen: all, inOrder: true, end: recorded.at(-1),
  });
}
