import {
  canonicalConstraints,
  canonicalLeasePreferences,
  formatConstraints,
  formatLeasePreferences,
  isEmptyConstraints,
  type Constraints,
  type LeasePreferences,
} from "./constraint";
import { formatSeconds, type Seconds } from "./duration";
import type { ByteSize } from "./byte-size";

/** Values of a zone's variables. An absent one is inherited. There are no other variables. */
export interface ZoneValues {
  readonly rangeMinBytes?: ByteSize;
  readonly rangeMaxBytes?: ByteSize;
  /** `gc.ttlseconds` */
  readonly gcTtl?: Seconds;
  readonly numReplicas?: number;
  /** `ts_merge.days`: whole seconds. Not inherited; 0 and absent are the same to the server. */
  readonly tsMerge?: Seconds;
  readonly constraints?: Constraints;
  readonly leasePreferences?: LeasePreferences;
}

export type ZoneVariable = keyof ZoneValues;

/** The variables in the order in which the server prints them. `sql`: in statements; `json`: in manifests, plans and HCL. */
export const ZONE_VARIABLES = [
  { name: "rangeMinBytes", sql: "range_min_bytes", json: "range_min_bytes" },
  { name: "rangeMaxBytes", sql: "range_max_bytes", json: "range_max_bytes" },
  { name: "gcTtl", sql: "gc.ttlseconds", json: "gc_ttl_seconds" },
  { name: "numReplicas", sql: "num_replicas", json: "num_replicas" },
  { name: "tsMerge", sql: "ts_merge.days", json: "ts_merge_days" },
  { name: "constraints", sql: "constraints", json: "constraints" },
  { name: "leasePreferences", sql: "lease_preferences", json: "lease_preferences" },
] as const satisfies readonly { readonly name: ZoneVariable; readonly sql: string; readonly json: string }[];

const BY_NAME = new Map(ZONE_VARIABLES.map((variable) => [variable.name, variable] as const));

/** `gc.ttlseconds` of `gcTtl`. */
export function sqlName(variable: ZoneVariable): string {
  return BY_NAME.get(variable)?.sql ?? variable;
}

/** `gc_ttl_seconds` of `gcTtl`. */
export function jsonName(variable: ZoneVariable): string {
  return BY_NAME.get(variable)?.json ?? variable;
}

/** The variables that have a value, in the server's order. */
export function variablesOf(values: ZoneValues): readonly ZoneVariable[] {
  return ZONE_VARIABLES.map(({ name }) => name).filter((name) => values[name] !== undefined);
}

/** The same values without the others. */
export function pick(values: ZoneValues, variables: Iterable<ZoneVariable>): ZoneValues {
  const wanted = new Set(variables);
  return Object.fromEntries(
    variablesOf(values)
      .filter((name) => wanted.has(name))
      .map((name) => [name, values[name]]),
  );
}

export function omit(values: ZoneValues, variables: Iterable<ZoneVariable>): ZoneValues {
  const unwanted = new Set(variables);
  return pick(
    values,
    variablesOf(values).filter((name) => !unwanted.has(name)),
  );
}

/** Equal values in equal form: constraints in canonical order, a merge time of 0 left out. */
export function canonicalValues(values: ZoneValues): ZoneValues {
  const { constraints, leasePreferences, tsMerge, ...rest } = values;
  return pick(
    {
      ...rest,
      ...(tsMerge === undefined || tsMerge === 0 ? {} : { tsMerge }),
      ...(constraints === undefined ? {} : { constraints: canonicalConstraints(constraints) }),
      ...(leasePreferences === undefined ? {} : { leasePreferences: canonicalLeasePreferences(leasePreferences) }),
    },
    ZONE_VARIABLES.map(({ name }) => name),
  );
}

/** A value as the server prints it: `134217728`, `240h0m0s`, `[+region=NODE1]`. Undefined (inherited) is `inherited`. */
export function formatValue(values: ZoneValues, variable: ZoneVariable): string {
  if (values[variable] === undefined) return "inherited";
  switch (variable) {
    case "rangeMinBytes":
    case "rangeMaxBytes":
    case "numReplicas":
    case "gcTtl":
      return String(values[variable]);
    case "tsMerge":
      return formatSeconds(values.tsMerge as Seconds);
    case "constraints":
      return formatConstraints(values.constraints as Constraints);
    case "leasePreferences":
      return formatLeasePreferences(values.leasePreferences as LeasePreferences);
  }
}

/**
 * The variables in which two zones differ. `inherited`: what the zone would inherit. An explicitly empty list is the same as none
 * when there is nothing to inherit: the server writes such lists by itself.
 */
export function differingVariables(a: ZoneValues, b: ZoneValues, inherited: ZoneValues): readonly ZoneVariable[] {
  return ZONE_VARIABLES.map(({ name }) => name).filter(
    (name) => comparable(a, name, inherited) !== comparable(b, name, inherited),
  );
}

export function sameValues(a: ZoneValues, b: ZoneValues, inherited: ZoneValues): boolean {
  return differingVariables(a, b, inherited).length === 0;
}

function comparable(values: ZoneValues, variable: ZoneVariable, inherited: ZoneValues): string | undefined {
  if (values[variable] === undefined) return undefined;
  if (variable === "tsMerge" && values.tsMerge === 0) return undefined;
  if (variable === "constraints" && isEmptyConstraints(values.constraints as Constraints)) {
    return inherited.constraints === undefined || isEmptyConstraints(inherited.constraints) ? undefined : "[]";
  }
  if (variable === "leasePreferences" && values.leasePreferences?.length === 0) {
    return (inherited.leasePreferences ?? []).length === 0 ? undefined : "[]";
  }
  return formatValue(values, variable);
}
