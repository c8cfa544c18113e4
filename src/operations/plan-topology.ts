import { engineKnowledge } from "../engines/open";
import type { ClusterPlan } from "../planning/plan";
import { planCluster } from "../planning/plan-cluster";
import type { ObservedGreptimeCluster } from "../planning/observed";
import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { RegionId } from "../topology/ids";
import type { ClusterDeclaration, TopologyManifest } from "../topology/manifest";
import { movesLeftBehind } from "./moves-left-behind";
import { withClusters, type ClusterReading, type OperationContext } from "./read-cluster";
import type { TopologySnapshot } from "./snapshot-json";

/** The plan of one cluster, or why there is none. "Could not read" is never "nothing to do". */
export type PlannedCluster =
  | { readonly kind: "planned"; readonly cluster: string; readonly plan: ClusterPlan; readonly observed: ObservedGreptimeCluster }
  | { readonly kind: "unreadable"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] };

/** Compares every declared cluster with the live one. Changes nothing. */
export async function planTopology(manifest: TopologyManifest, context: OperationContext): Promise<readonly PlannedCluster[]> {
  return withClusters(manifest, context, (readings) => Promise.all(readings.map((reading) => planRead(reading, context))));
}

async function planRead(reading: ClusterReading, context: OperationContext): Promise<PlannedCluster> {
  const { declaration } = reading;
  const cluster = declaration.name;
  if (reading.kind === "unreadable") return { kind: "unreadable", cluster, diagnostics: reading.diagnostics };
  const plan = planReading(declaration, reading.observed, await movesLeftBehind(declaration, context));
  return { kind: "planned", cluster, observed: reading.observed, plan };
}

/** The same from a saved snapshot: needs neither network nor credentials. */
export function planFromSnapshot(manifest: TopologyManifest, snapshot: TopologySnapshot): readonly PlannedCluster[] {
  return manifest.clusters.map((declaration): PlannedCluster => {
    const cluster = declaration.name;
    const saved = snapshot.clusters.find((entry) => entry.cluster === cluster);
    if (saved === undefined) return { kind: "unreadable", cluster, diagnostics: [notInSnapshot(cluster, snapshot)] };
    return { kind: "planned", cluster, observed: saved.observed, plan: planReading(declaration, saved.observed) };
  });
}

/** The plan for one reading of one cluster. `adoptable`: regions that an interrupted run of ours left in motion. */
export function planReading(cluster: ClusterDeclaration, observed: ObservedGreptimeCluster, adoptable: ReadonlySet<RegionId> = new Set()): ClusterPlan {
  const { diffTable } = engineKnowledge(cluster);
  const tableChanges = cluster.tables.flatMap((table) => diffTable(table, observed));
  return planCluster({ cluster, observed, tableChanges, adoptable });
}

function notInSnapshot(cluster: string, snapshot: TopologySnapshot): Diagnostic {
  return errorDiagnostic({
    code: "SNAPSHOT_LACKS_CLUSTER",
    summary: "The snapshot does not hold this cluster",
    detail: `It holds ${snapshot.clusters.map((entry) => entry.cluster).join(", ") || "none"}. Take it again with \`topoform snapshot\`.`,
    address: cluster,
  });
}
