import { DEFAULT_ZONE_ID } from "../catalog/objects";
import { isSystemConfigTable } from "../catalog/system-tables";
import { matchesConstraint } from "../model/nodes";
import { SqlError, uncategorized } from "../sql-error";
import { doneResult, type StatementResult } from "../statement-result";
import type { Expression, Statement, ZoneAssignment } from "../syntax/ast";
import { formatInterval, totalNanos } from "../types/interval";
import { validateEffective, validateExplicit, validateMatches, validateNoRepeatedKeys } from "../zone/validate-zone";
import { BUILT_IN_DEFAULT, EMPTY_VALUES, inheritFrom, isPlaceholder, type Zone, type ZoneValues } from "../zone/zone-config";
import { complete, inherited, type ZoneReader } from "../zone/zone-lookup";
import { applyYaml, parseConstraints, parseLeasePreferences } from "../zone/zone-yaml";
import { evaluateAs } from "./constant";
import type { StatementContext } from "./context";
import { requireDatabase } from "./names";
import { requireAdmin, requireZonePrivilege } from "./privileges";
import { rebalance } from "./rebalance";
import { idOfTarget, subzonesOfTarget, type SubzoneTarget, tableOfTarget } from "./zone-target";

type ConfigureZone = Extract<Statement, { kind: "configure-zone" }>;

const VARIABLES = ["range_min_bytes", "range_max_bytes", "gc.ttlseconds", "num_replicas", "ts_merge.days", "constraints", "lease_preferences"] as const;
type Variable = (typeof VARIABLES)[number];
const isVariable = (name: string): name is Variable => (VARIABLES as readonly string[]).includes(name);

/** A name as messages quote it: one that is no plain name is quoted in itself. */
const quoted = (name: string): string => (name.includes(".") ? `"\\"${name}\\""` : `"${name}"`);

/** ALTER … CONFIGURE ZONE. The tag's number is 1 when something was written. */
export async function configureZone(context: StatementContext, statement: ConfigureZone): Promise<StatementResult> {
  const assignments = prepareZone(context, statement);
  if (statement.action.kind === "rebalance") return rebalance(context, statement.target);
  const table = tableOfTarget(context, statement.target);
  checkVersion(context, statement, table !== null && table.timeSeries !== null);
  const readers = evaluateAssignments(context, assignments);
  const id = idOfTarget(context, statement.target);
  const subzones = table === null ? null : subzonesOfTarget(table, statement.target);
  if (table !== null && isSystemConfigTable(table)) throw new SqlError("23514", 'cannot set zone configs for system config tables; try setting your config on the entire "system" database instead');
  await context.transaction.lock(`zone/${id}`);
  const yaml = statement.action.kind === "yaml" ? yamlText(context, statement.action.value) : null;
  const discard = statement.action.kind === "discard" || (statement.action.kind === "yaml" && yaml === null);
  let written = 0;
  for (const subzone of subzones ?? [null]) {
    if (discard) written += removeZone(context, id, subzone) ? 1 : 0;
    else {
      // As on the real server, where a zone of a whole index dereferences nothing.
      if (subzone !== null && subzone.partition === "") throw new SqlError("XX000", "internal error: runtime error: invalid memory address or nil pointer dereference", { detail: "<stack trace>", hint: UNEXPECTED });
      writeZone(context, id, subzone, { reset: statement.action.kind === "default", yaml, readers });
      written++;
    }
  }
  return doneResult(`CONFIGURE ZONE ${written}`);
}

const UNEXPECTED =
  "You have encountered an unexpected error.\n\nPlease check our website to find out whether this problem is already \ntracked.  If you cannot find it there, please contact us with the \navailable channels published on website.\n\nWe appreciate your feedback.\n";

/** What is checked when the statement is planned (and by EXPLAIN): the object, privileges, names and types of variables. */
export function prepareZone(context: StatementContext, { target, action }: ConfigureZone): readonly ZoneAssignment[] {
  if (target.kind === "range") requireAdmin(context, "alter system ranges");
  else if (target.kind === "database") requireZonePrivilege(context, requireDatabase(context, target.name));
  else requireZonePrivilege(context, tableOfTarget(context, target)!);
  if (action.kind !== "set") return [];
  const seen = new Set<string>();
  for (const { variable } of action.assignments) {
    if (!isVariable(variable)) throw new SqlError("22023", `unsupported zone config parameter: ${quoted(variable)}`);
    if (seen.has(variable)) throw new SqlError("22023", `duplicate zone config parameter: ${quoted(variable)}`);
    seen.add(variable);
  }
  return action.assignments;
}

function checkVersion({ model }: StatementContext, { target, action }: ConfigureZone, timeSeries: boolean): void {
  const { version } = model;
  const partition = (target.kind === "table" || target.kind === "index") && target.partition !== null;
  const named = action.kind === "set" ? action.assignments.map((a) => a.variable) : [];
  if (timeSeries && !version.zonesOnTimeSeriesTables) throw new SqlError("0A000", "set zone config is not supported in timeseries table");
  if (partition && !version.partitionZones) throw new SqlError("XXC01", "OSS binaries do not include enterprise features");
  if (!partition && version.constraintsOnPartitionsOnly && named.some((name) => name === "constraints" || name === "lease_preferences")) {
    throw new SqlError("0A000", "set zone config constraints and lease_preferences is not supported");
  }
  const licensed = named.find((name) => ["num_replicas", "range_min_bytes", "range_max_bytes"].includes(name));
  if (licensed !== undefined && version.licenceForReplicas && model.nodes.length > 1) throw uncategorized(`zone config: ${licensed} feature needs enterprise license to enable.`);
  if (named.includes("num_replicas") && version.refusesReplicasWithDeadNodes && model.nodes.some((node) => !node.live)) {
    throw new SqlError("0A000", "set zone config num_replicas when node unhealthy or dead is not supported");
  }
}

type Setter = (values: ZoneValues, parent: ZoneValues) => ZoneValues;

function evaluateAssignments(context: StatementContext, assignments: readonly ZoneAssignment[]): readonly Setter[] {
  return assignments.map(({ variable, value }) => (value === null ? copyFromParent(variable as Variable) : setter(variable as Variable, value, context.parameters)));
}

function copyFromParent(variable: Variable): Setter {
  return (values, parent) => {
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
  };
}

function setter(variable: Variable, expression: Expression, parameters: readonly (string | null)[]): Setter {
  const required = <T>(value: T | null): T => {
    if (value === null) throw new SqlError("22023", `unsupported NULL value for ${quoted(variable)}`);
    return value;
  };
  const integer = (): bigint => required(evaluateAs(expression, "int", variable, parameters));
  const text = (): string => required(evaluateAs(expression, "string", variable, parameters));
  switch (variable) {
    case "range_min_bytes": return ((rangeMinBytes) => (values) => ({ ...values, rangeMinBytes }))(integer());
    case "range_max_bytes": return ((rangeMaxBytes) => (values) => ({ ...values, rangeMaxBytes }))(integer());
    // Both are cut to 32 bits without a check, as the server does.
    case "gc.ttlseconds": return ((gcTtlSeconds) => (values) => ({ ...values, gcTtlSeconds }))(Number(BigInt.asIntN(32, integer())));
    case "num_replicas": return ((numReplicas) => (values) => ({ ...values, numReplicas }))(Number(BigInt.asIntN(32, integer())));
    case "ts_merge.days": return ((tsMergeNanos) => (values) => ({ ...values, tsMergeNanos }))(mergeTime(required(evaluateAs(expression, "interval", variable, parameters))));
    case "constraints": return ((constraints) => (values) => ({ ...values, constraints }))(parseConstraints(text()));
    case "lease_preferences": return ((leasePreferences) => (values) => ({ ...values, leasePreferences }))(parseLeasePreferences(text()));
  }
}

const MAX_NANOS = (1n << 63n) - 1n;

function mergeTime(interval: Parameters<typeof totalNanos>[0]): bigint {
  const nanos = totalNanos(interval);
  if (nanos < 0n) throw uncategorized(`invalid value '${formatInterval(interval)}', can not set ts_merge.days < 0`);
  if (nanos > MAX_NANOS) throw uncategorized(`invalid value '${formatInterval(interval)}'`);
  return (nanos / 1_000_000_000n) * 1_000_000_000n;
}

function yamlText(context: StatementContext, value: Expression): string | null {
  if (value.kind === "bytes") return Buffer.from(value.hex, "hex").toString("utf8");
  if (["integer", "decimal", "boolean", "duration"].includes(value.kind)) {
    const type = value.kind === "integer" ? "int" : value.kind === "boolean" ? "bool" : value.kind === "duration" ? "interval" : "decimal";
    throw new SqlError("22023", `zone config must be of type string or bytes, not ${type}`);
  }
  return evaluateAs(value, "string", "zone config", context.parameters);
}

/** Removes a row or a subzone; tells whether there was one. */
function removeZone({ transaction }: StatementContext, id: number, subzone: SubzoneTarget | null): boolean {
  if (id === DEFAULT_ZONE_ID) throw new SqlError("23514", "cannot remove default zone");
  const zone = transaction.get("zone", id);
  if (zone === undefined) return false;
  if (subzone === null) {
    if (isPlaceholder(zone)) return false;
    transaction.put("zone", id, zone.subzones.length === 0 ? null : { ...zone, values: PLACEHOLDER });
    return true;
  }
  const subzones = zone.subzones.filter((s) => s.indexId !== subzone.indexId || s.partition !== subzone.partition);
  if (subzones.length === zone.subzones.length) return false;
  transaction.put("zone", id, subzones.length === 0 && zone.values.numReplicas === 0 ? null : { ...zone, subzones });
  return true;
}

/** Values of a row that only holds subzones. */
const PLACEHOLDER: ZoneValues = { ...EMPTY_VALUES, numReplicas: 0, constraints: [], leasePreferences: [] };

interface Write {
  /** USING DEFAULT. */
  readonly reset: boolean;
  readonly yaml: string | null;
  readonly readers: readonly Setter[];
}

/** Changes the explicit values, validates the effective ones, and stores. */
function writeZone(context: StatementContext, id: number, subzone: SubzoneTarget | null, write: Write): void {
  const { transaction, model } = context;
  const reader: ZoneReader = model.reader(transaction);
  const zone = transaction.get("zone", id);
  const key = subzone === null ? null : { indexId: subzone.indexId, partition: subzone.partition };
  const stored = key === null ? withoutPlaceholder(zone) : zone?.subzones.find((s) => s.indexId === key.indexId && s.partition === key.partition)?.values;
  const start = write.reset ? (id === DEFAULT_ZONE_ID ? BUILT_IN_DEFAULT : EMPTY_VALUES) : (stored ?? EMPTY_VALUES);
  const parent = inherited(reader, id, key);
  let explicit = write.yaml === null ? start : applyYaml(start, write.yaml);
  for (const set of write.readers) explicit = set(explicit, parent);
  if (subzone?.points !== null && subzone !== null) explicit = { ...explicit, rebalance: true };
  const effective = key === null ? complete(reader, id, explicit) : inheritFrom(explicit, parent);
  validateNoRepeatedKeys(explicit);
  validateMatches(explicit, (constraint) => model.nodes.some((node) => matchesConstraint(node, constraint)));
  validateEffective(effective);
  validateExplicit(explicit);
  transaction.put("zone", id, store(zone, subzone, explicit));
}

/** A row that existed only for its subzones counts as unset, but keeps its explicit empty lists. */
function withoutPlaceholder(zone: Zone | undefined): ZoneValues | undefined {
  return zone !== undefined && zone.values.numReplicas === 0 ? { ...zone.values, numReplicas: null } : zone?.values;
}

function store(zone: Zone | undefined, subzone: SubzoneTarget | null, values: ZoneValues): Zone {
  if (subzone === null) return { values, subzones: zone?.subzones ?? [] };
  const base: Zone = zone ?? { values: PLACEHOLDER, subzones: [] };
  const own = { ...subzone, values };
  const position = base.subzones.findIndex((s) => s.indexId === subzone.indexId && s.partition === subzone.partition);
  return { ...base, subzones: position < 0 ? [...base.subzones, own] : base.subzones.map((s, i) => (i === position ? own : s)) };
}
