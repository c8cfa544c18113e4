import type { HashPoints } from "../syntax/ast";

/** `+key=value`, `-key=value`, or without key a bare attribute. `deprecated` is what has no sign. */
export interface Constraint {
  readonly type: "required" | "prohibited" | "deprecated";
  readonly key: string;
  readonly value: string;
}

/** Constraints on `replicas` of the replicas; 0: on all of them. */
export interface ConstraintGroup {
  readonly replicas: number;
  readonly constraints: readonly Constraint[];
}

/** The explicit values of one zone; null is inherited. */
export interface ZoneValues {
  readonly rangeMinBytes: bigint | null;
  readonly rangeMaxBytes: bigint | null;
  readonly gcTtlSeconds: number | null;
  /** 0 marks a placeholder that exists only for its subzones. */
  readonly numReplicas: number | null;
  readonly constraints: readonly ConstraintGroup[] | null;
  readonly leasePreferences: readonly (readonly Constraint[])[] | null;
  /** 0 when none; takes no part in inheritance. */
  readonly tsMergeNanos: bigint;
  /** Set on zones of HASHPOINT partitions. */
  readonly rebalance: boolean;
}

/** The zone of one index or partition. */
export interface Subzone {
  readonly indexId: number;
  readonly partition: string;
  /** Taken when the zone was written; the partition may have changed since. */
  readonly points: HashPoints | null;
  readonly values: ZoneValues;
}

/** One stored row. */
export interface Zone {
  readonly values: ZoneValues;
  readonly subzones: readonly Subzone[];
}

export const EMPTY_VALUES: ZoneValues = { rangeMinBytes: null, rangeMaxBytes: null, gcTtlSeconds: null, numReplicas: null, constraints: null, leasePreferences: null, tsMergeNanos: 0n, rebalance: false };

const TEN_DAYS = 864_000_000_000_000n;

/** What `RANGE default` holds on a fresh cluster. */
export const BUILT_IN_DEFAULT: ZoneValues = {
  rangeMinBytes: 134_217_728n, rangeMaxBytes: 536_870_912n, gcTtlSeconds: 90_000, numReplicas: 3, constraints: [], leasePreferences: [], tsMergeNanos: TEN_DAYS, rebalance: false,
};

export const isPlaceholder = (zone: Zone): boolean => zone.values.numReplicas === 0 && zone.subzones.length > 0;

/** Fills what is not set from the parent, variable by variable; the merge time stays. */
export function inheritFrom(values: ZoneValues, parent: ZoneValues): ZoneValues {
  return {
    ...values,
    rangeMinBytes: values.rangeMinBytes ?? parent.rangeMinBytes,
    rangeMaxBytes: values.rangeMaxBytes ?? parent.rangeMaxBytes,
    gcTtlSeconds: values.gcTtlSeconds ?? parent.gcTtlSeconds,
    numReplicas: values.numReplicas ?? parent.numReplicas,
    constraints: values.constraints ?? parent.constraints,
    leasePreferences: values.leasePreferences ?? parent.leasePreferences,
  };
}

const SIGN = { required: "+", prohibited: "-", deprecated: "" } as const;

export function formatConstraint({ type, key, value }: Constraint): string {
  return `${SIGN[type]}${key === "" ? "" : `${key}=`}${value}`;
}
