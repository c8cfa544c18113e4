import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { Target, type ZoneTarget } from "../../topology/kwdb/zone-target";
import type { ObservedKwdbCluster, ObservedNode } from "../../planning/kwdb/observed";
import type { ZoneValues } from "../../topology/kwdb/zone-values";
import type { Row } from "./connect";
import type { readLocality } from "./inspect";
import { readIds } from "./inspect";
import type { LiveRange, PendingRange, RangeReplica } from "../kwdb-port";
import { isBelow, targetsOfRange, type RangePlace } from "./range-zone";

/** What ranges of some targets have and should have. */
export interface ReplicaState {
  readonly total: number;
  readonly pending: readonly PendingRange[];
}

/**
 * How many voters a range ends up with: as many as its zone says while there are nodes for them, else an odd number that there is
 * room for; the allocator never goes below three by itself (as in its sources).
 */
export function neededReplicas(configured: number, available: number): number {
  if (configured <= 1 || configured <= available) return configured;
  const possible = Math.min(configured, available);
  const odd = possible % 2 === 0 ? possible - 1 : possible;
  // With fewer than three nodes the ranges stay as they are: every node holds one.
  return available < 3 ? available : Math.max(odd, 3);
}

/** Compares the ranges below `targets` with the zones in effect for them. */
export function replicaState(
  ranges: readonly Row[],
  targets: readonly ZoneTarget[],
  cluster: ObservedKwdbCluster,
  nodes: readonly ObservedNode[],
): ReplicaState {
  const own = new Map(cluster.zones.map((zone) => [formatZoneTarget(zone.target), zone.effective]));
  const available = nodes.filter((node) => node.live && !node.decommissioning).length;
  let total = 0;
  const pending: PendingRange[] = [];
  for (const row of ranges) {
    const place = placeOf(row);
    const above = targetsOfRange(place, cluster.tables);
    if (!targets.some((target) => isConcerned(target, above, place))) continue;
    total += 1;
    const configured = configuredReplicas(above, own);
    const replicas = readIds(row[6] ?? "{}").length;
    const wanted = neededReplicas(configured, available);
    // A prohibition may leave fewer nodes than there are; then nothing more will come and it stays pending until the timeout.
    if (replicas !== wanted)
      pending.push({
        range: BigInt(row[0] ?? 0),
        name: place.table === "" ? place.start : `${place.database}.${place.table}`,
        replicas,
        wanted,
      });
  }
  return { total, pending };
}

/** A relational partition cannot be told from its keys: the ranges of its whole table stand for it. */
function isConcerned(target: ZoneTarget, above: readonly ZoneTarget[], place: RangePlace): boolean {
  if (isBelow(above, target)) return true;
  if (target.kind !== "partition" || above.some(({ kind }) => kind === "partition")) return false;
  return target.database === place.database && target.table === place.table;
}

function configuredReplicas(above: readonly ZoneTarget[], own: ReadonlyMap<string, ZoneValues>): number {
  const chain = [...above, Target.range("default")].flatMap((target) => own.get(formatZoneTarget(target)) ?? []);
  return chain.find(({ numReplicas }) => numReplicas !== undefined)?.numReplicas ?? 3;
}

function placeOf([, start, , database, table, index]: Row): RangePlace {
  return { start: start ?? "", database: database ?? "", table: table ?? "", index: index ?? "" };
}

/** A range with the nodes of its stores. */
export function readLiveRange(row: Row, nodes: readonly ObservedNode[]): LiveRange {
  const [range, start, end, database, table, index, replicas, leaseholder, size] = row;
  const byStore = new Map(nodes.flatMap((node) => node.stores.map((store) => [store, node] as const)));
  const replica = (store: number): RangeReplica => {
    const node = byStore.get(store);
    return { store, node: node?.id ?? null, locality: node === undefined ? "" : formatLocality(node.locality) };
  };
  const holder = Number(leaseholder ?? 0);
  return {
    range: BigInt(range ?? 0),
    start: start ?? "",
    end: end ?? "",
    database: database ?? "",
    table: table ?? "",
    index: index ?? "",
    replicas: readIds(replicas ?? "{}").map(replica),
    leaseholder: holder === 0 ? null : replica(holder),
    sizeBytes: typeof size === "string" ? BigInt(size) : null,
  };
}

function formatLocality(tiers: ReturnType<typeof readLocality>): string {
  return tiers.map(({ key, value }) => `${key}=${value}`).join(",");
}
