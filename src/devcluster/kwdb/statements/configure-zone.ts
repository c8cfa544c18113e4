import { DEFAULT_ZONE_ID } from "../catalog/objects";
import { isSystemConfigTable } from "../catalog/system-tables";
import { matchesConstraint } from "../model/nodes";
import { SqlError } from "../sql-error";
import { doneResult, type StatementResult } from "../statement-result";
import type { Expression, Statement } from "../syntax/ast";
import { validateEffective, validateExplicit, validateMatches, validateNoRepeatedKeys } from "../zone/validate-zone";
import { BUILT_IN_DEFAULT, EMPTY_VALUES, inheritFrom, isPlaceholder, type Zone, type ZoneValues } from "../zone/zone-config";
import { complete, inherited, type ZoneReader } from "../zone/zone-lookup";
import { applyYaml } from "../zone/zone-yaml";
import { evaluateAs } from "./constant";
import type { StatementContext } from "./context";
import { requireDatabase } from "./names";
import { requireAdmin, requireZonePrivilege } from "./privileges";
import { rebalance } from "./rebalance";
import { applyAssignments, planAssignments, type PlannedAssignment, refuseAssignments } from "./zone-assignments";
import { idOfTarget, subzonesOfTarget, type SubzoneTarget, tableOfTarget } from "./zone-target";

type ConfigureZone = Extract<Statement, { kind: "configure-zone" }>;

/** What is to be done with the values of a zone. */
interface Write {
  /** USING DEFAULT. */
  readonly reset: boolean;
  readonly yaml: string | null;
  readonly assignments: readonly PlannedAssignment[];
}

/** ALTER … CONFIGURE ZONE, with the server's checks in the server's order. The tag's number counts the rows written. */
export async function configureZone(context: StatementContext, statement: ConfigureZone): Promise<StatementResult> {
  const { target, action } = statement;
  const { assignments, yaml } = planZone(context, statement);
  refuseAssignments(context, target, assignments);
  if (action.kind === "rebalance") return rebalance(context, target);
  const table = tableOfTarget(context, target);
  const subzones = table === null ? null : subzonesOfTarget(table, target);
  const id = idOfTarget(context, target);
  if (table !== null && isSystemConfigTable(table)) throw new SqlError("23514", 'cannot set zone configs for system config tables; try setting your config on the entire "system" database instead');
  const discard = action.kind === "discard" || (action.kind === "yaml" && yaml === null);
  if (discard && id === DEFAULT_ZONE_ID) throw new SqlError("23514", "cannot remove default zone");
  await context.transaction.lock(`zone/${id}`);
  let written = 0;
  for (const subzone of subzones ?? [null]) {
    if (discard && !removeZone(context, id, subzone)) continue;
    if (!discard) writeZone(context, id, subzone, { reset: action.kind === "default", yaml, assignments });
    written = 1;
  }
  return doneResult(`CONFIGURE ZONE ${written}`);
}

/** What is checked when the statement is planned (and by EXPLAIN): the object, privileges, names and types of variables. */
export function planZone(context: StatementContext, { target, action }: ConfigureZone): { readonly assignments: readonly PlannedAssignment[]; readonly yaml: string | null } {
  if (target.kind === "range") requireAdmin(context, "alter system ranges");
  else if (target.kind === "database") requireZonePrivilege(context, requireDatabase(context, target.name));
  else {
    const table = tableOfTarget(context, target)!;
    if (table.timeSeries !== null && !context.model.version.zonesOnTimeSeriesTables) throw new SqlError("0A000", "set zone config is not supported in timeseries table");
    requireZonePrivilege(context, table);
  }
  return { assignments: action.kind === "set" ? planAssignments(action.assignments, context.parameters) : [], yaml: action.kind === "yaml" ? yamlText(context, action.value) : null };
}

function yamlText({ parameters }: StatementContext, value: Expression): string | null {
  if (value.kind === "bytes") return Buffer.from(value.hex, "hex").toString("utf8");
  if (["integer", "decimal", "boolean", "duration"].includes(value.kind)) {
    const type = value.kind === "integer" ? "int" : value.kind === "boolean" ? "bool" : value.kind === "duration" ? "interval" : "decimal";
    throw new SqlError("22023", `zone config must be of type string or bytes, not ${type}`);
  }
  return evaluateAs(value, "string", "zone config", parameters);
}

/** Removes a row or a subzone; tells whether the server writes or deletes a row for it. */
function removeZone({ transaction }: StatementContext, id: number, subzone: SubzoneTarget | null): boolean {
  const zone = transaction.get("zone", id);
  if (zone === undefined) return false;
  if (subzone === null) {
    transaction.put("zone", id, zone.subzones.length === 0 ? null : { ...zone, values: PLACEHOLDER });
    return true;
  }
  const subzones = zone.subzones.filter((s) => s.indexId !== subzone.indexId || s.partition !== subzone.partition);
  if (subzones.length === zone.subzones.length) return false;
  transaction.put("zone", id, subzones.length === 0 && isPlaceholder(zone) ? null : { ...zone, subzones });
  return true;
}

/** Values of a row that only holds subzones. */
const PLACEHOLDER: ZoneValues = { ...EMPTY_VALUES, numReplicas: 0, constraints: [], leasePreferences: [] };

const UNEXPECTED =
  "You have encountered an unexpected error.\n\nPlease check our website to find out whether this problem is already \ntracked.  If you cannot find it there, please contact us with the \navailable channels published on website.\n\nWe appreciate your feedback.\n";

/** Changes the explicit values, validates the effective ones, and stores. */
function writeZone(context: StatementContext, id: number, subzone: SubzoneTarget | null, write: Write): void {
  const { transaction, model } = context;
  const reader: ZoneReader = model.reader(transaction);
  const zone = transaction.get("zone", id);
  const key = subzone === null ? null : { indexId: subzone.indexId, partition: subzone.partition };
  const stored = key === null ? withoutPlaceholder(zone) : zone?.subzones.find((s) => s.indexId === key.indexId && s.partition === key.partition)?.values;
  const start = write.reset ? (id === DEFAULT_ZONE_ID ? BUILT_IN_DEFAULT : EMPTY_VALUES) : (stored ?? EMPTY_VALUES);
  const parent = inherited(reader, id, key);
  const changed = applyAssignments(write.yaml === null ? start : applyYaml(start, write.yaml), parent, write.assignments);
  const explicit = subzone !== null && subzone.points !== null ? { ...changed, rebalance: true } : changed;
  const effective = key === null ? complete(reader, id, explicit) : inheritFrom(explicit, parent);
  validateNoRepeatedKeys(explicit);
  validateMatches(explicit, (constraint) => model.nodes.some((node) => matchesConstraint(node, constraint)));
  // As on the real server, where a zone of a whole index dereferences nothing.
  if (subzone?.partition === "" && model.version.partitionZones) throw new SqlError("XX000", "internal error: runtime error: invalid memory address or nil pointer dereference", { detail: "<stack trace>", hint: UNEXPECTED });
  validateEffective(effective);
  validateExplicit(explicit);
  if (subzone !== null && !model.version.partitionZones) throw new SqlError("XXC01", "OSS binaries do not include enterprise features");
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
