import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from "yaml";
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

/** What a value cannot be read as; several are reported together. */
class UnmarshalErrors extends Error {
  constructor(readonly lines: readonly string[]) {
    super(`yaml: unmarshal errors:\n${lines.map((line) => `  ${line}`).join("\n")}`);
  }
}

/** A YAML document with the lines of its nodes. */
class Document {
  private readonly counter = new LineCounter();
  /** null for an empty document. */
  readonly contents: Node | null;

  constructor(text: string) {
    const document = parseDocument(text, { schema: "failsafe", lineCounter: this.counter, uniqueKeys: false });
    const [error] = document.errors;
    if (error !== undefined) throw uncategorized(`yaml: ${error.message.split("\n")[0]!.replace(/ at line.*$/, "")}`);
    this.contents = document.contents;
  }

  line(node: Node): number {
    return this.counter.linePos(node.range?.[0] ?? 0).line || 1;
  }

  /** The node as an integer of so many bits; null for null. */
  integer(node: Node | null, bits: 32 | 64): bigint | null {
    if (isNull(node)) return null;
    const value = tagOf(node) === "!!int" ? integerOf(scalarText(node)!) : null;
    if (value === null || value !== BigInt.asIntN(bits, value)) throw this.cannot(node!, `int${bits}`);
    return value;
  }

  cannot(node: Node, type: string): UnmarshalErrors {
    const text = scalarText(node);
    const shown = text === null ? "" : ` \`${text.length > 10 ? `${text.slice(0, 7)}...` : text}\``;
    return new UnmarshalErrors([`line ${this.line(node)}: cannot unmarshal ${tagOf(node)}${shown} into ${type}`]);
  }

  constraints(node: Node | null): readonly ConstraintGroup[] {
    if (isNull(node)) return [];
    if (isSeq(node) && node.items.every((item) => isScalar(item))) return node.items.length === 0 ? [] : [{ replicas: 0, constraints: node.items.map((item) => parseConstraint(scalarText(item as Node) ?? "")) }];
    const keys = isMap(node) ? node.items.map(({ key }) => scalarText(key as Node)) : [];
    if (!isMap(node) || new Set(keys).size < keys.length) throw badConstraints();
    const groups = node.items.map(({ value }, i) => ({ replicas: this.count(value as Node | null), constraints: (keys[i] ?? "").split(",").map(parseConstraint) }));
    return groups.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  private count(node: Node | null): number {
    try {
      return Number(this.integer(node, 32) ?? 0n);
    } catch (error) {
      throw error instanceof UnmarshalErrors ? badConstraints() : error;
    }
  }

  leasePreferences(node: Node | null): readonly (readonly Constraint[])[] {
    if (isNull(node)) return [];
    if (!isSeq(node)) throw this.cannot(node!, "[]zonepb.LeasePreference");
    return node.items.map((item) => {
      if (isNull(item as Node | null)) return [];
      if (!isSeq(item)) throw this.cannot(item as Node, "[]string");
      return item.items.map((constraint) => {
        const text = scalarText(constraint as Node);
        if (text === null) throw this.cannot(constraint as Node, "string");
        return parseConstraint(text);
      });
    });
  }
}

const badConstraints = (): SqlError => uncategorized("invalid constraints format. expected an array of strings or a map of strings to ints");
const keyOf = (group: ConstraintGroup): string => group.constraints.map(formatConstraint).join(",");

const scalarText = (node: Node | null): string | null => (isScalar(node) ? String(node.value ?? "") : null);

/** Decimal, or of another base by its prefix; a leading zero means octal. */
const INTEGER = /^[-+]?(0x[0-9a-f_]+|0b[01_]+|0[0-7_]*|[1-9][0-9_]*)$/i;

function integerOf(text: string): bigint {
  const [, sign, digits] = /^([-+]?)(.*)$/.exec(text.replaceAll("_", ""))!;
  const magnitude = BigInt(digits!.replace(/^0(?=\d)/, "0o"));
  return sign === "-" ? -magnitude : magnitude;
}

/** Plain scalars have the type that they look like; quoted ones are texts. */
function tagOf(node: Node | null): string {
  if (isMap(node)) return "!!map";
  if (isSeq(node) || isAlias(node)) return "!!seq";
  const text = scalarText(node) ?? "";
  if (!isScalar(node) || node.type !== "PLAIN") return "!!str";
  if (INTEGER.test(text)) return "!!int";
  if (/^[-+]?(\d+\.\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return "!!float";
  return /^(true|false|yes|no|on|off)$/i.test(text) ? "!!bool" : "!!str";
}

function isNull(node: Node | null | undefined): boolean {
  if (node === null || node === undefined) return true;
  return isScalar(node) && (node.type === "PLAIN" || node.type === undefined) && ["", "~", "null", "Null", "NULL"].includes(String(node.value ?? ""));
}

/** The value of `constraints`: a list for all replicas, or a map from constraints to numbers of replicas; null for an empty document. */
export function parseConstraints(text: string): readonly ConstraintGroup[] | null {
  return reading(text, (document) => document.constraints(document.contents));
}

/** The value of `lease_preferences`: a list of lists of constraints; null for an empty document. */
export function parseLeasePreferences(text: string): readonly (readonly Constraint[])[] | null {
  return reading(text, (document) => document.leasePreferences(document.contents));
}

function reading<T>(text: string, read: (document: Document) => T): T | null {
  try {
    const document = new Document(text);
    return document.contents === null ? null : read(document);
  } catch (error) {
    throw error instanceof UnmarshalErrors ? uncategorized(error.message) : error;
  }
}

/** Applies the legacy form, a YAML map of fields, to a zone. What it does not name, or names as null, stays. */
export function applyYaml(values: ZoneValues, text: string): ZoneValues {
  try {
    const document = new Document(text);
    if (document.contents === null || isNull(document.contents)) return values;
    if (!isMap(document.contents)) throw document.cannot(document.contents, "zonepb.marshalableZoneConfig");
    return applyFields(values, document, document.contents);
  } catch (error) {
    if (!(error instanceof SqlError) && !(error instanceof UnmarshalErrors)) throw error;
    throw new SqlError("23514", `could not parse zone config: ${error.message}`);
  }
}

type FieldReader = (document: Document, value: Node | null, values: ZoneValues) => Partial<ZoneValues>;

const integerField = (bits: 32 | 64, set: (value: bigint) => Partial<ZoneValues>): FieldReader => (document, node) => ((value) => (value === null ? {} : set(value)))(document.integer(node, bits));
const leasePreferencesField: FieldReader = (document, node) => (isNull(node) ? {} : { leasePreferences: document.leasePreferences(node) });

const FIELDS: Readonly<Record<string, FieldReader>> = {
  range_min_bytes: integerField(64, (rangeMinBytes) => ({ rangeMinBytes })),
  range_max_bytes: integerField(64, (rangeMaxBytes) => ({ rangeMaxBytes })),
  num_replicas: integerField(32, (value) => ({ numReplicas: Number(value) })),
  gc: (document, node, values) => {
    if (isNull(node)) return {};
    if (!isMap(node)) throw document.cannot(node!, "zonepb.GCPolicy");
    const [seconds] = fieldsOf(document, node, ["ttlseconds"], "zonepb.GCPolicy");
    return { gcTtlSeconds: Number((seconds === undefined ? null : document.integer(seconds.value, 32)) ?? values.gcTtlSeconds ?? 0) };
  },
  constraints: (document, node) => ({ constraints: document.constraints(node) }),
  lease_preferences: leasePreferencesField,
  experimental_lease_preferences: leasePreferencesField,
};

function applyFields(values: ZoneValues, document: Document, map: YAMLMap): ZoneValues {
  const errors: string[] = [];
  let result = values;
  for (const { name, value } of fieldsOf(document, map, Object.keys(FIELDS), "zonepb.marshalableZoneConfig")) {
    try {
      result = { ...result, ...FIELDS[name]!(document, value, result) };
    } catch (error) {
      if (!(error instanceof UnmarshalErrors)) throw error;
      errors.push(...error.lines);
    }
  }
  if (errors.length > 0) throw new UnmarshalErrors(errors);
  return result;
}

/** The entries of a map whose keys are fields of a type: no others, and each once. */
function fieldsOf(document: Document, map: YAMLMap, known: readonly string[], type: string): readonly { readonly name: string; readonly value: Node | null }[] {
  const seen = new Set<string>();
  const errors: string[] = [];
  const fields = map.items.map(({ key, value }) => {
    const name = scalarText(key as Node) ?? "";
    if (!known.includes(name)) errors.push(`line ${document.line(key as Node)}: field ${name} not found in type ${type}`);
    else if (seen.has(name)) errors.push(`line ${document.line(key as Node)}: field ${name} already set in type ${type}`);
    seen.add(name);
    return { name, value: value as Node | null };
  });
  if (errors.length > 0) throw new UnmarshalErrors(errors);
  return fields;
}
