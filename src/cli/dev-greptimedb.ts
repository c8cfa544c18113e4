import type { DevOptions, RunningDevCluster } from "./dev-cluster";

const DEFAULT_PORT = 4002;

/** A GreptimeDB-shaped cluster. */
export async function startGreptimedb({ greptimedbVersion: version, datanodes, port = DEFAULT_PORT, procedureDuration }: DevOptions): Promise<RunningDevCluster> {
  const { startGreptimeDevCluster } = await import("../devcluster/index");
  const cluster = await startGreptimeDevCluster({ version, datanodes, port, procedureDurationMs: procedureDuration });
  return {
    lines: [
      `GreptimeDB ${version} (emulated), ${datanodes} datanodes, MySQL protocol on ${cluster.host}:${cluster.port}`,
      "",
      `  mysql -h ${cluster.host} -P ${cluster.port}`,
      `  export TOPOFORM_GREPTIMEDB_HOST=${cluster.host} TOPOFORM_GREPTIMEDB_PORT=${cluster.port}`,
    ],
    json: { host: cluster.host, port: cluster.port, version, datanodes },
    stop: () => cluster.stop(),
  };
}
