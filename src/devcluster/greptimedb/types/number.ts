/** A floating point number with the fewest digits that read back the same, never with an exponent. */
export function formatFloat(value: number, bits: 32 | 64): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0";
  return expand(bits === 64 ? String(value) : shortestFloat32(value));
}

function shortestFloat32(value: number): string {
  for (let precision = 1; precision <= 9; precision++) {
    const text = String(Number(value.toPrecision(precision)));
    if (Math.fround(Number(text)) === Math.fround(value)) return text;
  }
  return String(value);
}

function expand(text: string): string {
  const m = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (m === null) return text;
  const digits = m[2]! + (m[3] ?? "");
  const exponent = Number(m[4]);
  if (exponent < 0) return `${m[1]}0.${"0".repeat(-exponent - 1)}${digits}`;
  return `${m[1]}${digits.padEnd(exponent + 1, "0")}`;
}

/** A decimal text with exactly `scale` fraction digits, rounded half away from zero; null when it is not a number or too long. */
export function formatDecimal(text: string, precision: number, scale: number): string | null {
  const m = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.trim());
  if (m === null || (m[2] === "" && (m[3] ?? "") === "")) return null;
  const fraction = m[3] ?? "";
  let scaled = BigInt((m[2] === "" ? "0" : m[2]!) + fraction.slice(0, scale).padEnd(scale, "0"));
  if ((fraction[scale] ?? "0") >= "5") scaled += 1n;
  const digits = scaled.toString().padStart(scale + 1, "0");
  if (scaled !== 0n && scaled.toString().length > precision) return null;
  const whole = digits.slice(0, digits.length - scale);
  return `${m[1] === "-" && scaled !== 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${digits.slice(-scale)}`}`;
}
