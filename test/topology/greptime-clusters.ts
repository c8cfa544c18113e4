import type { GreptimeClusterDeclaration, TopologyManifest } from "../../src/topology/manifest";

/** The GreptimeDB clusters of a manifest; throws when it holds another one. */
export function greptimeClusters(manifest: Pick<TopologyManifest, "clusters"> | undefined): readonly GreptimeClusterDeclaration[] {
  return (manifest?.clusters ?? []).map((cluster) => {
    if (cluster.engine !== "greptimedb") throw new Error(`${cluster.name} is a cluster of ${cluster.engine}`);
    return cluster;
  });
}
