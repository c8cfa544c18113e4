/** The next thing in a msgpack stream. Strings and numbers come whole; arrays and maps as their number of entries. */
export type MsgpackToken =
  | { readonly kind: "nil" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: number | bigint }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "binary"; readonly value: Uint8Array }
  | { readonly kind: "array" | "map"; readonly length: number }
  | { readonly kind: "extension"; readonly type: number; readonly value: Uint8Array };

/**
 * Reads msgpack token by token. 64-bit integers come as bigint, without loss.
 *
 * @throws RangeError when the bytes end too early, SyntaxError for the one byte that msgpack never uses.
 */
export class MsgpackReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** True when everything has been read. */
  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  next(): MsgpackToken {
    const format = this.#uint(1);
    if (format < 0x80) return { kind: "number", value: format };
    if (format < 0x90) return { kind: "map", length: format & 0x0f };
    if (format < 0xa0) return { kind: "array", length: format & 0x0f };
    if (format < 0xc0) return this.#string(format & 0x1f);
    if (format >= 0xe0) return { kind: "number", value: format - 0x100 };
    return this.#long(format);
  }

  #long(format: number): MsgpackToken {
    switch (format) {
      case 0xc0:
        return { kind: "nil" };
      case 0xc2:
      case 0xc3:
        return { kind: "bool", value: format === 0xc3 };
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return { kind: "binary", value: this.#take(this.#uint(1 << (format - 0xc4))) };
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#uint(1 << (format - 0xc7)));
      case 0xca:
        return { kind: "number", value: this.#take(4).readFloatBE() };
      case 0xcb:
        return { kind: "number", value: this.#take(8).readDoubleBE() };
      case 0xcc:
      case 0xcd:
      case 0xce:
        return { kind: "number", value: this.#uint(1 << (format - 0xcc)) };
      case 0xcf:
        return { kind: "number", value: this.#take(8).readBigUInt64BE() };
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const size = 1 << (format - 0xd0);
        return { kind: "number", value: this.#take(size).readIntBE(0, size) };
      }
      case 0xd3:
        return { kind: "number", value: this.#take(8).readBigInt64BE() };
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(1 << (format - 0xd4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#string(this.#uint(1 << (format - 0xd9)));
      case 0xdc:
      case 0xdd:
        return { kind: "array", length: this.#uint(format === 0xdc ? 2 : 4) };
      case 0xde:
      case 0xdf:
        return { kind: "map", length: this.#uint(format === 0xde ? 2 : 4) };
      default:
        throw new SyntaxError(`msgpack has no format 0x${format.toString(16)}`);
    }
  }

  #string(size: number): MsgpackToken {
    return { kind: "string", value: this.#take(size).toString("utf8") };
  }

  #extension(size: number): MsgpackToken {
    const type = this.#take(1).readInt8();
    return { kind: "extension", type, value: this.#take(size) };
  }

  #uint(size: number): number {
    return this.#take(size).readUIntBE(0, size);
  }

  #take(size: number): Buffer {
    const end = this.#at + size;
    if (end > this.#bytes.length) throw new RangeError("the msgpack bytes end too early");
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }
}
