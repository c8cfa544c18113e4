import { datanodeId, regionId } from "../topology/ids";
import type { ObservedDatanode, ObservedGreptimeCluster, ObservedProcedure, ObservedRegion, ObservedTable } from "../planning/observed";

/** What was read of every cluster of a manifest, to be saved and planned from without credentials. */
export interface TopologySnapshot {
  readonly formatVersion: 1;
  readonly clusters: readonly { readonly cluster: string; readonly observed: ObservedGreptimeCluster }[];
}

/** Stable JSON of a snapshot: 64-bit numbers as decimal text. */
export function snapshotToJson(snapshot: TopologySnapshot): string {
  return `${JSON.stringify(snapshot, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value), 2)}\n`;
}

type Wire<T> = T extends bigint ? string : T extends readonly (infer E)[] ? readonly Wire<E>[] : T extends object ? { readonly [K in keyof T]: Wire<T[K]> } : T;

/** Reads {@link snapshotToJson}'s text. Throws SyntaxError or RangeError when it is something else. */
export function parseSnapshot(text: string): TopologySnapshot {
  const wire = JSON.parse(text) as Wire<TopologySnapshot>;
  if (wire?.formatVersion !== 1 || !Array.isArray(wire.clusters)) throw new SyntaxError("it is not a snapshot of format version 1");
  return {
    formatVersion: 1,
    clusters: wire.clusters.map(({ cluster, observed }) => ({ cluster, observed: observedCluster(observed) })),
  };
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
