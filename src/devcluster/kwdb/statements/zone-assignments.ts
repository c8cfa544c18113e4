import { SqlError, uncategorized } from "../sql-error";
import type { ZoneAssignment, ZoneTarget } from "../syntax/ast";
import { formatInterval, type Interval, totalSeconds } from "../types/interval";
import type { ZoneValues } from "../zone/zone-config";
import { parseConstraints, parseLeasePreferences } from "../zone/zone-yaml";
import { type ConstantType, evaluateAs } from "./constant";
import type { StatementContext } from "./context";

/** The variables in the order in which the server evaluates and applies them. */
const VARIABLES = ["constraints", "gc.ttlseconds", "lease_preferences", "num_replicas", "range_max_bytes", "range_min_bytes", "ts_merge.days"] as const;
type Variable = (typeof VARIABLES)[number];
const isVariable = (name: string): name is Variable => (VARIABLES as readonly string[]).includes(name);

const TYPES: Readonly<Record<Variable, ConstantType>> = {
  constraints: "string", "gc.ttlseconds": "int", lease_preferences: "string", num_replicas: "int", range_max_bytes: "int", range_min_bytes: "int", "ts_merge.days": "interval",
};

type Value = bigint | string | Interval;

/** What USING says of one variable: a value (null: NULL), or that the parent's is copied. */
export type PlannedAssignment = { readonly variable: Variable; readonly kind: "value"; readonly value: Value | null } | { readonly variable: Variable; readonly kind: "copy" };

/** A name as messages quote it: one that is no plain name is quoted in itself. */
const quoted = (name: string): string => (name.includes(".") ? `"\\"${name}\\""` : `"${name}"`);

/** Checks names and types, as when the statement is planned. */
export function planAssignments(assignments: readonly ZoneAssignment[], parameters: readonly (string | null)[]): readonly PlannedAssignment[] {
  const planned = new Map<Variable, PlannedAssignment>();
  for (const { variable, value } of assignments) {
    if (planned.has(variable as Variable)) throw new SqlError("22023", `duplicate zone config parameter: ${quoted(variable)}`);
    if (!isVariable(variable)) throw new SqlError("22023", `unsupported zone config parameter: ${quoted(variable)}`);
    planned.set(variable, value === null ? { variable, kind: "copy" } : { variable, kind: "value", value: evaluateAs(value, TYPES[variable], variable, parameters) as Value | null });
  }
  return VARIABLES.flatMap((variable) => planned.get(variable) ?? []);
}

const LICENSED: readonly string[] = ["num_replicas", "range_min_bytes", "range_max_bytes"];

/** What is refused before the target is looked for: variables that it may not have, and NULL. */
export function refuseAssignments({ model }: StatementContext, target: ZoneTarget, assignments: readonly PlannedAssignment[]): void {
  const { version, options, nodes } = model;
  const partition = (target.kind === "table" || target.kind === "index") && target.partition !== null;
  for (const assignment of assignments) {
    const { variable } = assignment;
    if (version.licenceForReplicas && options.startMode === "start" && LICENSED.includes(variable)) throw uncategorized(`zone config: ${variable} feature needs enterprise license to enable.`);
    if (version.constraintsOnPartitionsOnly && !partition && (variable === "constraints" || variable === "lease_preferences")) throw new SqlError("0A000", "set zone config constraints and lease_preferences is not supported");
    if (version.refusesReplicasWithDeadNodes && variable === "num_replicas" && nodes.some((node) => !node.live)) throw new SqlError("0A000", "set zone config num_replicas when node unhealthy or dead is not supported");
    if (assignment.kind === "value" && assignment.value === null) throw new SqlError("22023", `unsupported NULL value for ${quoted(variable)}`);
  }
}

/** The explicit values with what USING says: copies first, then values. Throws for values that cannot be read. */
export function applyAssignments(values: ZoneValues, parent: ZoneValues, assignments: readonly PlannedAssignment[]): ZoneValues {
  const copied = assignments.reduce((result, { variable, kind }) => (kind === "copy" ? copy(result, parent, variable) : result), values);
  return assignments.reduce((result, assignment) => (assignment.kind === "value" ? set(result, assignment.variable, assignment.value!) : result), copied);
}

function copy(values: ZoneValues, parent: ZoneValues, variable: Variable): ZoneValues {
  switch (variable) {
    case "range_min_bytes": return { ...values, rangeMinBytes: parent.rangeMinBytes };
    case "range_max_bytes": return { ...values, rangeMaxBytes: parent.rangeMaxBytes };
    case "gc.ttlseconds": return { ...values, gcTtlSeconds: parent.gcTtlSeconds };
    case "num_replicas": return { ...values, numReplicas: parent.numReplicas };
    case "constraints": return { ...values, constraints: parent.constraints };
    case "lease_preferences": return { ...values, leasePreferences: parent.leasePreferences };
    // The server has no inheritance for the merge time: nothing happens.
    case "ts_merge.days": return values;
  }
}

function set(values: ZoneValues, variable: Variable, value: Value): ZoneValues {
  switch (variable) {
    case "range_min_bytes": return { ...values, rangeMinBytes: value as bigint };
    case "range_max_bytes": return { ...values, rangeMaxBytes: value as bigint };
    // Both are cut to 32 bits without a check, as the server does.
    case "gc.ttlseconds": return { ...values, gcTtlSeconds: Number(BigInt.asIntN(32, value as bigint)) };
    case "num_replicas": return { ...values, numReplicas: Number(BigInt.asIntN(32, value as bigint)) };
    case "ts_merge.days": return { ...values, tsMergeNanos: mergeTime(value as Interval) };
    // An empty document changes nothing but that the list is the zone's own.
    case "constraints": return { ...values, constraints: parseConstraints(value as string) ?? values.constraints ?? [] };
    case "lease_preferences": return { ...values, leasePreferences: parseLeasePreferences(value as string) ?? values.leasePreferences ?? [] };
  }
}

const SECOND = 1_000_000_000n;
const MAX_SECONDS = ((1n << 63n) - 1n) / SECOND;

/** Whole seconds; parts of one are dropped. */
function mergeTime(interval: Interval): bigint {
  const seconds = totalSeconds(interval);
  if (seconds < 0n) throw uncategorized(`invalid value '${formatInterval(interval)}', can not set ts_merge.days < 0`);
  if (seconds >= MAX_SECONDS) throw uncategorized(`invalid value '${formatInterval(interval)}'`);
  return seconds * SECOND;
}
