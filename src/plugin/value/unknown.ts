/** The class of {@link UNKNOWN}; there is one instance. */
export class Unknown {
  static readonly instance = new Unknown();
  private constructor() {}
  toString(): string {
    return "(known after apply)";
  }
  toJSON(): never {
    throw new TypeError("an unknown value has no JSON form");
  }
}

/** A value that becomes known only when the plan is applied. */
export const UNKNOWN: Unknown = Unknown.instance;

/** True for {@link UNKNOWN}; false for a collection that merely contains it. */
export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}
