import { SqlError } from "../sql-error";
import { type Constraint, formatConstraint, type ZoneValues } from "./zone-config";

const MIN_RANGE_MAX_BYTES = 5_242_880n;
const MIN_RANGE_MIN_BYTES = 1_048_576n;
const HINT = "try ALTER ... CONFIGURE ZONE USING <field_name> = COPY FROM PARENT [, ...] to populate the field";

const violation = (reason: string): SqlError => new SqlError("23514", `could not validate zone config: ${reason}`);
const tandem = (reason: string): SqlError => new SqlError("22023", `could not validate zone config: ${reason}`, { hint: HINT });

/** Value limits; checked on the effective values. */
export function validateEffective(values: ZoneValues): void {
  const { numReplicas, rangeMaxBytes, rangeMinBytes, gcTtlSeconds } = values;
  if (numReplicas !== null && numReplicas < 1) throw violation("at least one replica is required");
  if (numReplicas === 2) throw violation("at least 3 replicas are required for multi-replica configurations");
  if (rangeMaxBytes !== null && rangeMaxBytes < MIN_RANGE_MAX_BYTES) throw violation(`RangeMaxBytes ${rangeMaxBytes} less than minimum allowed ${MIN_RANGE_MAX_BYTES}`);
  if (rangeMinBytes !== null && rangeMinBytes < MIN_RANGE_MIN_BYTES) throw violation(`RangeMinBytes ${rangeMinBytes} less than minimum allowed ${MIN_RANGE_MIN_BYTES}`);
  if (rangeMinBytes !== null && rangeMaxBytes !== null && rangeMinBytes >= rangeMaxBytes) throw violation(`RangeMinBytes ${rangeMinBytes} is greater than or equal to RangeMaxBytes ${rangeMaxBytes}`);
  if (gcTtlSeconds !== null && gcTtlSeconds < 1) throw violation(`GC.TTLSeconds ${gcTtlSeconds} less than minimum allowed 1`);
  validateConstraints(values);
  for (const preference of values.leasePreferences ?? []) {
    if (preference.length === 0) throw violation("every lease preference must include at least one constraint");
    if (preference.some((c) => c.type === "deprecated")) throw violation("lease preference constraints must either be required (prefixed with a '+') or prohibited (prefixed with a '-')");
  }
}

function validateConstraints({ constraints, numReplicas }: ZoneValues): void {
  const groups = constraints ?? [];
  if (groups.some((group) => group.constraints.some((c) => c.type === "deprecated"))) throw violation("constraints must either be required (prefixed with a '+') or prohibited (prefixed with a '-')");
  if (groups.length === 0 || (groups.length === 1 && groups[0]!.replicas === 0)) return;
  for (const group of groups) {
    if (group.replicas <= 0) throw violation("constraints must apply to at least one replica");
    if (group.replicas !== numReplicas && group.constraints.some((c) => c.type !== "required")) throw violation("only required constraints (prefixed with a '+') can be applied to a subset of replicas");
  }
  const constrained = groups.reduce((sum, group) => sum + group.replicas, 0);
  if (numReplicas !== null && constrained > numReplicas) {
    throw violation(`the number of replicas specified in constraints (${constrained}) cannot be greater than the number of replicas configured for the zone (${numReplicas})`);
  }
}

/** Variables that must be explicit together; checked on the explicit values. */
export function validateExplicit(values: ZoneValues): void {
  if ((values.constraints ?? []).some((group) => group.replicas > 0) && values.numReplicas === null) throw tandem("when per-replica constraints are set, num_replicas must be set as well");
  if ((values.rangeMinBytes === null) !== (values.rangeMaxBytes === null)) throw tandem("range_min_bytes and range_max_bytes must be set together");
  if (values.leasePreferences !== null && values.constraints === null) throw tandem("lease preferences can not be set unless the constraints are explicitly set as well");
}

/** Two constraints of one group that cannot both hold. Lease preferences are not looked at. */
export function validateNoRepeatedKeys(values: ZoneValues): void {
  for (const { constraints: group } of values.constraints ?? []) {
    for (const [i, one] of group.entries()) {
      const other = group.slice(i + 1).find((o) => conflicts(one, o));
      if (other !== undefined) throw new SqlError("23514", `incompatible zone constraints: "${formatConstraint(one)}" and "${formatConstraint(other)}"`);
    }
  }
}

function conflicts(one: Constraint, other: Constraint): boolean {
  if (one.key !== other.key) return false;
  if (one.key === "") return one.value === other.value;
  const types = [one.type, other.type];
  if (types.includes("deprecated") || !types.includes("required")) return false;
  return !types.includes("prohibited") || one.value === other.value;
}

/** What is required must match a store that exists now. */
export function validateMatches(values: ZoneValues, satisfied: (constraint: Constraint) => boolean): void {
  const all = [...(values.constraints ?? []).flatMap((group) => group.constraints), ...(values.leasePreferences ?? []).flat()];
  for (const constraint of all) {
    if (constraint.type !== "required" || satisfied(constraint)) continue;
    throw new SqlError("23514", `constraint "${formatConstraint(constraint)}" matches no existing nodes within the cluster - did you enter it correctly?`);
  }
}
