import type { ObservedKwdbCluster } from "../planning/kwdb/observed";
import type { KwdbPlan } from "../planning/kwdb/plan";
import { planKwdb } from "../planning/kwdb/plan-kwdb";
import type { ClusterPlan } from "../planning/plan";
import type { ObservedGreptimeCluster } from "../planning/observed";
import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { TopologyManifest } from "../topology/manifest";
import { leftBehind, NOTHING_LEFT_BEHIND, type LeftBehind } from "./greptimedb/left-behind";
import { planReading } from "./greptimedb/plan";
import { withClusters, type ClusterReading, type OperationContext, type ReadGreptimeCluster, type ReadKwdbCluster } from "./read-cluster";
import type { TopologySnapshot } from "./topology-snapshot";

/** The plan of one GreptimeDB cluster and what it was computed from. */
export interface PlannedGreptimeCluster {
  readonly kind: "planned";
  readonly engine: "greptimedb";
  readonly cluster: string;
  readonly plan: ClusterPlan;
  readonly observed: ObservedGreptimeCluster;
  /** An earlier run on this machine has not come to its end: applying finishes it and compares its rows, also when the plan is empty. */
  readonly interrupted: boolean;
}

/** The same of a KWDB cluster. */
export interface PlannedKwdbCluster {
  readonly kind: "planned";
  readonly engine: "kwdb";
  readonly cluster: string;
  readonly plan: KwdbPlan;
  readonly observed: ObservedKwdbCluster;
}

/** The plan of one cluster, or why there is none. "Could not read" is never "nothing to do". */
export type PlannedCluster =
  | PlannedGreptimeCluster
  | PlannedKwdbCluster
  | { readonly kind: "unreadable"; readonly cluster: string; readonly diagnostics: readonly Diagnostic[] };

/** Compares every declared cluster with the live one. Changes nothing. */
export async function planTopology(manifest: TopologyManifest, context: OperationContext): Promise<readonly PlannedCluster[]> {
  return withClusters(manifest, context, (readings) => Promise.all(readings.map((reading) => planRead(reading, context))));
}

async function planRead(reading: ClusterReading, context: OperationContext): Promise<PlannedCluster> {
  const cluster = reading.declaration.name;
  if (reading.kind === "unreadable") return { kind: "unreadable", cluster, diagnostics: reading.diagnostics };
  const { kind: _, port: __, ...snapshot } = reading;
  return planOf({ ...snapshot, ...(reading.engine === "greptimedb" ? await leftBehind(reading.declaration, context) : NOTHING_LEFT_BEHIND) });
}

/** The same from a saved snapshot: needs neither network nor credentials. */
export function planFromSnapshot(manifest: TopologyManifest, snapshot: TopologySnapshot): readonly PlannedCluster[] {
  return manifest.clusters.map((declaration): PlannedCluster => {
    const cluster = declaration.name;
    const saved = snapshot.clusters.find((entry) => entry.cluster === cluster && entry.engine === declaration.engine);
    if (saved === undefined) return { kind: "unreadable", cluster, diagnostics: [notInSnapshot(cluster, snapshot)] };
    return planOf({ ...saved, declaration, ...NOTHING_LEFT_BEHIND } as Planning);
  });
}

/** What a plan is computed from. */
type Planning = LeftBehind & (
  | Pick<ReadGreptimeCluster, "engine" | "declaration" | "observed">
  | Pick<ReadKwdbCluster, "engine" | "declaration" | "observed" | "originals">
);

function planOf(planning: Planning): PlannedCluster {
  const cluster = planning.declaration.name;
  switch (planning.engine) {
    case "greptimedb": {
      const { declaration, observed, adoptable, interrupted } = planning;
      return { kind: "planned", engine: "greptimedb", cluster, observed, interrupted, plan: planReading(declaration, observed, adoptable) };
    }
    case "kwdb": {
      const { declaration, observed, originals } = planning;
      const plan = planKwdb({ cluster: declaration, observed, recordedOriginals: originals });
      return { kind: "planned", engine: "kwdb", cluster, observed, plan };
    }
  }
}

function notInSnapshot(cluster: string, snapshot: TopologySnapshot): Diagnostic {
  return errorDiagnostic({
    code: "SNAPSHOT_LACKS_CLUSTER",
    summary: "The snapshot does not hold this cluster",
    detail: `It holds ${snapshot.clusters.map((entry) => entry.cluster).join(", ") || "none"}. Take it again with \`topoform snapshot\`.`,
    address: cluster,
  });
}
