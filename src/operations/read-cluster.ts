import { openCluster, openKwdb } from "../engines/open";
import type { KwdbPort } from "../engines/kwdb-port";
import { PortError, type ClusterPort } from "../engines/port";
import { DiagnosticError, type Diagnostic } from "../topology/diagnostic";
import type { KwdbClusterDeclaration } from "../topology/kwdb/cluster";
import { placedTables, type ClusterDeclaration, type GreptimeClusterDeclaration, type TopologyManifest } from "../topology/manifest";
import type { KwdbOriginals } from "../planning/kwdb/originals";
import type { ObservedKwdbCluster } from "../planning/kwdb/observed";
import type { ObservedGreptimeCluster } from "../planning/observed";
import type { TableName } from "../planning/change";
import { recordedOriginals } from "./kwdb/recorded-originals";

/** How operations reach clusters. */
export interface OperationContext {
  /** Where settings that the manifest leaves open come from; normally `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Opens a GreptimeDB cluster; default: over the network. */
  readonly open?: (declaration: GreptimeClusterDeclaration) => ClusterPort;
  /** Opens a KWDB cluster; default: over the network. */
  readonly openKwdb?: (declaration: KwdbClusterDeclaration) => KwdbPort;
}

/** One GreptimeDB cluster as it was read. */
export interface ReadGreptimeCluster {
  readonly kind: "read";
  readonly engine: "greptimedb";
  readonly declaration: GreptimeClusterDeclaration;
  readonly observed: ObservedGreptimeCluster;
  readonly port: ClusterPort;
}

/** One KWDB cluster as it was read. */
export interface ReadKwdbCluster {
  readonly kind: "read";
  readonly engine: "kwdb";
  readonly declaration: KwdbClusterDeclaration;
  readonly observed: ObservedKwdbCluster;
  /** What this manifest found before its first change from this machine. */
  readonly originals: KwdbOriginals;
  readonly port: KwdbPort;
}

export type ReadCluster = ReadGreptimeCluster | ReadKwdbCluster;

/** One cluster that could not be read, and why. */
export interface UnreadableCluster {
  readonly kind: "unreadable";
  readonly declaration: ClusterDeclaration;
  readonly diagnostics: readonly Diagnostic[];
}

/** One cluster as it was read, or why it could not be. */
export type ClusterReading = ReadCluster | UnreadableCluster;

export interface ReadOptions {
  /** Count the replicas of KWDB's ranges as well. Default false. */
  readonly ranges?: boolean;
}

/** Runs `use` with every declared cluster, read at the same time, and closes them all afterwards. */
export async function withClusters<T>(
  manifest: TopologyManifest,
  context: OperationContext,
  use: (readings: readonly ClusterReading[]) => Promise<T>,
  options: ReadOptions = {},
): Promise<T> {
  const readings = await Promise.all(manifest.clusters.map((declaration) => readCluster(manifest, declaration, context, options)));
  try {
    return await use(readings);
  } finally {
    await Promise.all(readings.map((reading) => (reading.kind === "read" ? reading.port.close() : undefined)));
  }
}

async function readCluster(manifest: TopologyManifest, declaration: ClusterDeclaration, context: OperationContext, options: ReadOptions): Promise<ClusterReading> {
  let port: Pick<ClusterPort, "close"> | undefined;
  try {
    switch (declaration.engine) {
      case "greptimedb": {
        const opened = (context.open ?? ((cluster) => openCluster(cluster, { env: context.env })))(declaration);
        port = opened;
        const observed = await opened.inspect({ definitions: wantedTables(declaration) });
        return { kind: "read", engine: "greptimedb", declaration, observed, port: opened };
      }
      case "kwdb": {
        const opened = (context.openKwdb ?? ((cluster) => openKwdb(cluster, { env: context.env })))(declaration);
        port = opened;
        const originals = await recordedOriginals(manifest, declaration, context);
        const observed = await opened.inspect({ cluster: declaration, originals, ranges: options.ranges === true });
        return { kind: "read", engine: "kwdb", declaration, observed, originals, port: opened };
      }
    }
  } catch (error) {
    await port?.close();
    return { kind: "unreadable", declaration, diagnostics: diagnosticsOf(error, declaration.name) };
  }
}

/** Tables whose columns and rules the plan needs. */
export function wantedTables(declaration: GreptimeClusterDeclaration): readonly TableName[] {
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
