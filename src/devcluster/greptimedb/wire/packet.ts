/** Reading and writing of the MySQL protocol's elements. */

export class PacketWriter {
  private readonly parts: Buffer[] = [];

  bytes(value: Uint8Array): this {
    this.parts.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    return this;
  }

  /** Little-endian unsigned integer of 1 to 8 bytes. */
  int(value: number | bigint, size: number): this {
    const buffer = Buffer.alloc(size);
    let rest = BigInt.asUintN(size * 8, BigInt(value));
    for (let i = 0; i < size; i++, rest >>= 8n) buffer[i] = Number(rest & 0xffn);
    this.parts.push(buffer);
    return this;
  }

  double(value: number, size: 4 | 8): this {
    const buffer = Buffer.alloc(size);
    if (size === 4) buffer.writeFloatLE(value);
    else buffer.writeDoubleLE(value);
    this.parts.push(buffer);
    return this;
  }

  text(value: string): this {
    this.parts.push(Buffer.from(value, "utf8"));
    return this;
  }

  textWithNull(value: string): this {
    return this.text(value).int(0, 1);
  }

  length(value: number): this {
    if (value < 251) return this.int(value, 1);
    if (value < 0x10000) return this.int(0xfc, 1).int(value, 2);
    if (value < 0x1000000) return this.int(0xfd, 1).int(value, 3);
    return this.int(0xfe, 1).int(value, 8);
  }

  counted(value: string | Uint8Array): this {
    const buffer = typeof value === "string" ? Buffer.from(value, "utf8") : value;
    return this.length(buffer.byteLength).bytes(buffer);
  }

  build(): Buffer {
    return Buffer.concat(this.parts);
  }
}

export class PacketReader {
  private offset = 0;

  constructor(private readonly buffer: Buffer) {}

  get remaining(): number {
    return this.buffer.length - this.offset;
  }

  int(size: number): number {
    return Number(this.bigint(size));
  }

  bigint(size: number): bigint {
    let value = 0n;
    for (let i = Math.min(size, this.remaining) - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.buffer[this.offset + i]!);
    this.offset += Math.min(size, this.remaining);
    return value;
  }

  double(size: 4 | 8): number {
    const bytes = this.bytes(size);
    return size === 4 ? bytes.readFloatLE() : bytes.readDoubleLE();
  }

  bytes(size: number): Buffer {
    const taken = this.buffer.subarray(this.offset, this.offset + size);
    this.offset += taken.length;
    return taken;
  }

  length(): number {
    const first = this.int(1);
    return first < 251 ? first : this.int(first === 0xfc ? 2 : first === 0xfd ? 3 : 8);
  }

  counted(): Buffer {
    return this.bytes(this.length());
  }

  textToNull(): string {
    const end = this.buffer.indexOf(0, this.offset);
    const text = this.buffer.toString("utf8", this.offset, end < 0 ? this.buffer.length : end);
    this.offset = end < 0 ? this.buffer.length : end + 1;
    return text;
  }

  rest(): Buffer {
    return this.bytes(this.remaining);
  }
}
