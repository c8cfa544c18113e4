import { canonicalNumber, DecimalNumber, formatNumber, isUnknown } from "../plugin";
import type { NumberValue, ObjectValue, Schema, Value } from "../plugin";
import { datanodeId } from "../topology/ids";
import type { DatanodeId } from "../topology/ids";

/** What a Terraform value is when nobody gave one. */
export type Maybe<T> = T | null;

/** Whether the value, and everything inside it, is known. */
export function isWhollyKnown(value: Value): boolean {
  if (isUnknown(value)) return false;
  if (value === null || typeof value !== "object" || value instanceof DecimalNumber) return true;
  return Object.values(value).every((inner) => isWhollyKnown(inner as Value));
}

/** The attribute's text; null when it is null or unknown. Throws TypeError when the schema gave it another type. */
export function textOf(object: ObjectValue, name: string): Maybe<string> {
  const value = known(object, name);
  if (value === null || typeof value === "string") return value;
  throw wrongType(name, "a string");
}

/** The attribute's text; throws TypeError when it is null or unknown as well. */
export function requiredText(object: ObjectValue, name: string): string {
  const value = textOf(object, name);
  if (value === null) throw wrongType(name, "a known string");
  return value;
}

/** The attribute's truth value; null when it is null or unknown. */
export function booleanOf(object: ObjectValue, name: string): Maybe<boolean> {
  const value = known(object, name);
  if (value === null || typeof value === "boolean") return value;
  throw wrongType(name, "a boolean");
}

/** The attribute as a JavaScript number; null when it is null or unknown. For counts and seconds, never for ids. */
export function numberOf(object: ObjectValue, name: string): Maybe<number> {
  const value = known(object, name);
  if (value === null || typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof DecimalNumber) return Number(formatNumber(value));
  throw wrongType(name, "a number");
}

/** The attribute's texts in order; null when the list is null or unknown. Unknown elements are left out. */
export function textsOf(object: ObjectValue, name: string): Maybe<readonly string[]> {
  const value = listOf(object, name);
  return value === null ? null : value.filter((item): item is string => typeof item === "string");
}

/** The attribute's elements; null when the list or set is null or unknown. */
export function listOf(object: ObjectValue, name: string): Maybe<readonly Value[]> {
  const value = known(object, name);
  if (value === null || Array.isArray(value)) return value as Maybe<readonly Value[]>;
  throw wrongType(name, "a list");
}

/** The attribute's entries by key; null when the map or object is null or unknown. */
export function mapOf(object: ObjectValue, name: string): Maybe<ObjectValue> {
  const value = known(object, name);
  if (value === null) return null;
  if (typeof value === "object" && !Array.isArray(value)) return value as ObjectValue;
  throw wrongType(name, "a map");
}

/** Datanode ids of a `set(number)`, in order of their size; null when the set is null or unknown. Elements that are no ids are left out. */
export function datanodesOf(object: ObjectValue, name: string): Maybe<readonly DatanodeId[]> {
  const value = listOf(object, name);
  if (value === null) return null;
  return value
    .map(toDatanodeId)
    .filter((id) => id !== null)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The number as a datanode's id; null when it is null, unknown, negative, fractional or above 64 bits. */
export function toDatanodeId(value: Value | undefined): DatanodeId | null {
  if (typeof value !== "number" && typeof value !== "bigint") return null;
  try {
    return datanodeId(value);
  } catch {
    return null;
  }
}

/** The id in the framework's form of numbers, without loss. */
export function fromDatanodeId(id: DatanodeId): NumberValue {
  return canonicalNumber(id) ?? id;
}

/** A state in which every attribute is null. */
export function emptyState(schema: Schema): ObjectValue {
  return Object.fromEntries(Object.keys(schema.attributes).map((name) => [name, null]));
}

/** An object with its keys in order of code units, so that equal maps have equal bytes. */
export function sortedMap<V>(entries: Iterable<readonly [string, V]>): { readonly [key: string]: V } {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function known(object: ObjectValue, name: string): Value {
  const value = object[name];
  return value === undefined || isUnknown(value) ? null : value;
}

function wrongType(name: string, wanted: string): TypeError {
  return new TypeError(`Attribute "${name}" is not ${wanted}.`);
}

/** A value as it stands in a message. */
export function formatId(value: Value): string {
  return value === null ? "null" : typeof value === "object" ? JSON.stringify(value) : String(value);
}
