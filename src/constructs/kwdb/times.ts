import { Op, Token } from "cdktf";

import { isUnresolved } from "../unresolved";

/** A product whose first factor may be a token: Terraform multiplies then. */
export function times(count: number, unit: number): number {
  if (!isUnresolved(count)) return count * unit;
  return unit === 1 ? count : Token.asNumber(Op.mul(count, unit));
}
