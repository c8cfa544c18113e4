import { WIRE } from "./protobuf-writer";

/**
 * Reads protocol buffer fields one after the other.
 *
 * @throws RangeError when the bytes end too early, SyntaxError when a field has another wire type than its message says.
 */
export class ProtobufReader {
  readonly #bytes: Buffer;
  #at = 0;
  #wireType = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The number of the next field, or undefined at the end. Read or skip the field before asking again. */
  field(): number | undefined {
    if (this.#at >= this.#bytes.length) return undefined;
    const key = Number(this.#varint());
    this.#wireType = key & 7;
    return key >>> 3;
  }

  varint(): bigint {
    this.#expect(WIRE.varint);
    return this.#varint();
  }

  bytes(): Buffer {
    this.#expect(WIRE.bytes);
    return this.#take(Number(this.#varint()));
  }

  /** Passes over a field that the message does not have. */
  skip(): void {
    if (this.#wireType === WIRE.varint) this.#varint();
    else if (this.#wireType === WIRE.bytes) this.#take(Number(this.#varint()));
    else if (this.#wireType === WIRE.fixed64) this.#take(8);
    else if (this.#wireType === WIRE.fixed32) this.#take(4);
    else throw new SyntaxError(`protocol buffer wire type ${this.#wireType} is not supported`);
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) {
      throw new SyntaxError(`protocol buffer field has wire type ${this.#wireType}, expected ${wireType}`);
    }
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#take(1)[0] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new SyntaxError("protocol buffer integer is longer than ten bytes");
  }

  #take(size: number): Buffer {
    const end = this.#at + size;
    if (end > this.#bytes.length) throw new RangeError("the protocol buffer ends too early");
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }
}
