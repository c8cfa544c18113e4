import { startGreptimeDevCluster, type GreptimeDevCluster, type GreptimeDevClusterOptions } from "../../../src/devcluster";

/** Rules of the table of all these tests, in order. */
export const RULES = ["a < 10", "a >= 10 AND a < 20", "a >= 20"] as const;

/** A region and where it lives, in order of the rules. */
export interface Region {
  readonly id: bigint;
  readonly datanode: bigint;
}

/** A cluster of three datanodes with the table `public.cpu` of three partitions and twelve rows. */
export async function startStage(options: GreptimeDevClusterOptions = {}): Promise<GreptimeDevCluster> {
  const cluster = await startGreptimeDevCluster({ datanodes: 3, procedureDurationMs: 60, ...options });
  await cluster.sql(`CREATE TABLE cpu (a INT, v DOUBLE, ts TIMESTAMP TIME INDEX, PRIMARY KEY (a)) PARTITION ON COLUMNS (a) (${RULES.join(", ")})`);
  const rows = Array.from({ length: 12 }, (_, i) => `(${i * 3}, ${i}, ${1_750_000_000_000 + i})`);
  await cluster.sql(`INSERT INTO cpu (a, v, ts) VALUES ${rows.join(", ")}`);
  return cluster;
}

/** Regions of `cpu` as the cluster itself has them. */
export function regionsOf(cluster: GreptimeDevCluster): readonly Region[] {
  const table = cluster.model.table("public", "cpu");
  if (table === undefined) throw new Error("public.cpu does not exist");
  return cluster.model
    .routes()
    .filter((route) => route.tableId === table.tableId)
    .map((route) => ({ id: route.regionId, datanode: route.leader ?? -1n }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The datanode `steps` after the one that each region lives on, by rule. */
export function pinsShiftedBy(cluster: GreptimeDevCluster, steps: number): Record<string, number> {
  const regions = regionsOf(cluster);
  return Object.fromEntries(RULES.map((rule, i) => [rule, (Number(regions[i]!.datanode) + steps) % 3]));
}

/** A hand-written manifest that places `cpu`. */
export function manifest(pins: Readonly<Record<string, number>>, cluster: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    version: 1,
    clusters: [
      {
        engine: "greptimedb",
        name: "prod",
        shared_storage: { kind: "s3", bucket: "metrics" },
        placements: [{ name: "cpu", table: "cpu", pins }],
        ...cluster,
      },
    ],
  };
}

/** The environment that leads to the cluster. */
export function reach(cluster: { readonly host: string; readonly port: number }): Record<string, string> {
  return { TOPOFORM_GREPTIMEDB_HOST: cluster.host, TOPOFORM_GREPTIMEDB_PORT: String(cluster.port) };
}
