import { parseGreptimeSnapshot } from "./greptimedb/snapshot-json";
import { kwdbSnapshotToJson, parseKwdbSnapshot } from "./kwdb/snapshot-json";
import type { ReadCluster } from "./read-cluster";
import type { ClusterSnapshot, TopologySnapshot } from "./topology-snapshot";

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
  return parseGreptimeSnapshot(wire);
}
