import { openCluster } from "../engines/open";
import type { ClusterPlan } from "../planning/plan";
import { planCluster } from "../planning/plan-cluster";
import type { ObservedGreptimeCluster } from "../planning/observed";
import type { ClusterPort } from "../engines/port";
import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { ClusterDeclaration, TopologyManifest } from "../topology/manifest";
import { withClusters, type OperationContext } from "./read-cluster";
import type { TopologySnapshot } from "./snapshot-json";

/** The plan of one cluster, or why there is none. "Could not read" is never "nothing to do". */
export type PlannedCluster =
  | { readonly kind: "planned"; readonly cluster: string; readonly plan: ClusterPlan; readonly observed: ObservedGreptimeCluster }
  | { readonly kind: "unreadable"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] };

/** Compares every declared cluster with the live one. Changes nothing. */
export async function planTopology(manifest: TopologyManifest, context: OperationContext): Promise<readonly PlannedCluster[]> {
  return withClusters(manifest, context, async (readings) =>
    readings.map((reading) => {
      const cluster = reading.declaration.name;
      if (reading.kind === "unreadable") return { kind: "unreadable", cluster, diagnostics: reading.diagnostics };
      return { kind: "planned", cluster, observed: reading.observed, plan: planReading(reading.declaration, reading.observed, reading.port) };
    }),
  );
}

/** The same from a saved snapshot: needs neither network nor credentials. */
export async function planFromSnapshot(manifest: TopologyManifest, snapshot: TopologySnapshot): Promise<readonly PlannedCluster[]> {
  return Promise.all(
    manifest.clusters.map(async (declaration): Promise<PlannedCluster> => {
      const cluster = declaration.name;
      const saved = snapshot.clusters.find((entry) => entry.cluster === cluster);
      if (saved === undefined) return { kind: "unreadable", cluster, diagnostics: [notInSnapshot(cluster, snapshot)] };
      const port = openCluster(declaration, { env: {} });
      return { kind: "planned", cluster, observed: saved.observed, plan: planReading(declaration, saved.observed, port) };
    }),
  );
}

/** The plan for one reading of one cluster. */
export function planReading(cluster: ClusterDeclaration, observed: ObservedGreptimeCluster, port: ClusterPort): ClusterPlan {
  const tableChanges = cluster.tables.flatMap((table) => port.diffTable(table, observed));
  return planCluster({ cluster, observed, tableChanges });
}

function notInSnapshot(cluster: string, snapshot: TopologySnapshot): Diagnostic {
  return errorDiagnostic({
    code: "SNAPSHOT_LACKS_CLUSTER",
    summary: "The snapshot does not hold this cluster",
    detail: `It holds ${snapshot.clusters.map((entry) => entry.cluster).join(", ") || "none"}. Take it again with \`topoform snapshot\`.`,
    address: cluster,
  });
}
