import type { DatanodeId, PartitionKey, RegionId } from "../../topology/ids";
import type { TableName } from "../change";
import type { ObservedRegion } from "../observed";

/** A region as planning needs it; from a snapshot of a cluster or from a resource's prior state. */
export interface PlacedRegion {
  readonly table: TableName;
  readonly partition: PartitionKey;
  readonly region: RegionId;
  /** null while it has none. */
  readonly leader: DatanodeId | null;
  readonly status: ObservedRegion["status"];
  /** null when the server has no figure. */
  readonly sizeBytes: bigint | null;
  readonly followers: readonly DatanodeId[];
}

/** Whether nobody is moving or splitting the region, as far as the server tells. */
export function isAtRest(status: ObservedRegion["status"]): boolean {
  return status === "ALIVE" || status === "UNKNOWN";
}
