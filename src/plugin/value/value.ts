import type { Type } from "../schema/type";
import type { DecimalNumber } from "./decimal-number";
import type { Unknown } from "./unknown";

/**
 * A value of a `"dynamic"` attribute together with the type that it was given.
 * A dynamic attribute without a value is null, and one that is not known yet is `UNKNOWN`.
 */
export class DynamicValue {
  constructor(
    /** The type of `value`; not `"dynamic"`, and without it at its top. */
    readonly type: Type,
    readonly value: Value,
  ) {}
}

/** A whole number or a decimal, without loss; see `parseNumber` for which form is used when. */
export type NumberValue = number | bigint | DecimalNumber;

/**
 * Any value that a schema can describe.
 *
 * Lists, sets and tuples are arrays, maps and objects are plain objects. Sets have no order: compare with `equalValues`.
 */
export type Value =
  | null
  | Unknown
  | string
  | boolean
  | NumberValue
  | readonly Value[]
  | { readonly [name: string]: Value }
  | DynamicValue;

/** A value of an object or map type. Objects have every attribute of their schema, null when absent. */
export interface ObjectValue {
  readonly [name: string]: Value;
}
