import type { ZoneConfigDeclaration } from "../../topology/kwdb/cluster";
import { ZONE_VARIABLES, type ZoneValues, type ZoneVariable } from "../../topology/kwdb/zone-values";
import type { Bytes } from "./bytes";
import type { Constraint, ReplicaConstraints } from "./constraint";
import type { Duration } from "./duration";

/**
 * Instead of a value: the value that the parent zone has, as a value of the zone's own (`COPY FROM PARENT`). It follows the
 * parent at each deployment, not in between.
 */
export const COPY_FROM_PARENT = { copyFromParent: true } as const;
export type CopyFromParent = typeof COPY_FROM_PARENT;

/**
 * The variables of a zone. One that is left out is inherited from the parent; in a range, or in the database `system`, which the
 * server sets up itself, it stays as it was found.
 */
export interface ZoneVariables {
  /** `range_min_bytes`: ranges below it are merged. From 1 MiB on; less than the maximum. @default - inherited */
  readonly rangeMinBytes?: Bytes | CopyFromParent;
  /** `range_max_bytes`: ranges above it are split. From 5 MiB on. @default - inherited */
  readonly rangeMaxBytes?: Bytes | CopyFromParent;
  /** `gc.ttlseconds`: how long overwritten values are kept. From one second on; ten minutes and more are advised. @default - inherited */
  readonly gcTtl?: Duration | CopyFromParent;
  /** `num_replicas`: 1, or 3 and more; odd numbers are advised. @default - inherited */
  readonly numReplicas?: number | CopyFromParent;
  /**
   * `ts_merge.days`: time-series ranges that were split by time are merged after it. Needs the settings
   * `kv.kvserver.ts_split_interval = 1` and `kv.kvserver.ts_split_by_timestamp.enabled = true`; without effect from KWDB 3.1.0 on.
   * @default - none: the server does not let it be inherited
   */
  readonly tsMerge?: Duration;
  /** `constraints` of all replicas alike, or of a number of them each. Only for partitions. @default - inherited */
  readonly constraints?: readonly Constraint[] | ReplicaConstraints | CopyFromParent;
  /** `lease_preferences`: where the leaseholder should be, the best first. Only for partitions. @default - inherited */
  readonly leasePreferences?: readonly (readonly Constraint[])[] | CopyFromParent;
}

/** The values and the copied variables that a program declares. */
export function zoneValues(variables: ZoneVariables): Pick<ZoneConfigDeclaration, "values" | "copyFromParent"> {
  const values = new Map<ZoneVariable, unknown>();
  const copyFromParent: ZoneVariable[] = [];
  for (const { name } of ZONE_VARIABLES) {
    const value = variables[name];
    if (value === COPY_FROM_PARENT) copyFromParent.push(name);
    else if (value !== undefined) values.set(name, value);
  }
  const { constraints } = variables;
  if (Array.isArray(constraints)) values.set("constraints", { kind: "all-replicas", constraints });
  return { values: Object.fromEntries(values) as ZoneValues, copyFromParent };
}
