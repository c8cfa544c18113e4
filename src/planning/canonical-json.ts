import { compareText } from "./table-key";

/**
 * JSON with sorted keys: equal values give equal bytes on every machine. A bigint becomes `{"bigint":"<decimal>"}`, so that it
 * can be told from text when it is read back; maps, functions and undefined elements are no JSON and throw TypeError.
 *
 * @param indent spaces per level; 0 for one line.
 */
export function canonicalJson(value: unknown, indent = 0): string {
  return JSON.stringify(toJsonValue(value), undefined, indent);
}

/** The same value with sorted keys and without bigints; properties that are undefined are left out. */
export function toJsonValue(value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no form in JSON.`);
    return value;
  }
  if (typeof value === "bigint") return { bigint: value.toString() };
  if (Array.isArray(value)) return value.map(toJsonValue);
  if (isPlainObject(value)) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    entries.sort(([a], [b]) => compareText(a, b));
    return fromEntries(entries.map(([key, member]) => [key, toJsonValue(member)] as const));
  }
  throw new TypeError(`${typeof value} has no form in canonical JSON.`);
}

/** Made by a literal, by JSON.parse or without a prototype; no Map, Date or class of ours. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The inverse of {@link toJsonValue}: `{"bigint":"…"}` becomes a bigint again. */
export function fromJsonValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJsonValue);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value);
  const first = entries[0];
  if (entries.length === 1 && first?.[0] === "bigint" && typeof first[1] === "string" && /^-?\d+$/.test(first[1]))
    return BigInt(first[1]);
  return fromEntries(entries.map(([key, member]) => [key, fromJsonValue(member)] as const));
}

/** An object from entries in which `__proto__` is an ordinary key. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): object {
  const object = {};
  for (const [key, value] of entries)
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  return object;
}
