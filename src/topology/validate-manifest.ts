import type { Diagnostic } from "./diagnostic";
import type { TopologyManifest } from "./manifest";
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
      validateCluster(cluster, nested).map((diagnostic) =>
        prefixed && diagnostic.address !== cluster.name ? { ...diagnostic, address: `${cluster.name}/${diagnostic.address ?? ""}` } : diagnostic,
      ),
    ),
  ];
}
