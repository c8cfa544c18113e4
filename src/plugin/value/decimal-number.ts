/**
 * A decimal that a JavaScript number cannot hold, such as 12345678901234567890.5.
 *
 * Made by `parseNumber`, which returns plain numbers and bigints where those are exact.
 */
export class DecimalNumber {
  constructor(
    /** Plain decimal text without exponent, for example `-12345678901234567890.5`. */
    readonly text: string,
  ) {}
  toString(): string {
    return this.text;
  }
}
