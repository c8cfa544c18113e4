/**
 * JSON in the binary form that the server stores: a header word with kind and count, one entry word per key and value, then the payloads.
 * Partition descriptions of JSON columns print it in hexadecimal (observed on 1.0.2 and 1.1.4).
 */
export function encodeJsonb(value: unknown): Buffer {
  const body = encode(value);
  if (isContainer(value)) return body.payload;
  return Buffer.concat([word(0x20000000), word(body.entry), body.payload]);
}

const isContainer = (value: unknown): value is object => value !== null && typeof value === "object";

interface Encoded {
  readonly entry: number;
  readonly payload: Buffer;
}

function word(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value >>> 0);
  return buffer;
}

function withEntry(kind: number, payload: Buffer): Encoded {
  return { entry: (kind | payload.length) >>> 0, payload };
}

function encode(value: unknown): Encoded {
  if (value === null) return withEntry(0x00000000, Buffer.alloc(0));
  if (value === true) return withEntry(0x40000000, Buffer.alloc(0));
  if (value === false) return withEntry(0x30000000, Buffer.alloc(0));
  if (typeof value === "string") return withEntry(0x10000000, Buffer.from(value, "utf8"));
  if (typeof value === "number") return withEntry(0x20000000, encodeNumber(value));
  if (Array.isArray(value)) return withEntry(0x50000000, container(0x80000000, value.length, value.map(encode)));
  const entries = Object.entries(value as object);
  return withEntry(0x50000000, container(0x40000000, entries.length, [...entries.map(([key]) => encode(key)), ...entries.map(([, v]) => encode(v))]));
}

function container(kind: number, count: number, parts: readonly Encoded[]): Buffer {
  return Buffer.concat([word(kind | count), ...parts.map((p) => word(p.entry)), ...parts.map((p) => p.payload)]);
}

/** Tag byte (0x00 zero, 0x40 signed, 0x50 unsigned, 0x60 float) and the fewest bytes that hold the number. */
function encodeNumber(value: number): Buffer {
  if (value === 0) return Buffer.from([0x00]);
  if (!Number.isSafeInteger(value)) {
    const buffer = Buffer.alloc(9, 0x60);
    buffer.writeDoubleBE(value, 1);
    return buffer;
  }
  const big = BigInt(value);
  const size = [1, 2, 4, 8].find((bytes) => (value > 0 ? big < 1n << BigInt(bytes * 8) : big >= -(1n << BigInt(bytes * 8 - 1)))) ?? 8;
  const full = Buffer.alloc(8);
  full.writeBigInt64BE(big);
  return Buffer.concat([Buffer.from([value > 0 ? 0x50 : 0x40]), full.subarray(8 - size)]);
}
