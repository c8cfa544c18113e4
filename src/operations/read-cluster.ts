import { openCluster } from "../engines/open";
import { PortError, type ClusterPort } from "../engines/port";
import { DiagnosticError, type Diagnostic } from "../topology/diagnostic";
import { placedTables, type ClusterDeclaration, type TopologyManifest } from "../topology/manifest";
import type { ObservedGreptimeCluster } from "../planning/observed";
import type { TableName } from "../planning/change";

/** How operations reach clusters. */
export interface OperationContext {
  /** Where settings that the manifest leaves open come from; normally `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Opens a cluster; default: by engine, over the network. */
  readonly open?: (declaration: ClusterDeclaration) => ClusterPort;
}

/** One cluster as it was read. */
export interface ReadCluster {
  readonly kind: "read";
  readonly declaration: ClusterDeclaration;
  readonly observed: ObservedGreptimeCluster;
  readonly port: ClusterPort;
}

/** One cluster as it was read, or why it could not be. */
export type ClusterReading =
  | ReadCluster
  | { readonly kind: "unreadable"; readonly declaration: ClusterDeclaration; readonly diagnostics: readonly Diagnostic[] };

/** Runs `use` with every declared cluster, read at the same time, and closes them all afterwards. */
export async function withClusters<T>(manifest: TopologyManifest, context: OperationContext, use: (readings: readonly ClusterReading[]) => Promise<T>): Promise<T> {
  const readings = await Promise.all(manifest.clusters.map((declaration) => readCluster(declaration, context)));
  try {
    return await use(readings);
  } finally {
    await Promise.all(readings.map((reading) => (reading.kind === "read" ? reading.port.close() : undefined)));
  }
}

/** Reads one cluster with the definitions of its declared and placed tables. */
export async function readCluster(declaration: ClusterDeclaration, context: OperationContext): Promise<ClusterReading> {
  let port: ClusterPort | undefined;
  try {
    port = (context.open ?? ((cluster) => openCluster(cluster, { env: context.env })))(declaration);
    return { kind: "read", declaration, observed: await port.inspect({ definitions: wantedTables(declaration) }), port };
  } catch (error) {
    await port?.close();
    return { kind: "unreadable", declaration, diagnostics: diagnosticsOf(error, declaration.name) };
  }
}

/** Tables whose columns and rules the plan needs. */
export function wantedTables(declaration: ClusterDeclaration): readonly TableName[] {
  const wanted = new Map<string, TableName>();
  for (const { database, name } of declaration.tables) wanted.set(JSON.stringify([database, name]), { database, name });
  for (const placement of declaration.placements) {
    const { database } = placement;
    for (const name of placedTables(placement)) wanted.set(JSON.stringify([database, name]), { database, name });
  }
  return [...wanted.values()];
}

/** The diagnostics that an expected failure carries; anything else is a bug and goes on. */
export function diagnosticsOf(error: unknown, address: string): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics.map((diagnostic) => ({ address, ...diagnostic }));
  if (error instanceof PortError) return [{ address, ...error.diagnostic }];
  throw error;
}
