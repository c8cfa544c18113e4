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
