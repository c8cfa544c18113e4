/** Wire types of protocol buffers that are written or skipped. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Writes protocol buffer fields in order. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];

  finish(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  /** A field of wire type 0. Negative numbers take the ten bytes of their 64-bit form. */
  varint(id: number, value: bigint): void {
    this.#key(id, WIRE.varint);
    this.#varint(BigInt.asUintN(64, value));
  }

  /** A field of wire type 2. */
  bytes(id: number, value: Uint8Array): void {
    this.#key(id, WIRE.bytes);
    this.#varint(BigInt(value.length));
    this.#parts.push(value);
  }

  #key(id: number, wireType: number): void {
    this.#varint(BigInt((id << 3) | wireType));
  }

  #varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    this.#parts.push(Uint8Array.from(bytes));
  }
}
