import type { ObservedDatanode, ObservedGreptimeCluster, ObservedProcedure, ObservedRegion, ObservedTable } from "../../planning/observed";
import { datanodeId, regionId } from "../../topology/ids";
import type { ClusterSnapshot } from "../topology-snapshot";

type Wire<T> = T extends bigint ? string : T extends readonly (infer E)[] ? readonly Wire<E>[] : T extends object ? { readonly [K in keyof T]: Wire<T[K]> } : T;

/** Reads one GreptimeDB cluster of a snapshot. Throws RangeError or TypeError when it is something else. */
export function parseGreptimeSnapshot(wire: { readonly cluster: string; readonly observed: unknown }): ClusterSnapshot {
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
