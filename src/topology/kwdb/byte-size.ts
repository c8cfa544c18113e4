declare const brand: unique symbol;

/** A whole number of bytes. */
export type ByteSize = bigint & { readonly [brand]: "ByteSize" };

const UNITS: Readonly<Record<string, bigint>> = {
  "": 1n,
  b: 1n,
  kb: 1000n,
  mb: 1000n ** 2n,
  gb: 1000n ** 3n,
  tb: 1000n ** 4n,
  kib: 1024n,
  mib: 1024n ** 2n,
  gib: 1024n ** 3n,
  tib: 1024n ** 4n,
};

const EXACT: readonly (readonly [string, bigint])[] = [
  ["TiB", 1024n ** 4n],
  ["GiB", 1024n ** 3n],
  ["MiB", 1024n ** 2n],
  ["KiB", 1024n],
];

/** Bytes from a bigint or a safe integer. Throws RangeError for anything else. */
export function byteSize(value: bigint | number): ByteSize {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new RangeError(`${value} is not a number of bytes: pass whole numbers, above 2^53 as bigint.`);
  }
  return BigInt(value) as ByteSize;
}

/** `mebibytes(512)` is 512 MiB. */
export function mebibytes(count: number): ByteSize {
  return byteSize(BigInt(count) * 1024n * 1024n);
}

/** Bytes from text such as `8388608`, `8 MiB`, `8.0 MiB`, `512mb`; undefined when it is none, or no whole number of bytes. */
export function parseByteSize(text: string): ByteSize | undefined {
  const match = /^\s*(\d+)(?:\.(\d+))?\s*([a-z]*)\s*$/i.exec(text);
  const unit = match === null ? undefined : UNITS[(match[3] ?? "").toLowerCase()];
  if (match === null || unit === undefined) return undefined;
  const fraction = match[2] ?? "";
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(`${match[1]}${fraction}`) * unit;
  return scaled % scale === 0n ? ((scaled / scale) as ByteSize) : undefined;
}

/** Exact text that {@link parseByteSize} and the server read back: `8 MiB`, `8388609 B`. */
export function formatByteSize(size: ByteSize): string {
  const unit = size > 0n ? EXACT.find(([, scale]) => size % scale === 0n) : undefined;
  return unit === undefined ? `${size} B` : `${size / unit[1]} ${unit[0]}`;
}
