import type { Diagnostic } from "./diagnostic";
import { validateKwdbCluster } from "./kwdb/validate-kwdb-cluster";
import type { ClusterDeclaration, TopologyManifest } from "./manifest";
import { validateCluster } from "./validate-cluster";
import { diagnosticsOf, repetitions, show, unresolvedTest, type ValidateOptions } from "./validation";

/**
 * Everything that is wrong with a whole declared topology, at once. Empty when nothing is. With several clusters the addresses of
 * tables and placements begin with the cluster's name (`eu/public.cpu`).
 */
export function validateManifest(manifest: TopologyManifest, options: ValidateOptions = {}): readonly Diagnostic[] {
  const names = manifest.clusters.map(({ name }) => name);
  const repeated = repetitions(names, unresolvedTest(options)).map(({ index, first }) => ({
    code: "CLUSTER_DUPLICATE",
    summary: "Duplicate cluster",
    detail: `Clusters ${first + 1} and ${index + 1} are both named ${show(names[index])}. Rename one of them.`,
    path: ["clusters", index, "name"],
  }));
  const nested = options.isUnresolved === undefined ? {} : { isUnresolved: options.isUnresolved };
  const prefixed = manifest.clusters.length > 1;
  return [
    ...diagnosticsOf(repeated, options.address ?? manifest.stack),
    ...manifest.clusters.flatMap((cluster) =>
      validateEngineCluster(cluster, nested).map((diagnostic) =>
        prefixed && diagnostic.address !== cluster.name ? { ...diagnostic, address: `${cluster.name}/${diagnostic.address ?? ""}` } : diagnostic,
      ),
    ),
  ];
}

function validateEngineCluster(cluster: ClusterDeclaration, options: ValidateOptions): readonly Diagnostic[] {
  switch (cluster.engine) {
    case "greptimedb":
      return validateCluster(cluster, options);
    case "kwdb":
      return validateKwdbCluster(cluster, options);
  }
}
