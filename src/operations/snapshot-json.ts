import { kwdbSnapshotToJson, parseKwdbSnapshot } from "./kwdb/snapshot-json";
import type { ReadCluster } from "./read-cluster";
import type { ClusterSnapshot, TopologySnapshot } from "./topology-snapshot";
import { datanodeId, regionId } from "../topology/ids";
import type { ObservedDatanode, ObservedGreptimeCluster, ObservedProcedure, ObservedRegion, ObservedTable } from "../planning/observed";

/** One reading as it is saved. */
export function snapshotOf(reading: ReadCluster): ClusterSnapshot {
  const cluster = reading.declaration.name;
  switch (reading.engine) {
    case "greptimedb":
      return { cluster, engine: reading.engine, observed: reading.observed };
    case "kwdb":
      return { cluster, engine: reading.engine, observed: reading.observed, originals: reading.originals };
  }
}

/** Stable JSON of a snapshot: 64-bit numbers as decimal text. */
export function snapshotToJson(snapshot: TopologySnapshot): string {
  const clusters = snapshot.clusters.map((entry) => (entry.engine === "kwdb" ? kwdbSnapshotToJson(entry) : entry));
  return `${JSON.stringify({ ...snapshot, clusters }, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value), 2)}\n`;
}

type Wire<T> = T extends bigint ? string : T extends readonly (infer E)[] ? readonly Wire<E>[] : T extends object ? { readonly [K in keyof T]: Wire<T[K]> } : T;

/** Reads {@link snapshotToJson}'s text. Throws SyntaxError, RangeError or DiagnosticError when it is something else. */
export function parseSnapshot(text: string): TopologySnapshot {
  const wire = JSON.parse(text) as { readonly formatVersion?: unknown; readonly clusters?: readonly WireCluster[] };
  if (wire?.formatVersion !== 1 || !Array.isArray(wire.clusters)) throw new SyntaxError("it is not a snapshot of format version 1");
  return { formatVersion: 1, clusters: (wire.clusters as readonly WireCluster[]).map(readClusterSnapshot) };
}

interface WireCluster {
  readonly cluster: string;
  readonly observed: { readonly engine?: string };
}

function readClusterSnapshot(wire: WireCluster): ClusterSnapshot {
  if (wire.observed.engine === "kwdb") return parseKwdbSnapshot(wire);
  return { cluster: wire.cluster, engine: "greptimedb", observed: observedCluster(wire.observed as Wire<ObservedGreptimeCluster>) };
}

function observedCluster(wire: Wire<ObservedGreptimeCluster>): ObservedGreptimeCluster {
  return {
    ...wire,
    datanodes: wire.datanodes.map((node): ObservedDatanode => ({ ...node, id: datanodeId(String(node.id)) })),
    tables: wire.tables.map((table) => ({ ...table, regions: table.regions.map(observedRegion) }) as ObservedTable),
    procedures: wire.procedures.map((procedure): ObservedProcedure => ({ ...procedure, regions: procedure.regions.map((id) => regionId(String(id))) })),
  };
}

function observedRegion(wire: Wire<ObservedRegion>): ObservedRegion {
  return {
    ...(wire as unknown as ObservedRegion),
    id: regionId(String(wire.id)),
    leader: wire.leader === null ? null : datanodeId(String(wire.leader)),
    followers: wire.followers.map((id) => datanodeId(String(id))),
    sizeBytes: wire.sizeBytes === null ? null : BigInt(wire.sizeBytes),
    rows: wire.rows === null ? null : BigInt(wire.rows),
  };
}
