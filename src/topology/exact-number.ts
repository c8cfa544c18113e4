import type { Literal } from "./partition-expression";

/** A decimal number without rounding: `coefficient × 10^-scale`, reduced (scale 0 or a last digit that is not 0). */
export interface ExactNumber {
  readonly coefficient: bigint;
  readonly scale: number;
}

/** No column type holds numbers beyond 10^308. */
const MAX_EXPONENT = 400;

/** Reads `12`, `-1.50`, `.5`, `1e3`; undefined when the text is no number or its exponent is beyond ±400. */
export function parseExactNumber(text: string): ExactNumber | undefined {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (parts === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  if (whole === "" && fraction === "") return undefined;
  if (Math.abs(Number(exponent)) > MAX_EXPONENT) return undefined;
  const magnitude = BigInt(whole + fraction);
  return reduce(sign === "-" ? -magnitude : magnitude, fraction.length - Number(exponent));
}

function reduce(coefficient: bigint, scale: number): ExactNumber {
  if (coefficient === 0n) return { coefficient, scale: 0 };
  if (scale < 0) return { coefficient: coefficient * 10n ** BigInt(-scale), scale: 0 };
  let [rest, places] = [coefficient, scale];
  while (places > 0 && rest % 10n === 0n) {
    rest /= 10n;
    places -= 1;
  }
  return { coefficient: rest, scale: places };
}

/** Plain digits, never an exponent: `-1.5`, `10`, `0`. There is no minus zero. */
export function formatExactNumber(number: ExactNumber): string {
  const sign = number.coefficient < 0n ? "-" : "";
  const digits = (number.coefficient < 0n ? -number.coefficient : number.coefficient).toString().padStart(number.scale + 1, "0");
  if (number.scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -number.scale)}.${digits.slice(-number.scale)}`;
}

/** Negative, zero or positive, as a sort function wants it. */
export function compareExactNumbers(a: ExactNumber, b: ExactNumber): number {
  const scale = Math.max(a.scale, b.scale);
  const left = a.coefficient * 10n ** BigInt(scale - a.scale);
  const right = b.coefficient * 10n ** BigInt(scale - b.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The literal of a number: an integer where it has no fraction. */
export function numberLiteral(number: ExactNumber): Literal {
  if (number.scale === 0) return { kind: "integer", value: number.coefficient };
  return { kind: "decimal", text: formatExactNumber(number) };
}
