import { parseDocument } from "yaml";
import { SqlError, uncategorized } from "../sql-error";
import { type Constraint, type ConstraintGroup, formatConstraint, type ZoneValues } from "./zone-config";

/** Reads one constraint; throws the server's error for one that is malformed. */
function parseConstraint(text: string): Constraint {
  if (text === "") throw uncategorized("the empty string is not a valid constraint");
  const type = text.startsWith("+") ? "required" : text.startsWith("-") ? "prohibited" : "deprecated";
  const body = type === "deprecated" ? text : text.slice(1);
  const parts = body.split("=");
  if (parts.length > 2) throw uncategorized(`constraint needs to be in the form "(key=)value", not "${body}"`);
  return parts.length === 1 ? { type, key: "", value: body } : { type, key: parts[0]!, value: parts[1]! };
}

function load(text: string): unknown {
  const document = parseDocument(text, { schema: "failsafe" });
  const [error] = document.errors;
  if (error !== undefined) throw uncategorized(`yaml: ${error.message.split("\n")[0]!.replace(/ at line.*$/, "")}`);
  return document.toJS() as unknown;
}

const isNull = (value: unknown): boolean => value === null || value === undefined || value === "" || value === "null" || value === "~";

/** The value of `constraints`: a list for all replicas, or a map from constraints to numbers of replicas. */
export function parseConstraints(text: string): readonly ConstraintGroup[] {
  return constraintsOf(load(text));
}

function constraintsOf(value: unknown): readonly ConstraintGroup[] {
  if (isNull(value)) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.length === 0 ? [] : [{ replicas: 0, constraints: value.map(parseConstraint) }];
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badConstraints();
  const groups = Object.entries(value).map(([key, count]) => {
    if (typeof count !== "string" || !/^-?\d+$/.test(count)) throw badConstraints();
    return { replicas: Number(count), constraints: key.split(",").map(parseConstraint) };
  });
  return groups.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const badConstraints = (): SqlError => uncategorized("invalid constraints format. expected an array of strings or a map of strings to ints");
const keyOf = (group: ConstraintGroup): string => group.constraints.map(formatConstraint).join(",");

/** The value of `lease_preferences`: a list of lists of constraints. */
export function parseLeasePreferences(text: string): readonly (readonly Constraint[])[] {
  return leasePreferencesOf(load(text));
}

function leasePreferencesOf(value: unknown): readonly (readonly Constraint[])[] {
  if (isNull(value)) return [];
  if (!Array.isArray(value)) throw unmarshal(value, "[]zonepb.LeasePreference");
  return value.map((item) => {
    if (isNull(item)) return [];
    if (!Array.isArray(item)) throw unmarshal(item, "[]string");
    return item.map((constraint) => {
      if (typeof constraint !== "string") throw unmarshal(constraint, "string");
      return parseConstraint(constraint);
    });
  });
}

function unmarshal(value: unknown, type: string): SqlError {
  const tag = Array.isArray(value) ? "!!seq" : typeof value === "object" ? "!!map" : `!!str \`${String(value)}\``;
  return uncategorized(`yaml: unmarshal errors:\n  line 1: cannot unmarshal ${tag} into ${type}`);
}

const FIELDS = ["range_min_bytes", "range_max_bytes", "gc", "num_replicas", "constraints", "lease_preferences", "experimental_lease_preferences", "subzones", "subzone_spans"];

/** Applies the legacy form, a YAML map of fields, to a zone. What it does not name stays. */
export function applyYaml(values: ZoneValues, text: string): ZoneValues {
  try {
    return apply(values, load(text));
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new SqlError("23514", `could not parse zone config: ${error.message}`);
  }
}

function apply(values: ZoneValues, document: unknown): ZoneValues {
  if (isNull(document)) return values;
  if (typeof document !== "object" || Array.isArray(document)) throw unmarshal(document, "zonepb.marshalableZoneConfig");
  const fields = document as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(fields).filter((key) => !FIELDS.includes(key));
  if (unknown.length > 0) {
    throw uncategorized(`yaml: unmarshal errors:\n${unknown.map((key) => `  line ${Object.keys(fields).indexOf(key) + 1}: field ${key} not found in type zonepb.marshalableZoneConfig`).join("\n")}`);
  }
  let result = values;
  if ("range_min_bytes" in fields) result = { ...result, rangeMinBytes: integerOf(fields["range_min_bytes"]) };
  if ("range_max_bytes" in fields) result = { ...result, rangeMaxBytes: integerOf(fields["range_max_bytes"]) };
  if ("num_replicas" in fields) result = { ...result, numReplicas: numberOf(fields["num_replicas"]) };
  if ("gc" in fields) {
    const gc = fields["gc"];
    result = { ...result, gcTtlSeconds: typeof gc === "object" && gc !== null ? numberOf((gc as Readonly<Record<string, unknown>>)["ttlseconds"]) : null };
  }
  if ("constraints" in fields) result = { ...result, constraints: constraintsOf(fields["constraints"]) };
  for (const key of ["experimental_lease_preferences", "lease_preferences"]) if (key in fields) result = { ...result, leasePreferences: leasePreferencesOf(fields[key]) };
  return result;
}

function integerOf(value: unknown): bigint | null {
  if (isNull(value)) return null;
  if (typeof value !== "string" || !/^-?\d+$/.test(value)) throw unmarshal(value, "int64");
  return BigInt(value);
}

function numberOf(value: unknown): number | null {
  const integer = integerOf(value);
  return integer === null ? null : Number(integer);
}
