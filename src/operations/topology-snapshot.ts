import type { ReadGreptimeCluster, ReadKwdbCluster } from "./read-cluster";

/** What was read of every cluster of a manifest, to be saved and planned from without credentials. */
export interface TopologySnapshot {
  readonly formatVersion: 1;
  readonly clusters: readonly ClusterSnapshot[];
}

/** What was read of one cluster. */
export type ClusterSnapshot = { readonly cluster: string } & (
  | Pick<ReadGreptimeCluster, "engine" | "observed">
  /** With what the manifest found before its first change, on which plans depend as well. */
  | Pick<ReadKwdbCluster, "engine" | "observed" | "originals">
);
