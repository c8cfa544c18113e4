import { Token } from "cdktf";

/** Whether a value is known to Terraform only: a token, or text, list or map with a token in it. */
export function isUnresolved(value: unknown): boolean {
  return Token.isUnresolved(value);
}

/** Whether anything inside plain data is known to Terraform only, names of members included. */
export function containsUnresolved(value: unknown): boolean {
  if (isUnresolved(value)) return true;
  if (Array.isArray(value)) return value.some(containsUnresolved);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, member]) => isUnresolved(name) || containsUnresolved(member));
}

type Known<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that have a value already when the program runs. */
export function known<T extends object>(values: T): Known<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && !isUnresolved(value)),
  ) as Known<T>;
}
