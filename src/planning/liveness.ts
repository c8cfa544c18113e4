import type { DatanodeId } from "../topology/ids";

/** Datanodes send a heartbeat every 3 s; a move starts only between datanodes heard from within two of them. */
export const FRESH_HEARTBEAT_MS = 6_000;

/** A datanode's lease: three heartbeats and one second. After it metasrv refuses moves from and to it. */
export const LEASE_MS = 10_000;

/** After a restart of metasrv its list of datanodes fills up with their heartbeats; before this nothing missing is gone. */
export const LIST_COMPLETE_AFTER_MS = 9_000;

/**
 * What is known about a datanode:
 * - `fresh`: heard from within two heartbeats, or the server does not tell;
 * - `late`: silent for longer, its lease still holds;
 * - `silent`: silent for longer than its lease;
 * - `gone`: not listed by a metasrv that has been up long enough;
 * - `unlisted`: not listed by a metasrv that has just started.
 */
export type Liveness = "fresh" | "late" | "silent" | "gone" | "unlisted";

/** Liveness of a datanode from one reading. `silentMs`: milliseconds since each listed datanode's last heartbeat. */
export function livenessOf(
  datanode: DatanodeId,
  silentMs: ReadonlyMap<DatanodeId, number | null>,
  metasrvUptimeMs: number | null,
): Liveness {
  const silent = silentMs.get(datanode);
  if (silent === undefined) {
    return metasrvUptimeMs !== null && metasrvUptimeMs <= LIST_COMPLETE_AFTER_MS ? "unlisted" : "gone";
  }
  if (silent === null || silent <= FRESH_HEARTBEAT_MS) return "fresh";
  return silent <= LEASE_MS ? "late" : "silent";
}
