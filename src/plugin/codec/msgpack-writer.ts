/** Writes the msgpack formats that values of Terraform need, each in its shortest form. */
export class MsgpackWriter {
  #bytes = Buffer.allocUnsafe(1024);
  #length = 0;

  /** What was written so far; a copy. */
  finish(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#bytes, 0, this.#length);
  }

  nil(): void {
    this.#byte(0xc0);
  }

  /** An unknown value: extension type 0 with one zero byte. */
  unknown(): void {
    this.#reserve(3);
    this.#byte(0xd4);
    this.#byte(0x00);
    this.#byte(0x00);
  }

  bool(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  /** A whole number within ±(2^53 − 1). */
  integer(value: number): void {
    if (value < -0x80000000 || value > 0xffffffff) return this.bigInteger(BigInt(value));
    this.#reserve(5);
    const bytes = this.#bytes;
    if (value >= 0) {
      if (value < 0x80) this.#byte(value);
      else if (value < 0x100) this.#head(0xcc, bytes.writeUInt8(value, this.#length + 1));
      else if (value < 0x10000) this.#head(0xcd, bytes.writeUInt16BE(value, this.#length + 1));
      else this.#head(0xce, bytes.writeUInt32BE(value, this.#length + 1));
    } else if (value >= -0x20) this.#byte(value & 0xff);
    else if (value >= -0x80) this.#head(0xd0, bytes.writeInt8(value, this.#length + 1));
    else if (value >= -0x8000) this.#head(0xd1, bytes.writeInt16BE(value, this.#length + 1));
    else this.#head(0xd2, bytes.writeInt32BE(value, this.#length + 1));
  }

  /** A whole number within the range of int64 and uint64. */
  bigInteger(value: bigint): void {
    this.#reserve(9);
    if (value >= 0n) this.#head(0xcf, this.#bytes.writeBigUInt64BE(value, this.#length + 1));
    else this.#head(0xd3, this.#bytes.writeBigInt64BE(value, this.#length + 1));
  }

  string(value: string): void {
    const size = Buffer.byteLength(value);
    if (size < 0x20) this.#byte(0xa0 | size);
    else this.#sized([0xd9, 0xda, 0xdb], size);
    this.#reserve(size);
    this.#length += this.#bytes.write(value, this.#length, size, "utf8");
  }

  binary(value: Uint8Array): void {
    this.#sized([0xc4, 0xc5, 0xc6], value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Begins an array; that many values follow. */
  array(length: number): void {
    if (length < 0x10) this.#byte(0x90 | length);
    else this.#sized([undefined, 0xdc, 0xdd], length);
  }

  /** Begins a map; that many pairs of key and value follow. */
  map(length: number): void {
    if (length < 0x10) this.#byte(0x80 | length);
    else this.#sized([undefined, 0xde, 0xdf], length);
  }

  #sized([one, two, four]: readonly [number | undefined, number, number], size: number): void {
    this.#reserve(5);
    if (one !== undefined && size < 0x100) this.#head(one, this.#bytes.writeUInt8(size, this.#length + 1));
    else if (size < 0x10000) this.#head(two, this.#bytes.writeUInt16BE(size, this.#length + 1));
    else this.#head(four, this.#bytes.writeUInt32BE(size, this.#length + 1));
  }

  #head(format: number, end: number): void {
    this.#bytes[this.#length] = format;
    this.#length = end;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + size));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
