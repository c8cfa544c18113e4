import type { DevOptions, RunningDevCluster } from "./dev-cluster";

const DEFAULT_PORT = 26257;

/** A KWDB-shaped cluster. The first node listens on the port, the others on free ones. */
export async function startKwdb({ kwdbVersion, nodes, startMode, port = DEFAULT_PORT, replicationDelay, rebalanceDuration }: DevOptions): Promise<RunningDevCluster> {
  const { startKwdbDevCluster } = await import("../devcluster/index");
  const cluster = await startKwdbDevCluster({
    version: kwdbVersion, startMode, port, replicationDelayMs: replicationDelay, rebalanceMs: rebalanceDuration, ...(nodes === undefined ? {} : { nodes }),
  });
  const count = cluster.nodes.length;
  return {
    lines: [
      `KWDB ${cluster.version} (emulated, ${startMode}), ${count} ${count === 1 ? "node" : "nodes"}, PostgreSQL protocol on ${cluster.host}:${cluster.port}`,
      "",
      `  psql "host=${cluster.host} port=${cluster.port} user=root dbname=defaultdb sslmode=disable"`,
      `  export TOPOFORM_KWDB_HOST=${cluster.host} TOPOFORM_KWDB_PORT=${cluster.port}`,
      "",
      ...cluster.nodes.map((node) => `  node ${node.nodeId}  ${node.host}:${node.port}  ${node.locality}`),
    ],
    json: {
      host: cluster.host, port: cluster.port, version: cluster.version, start_mode: startMode,
      nodes: cluster.nodes.map(({ nodeId, host, port: own, locality }) => ({ node_id: nodeId, host, port: own, locality })),
    },
    stop: () => cluster.stop(),
  };
}
