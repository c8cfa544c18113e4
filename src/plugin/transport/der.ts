/** Writers of DER (ITU-T X.690), as far as an X.509 certificate needs them. Each returns one complete element. */

/** An element of a tag and its content. */
export function derElement(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(body.length)]), body]);
}

export function derSequence(...content: readonly Uint8Array[]): Buffer {
  return derElement(0x30, ...content);
}

export function derSet(...content: readonly Uint8Array[]): Buffer {
  return derElement(0x31, ...content);
}

/** A whole number that is not negative, given by its bytes, greatest first. */
export function derInteger(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start === -1 ? Buffer.from([0]) : Buffer.from(bytes.subarray(start));
  const sign = (digits[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0);
  return derElement(0x02, sign, digits);
}

export function derBoolean(value: boolean): Buffer {
  return derElement(0x01, Buffer.from([value ? 0xff : 0x00]));
}

/** An object identifier in dotted form, for example `1.2.840.10045.4.3.2`. */
export function derObjectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return derElement(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

export function derUtf8String(text: string): Buffer {
  return derElement(0x0c, Buffer.from(text, "utf8"));
}

export function derOctetString(content: Uint8Array): Buffer {
  return derElement(0x04, content);
}

/** A string of bits; the last `unused` bits of the content do not count. */
export function derBitString(content: Uint8Array, unused = 0): Buffer {
  return derElement(0x03, Buffer.from([unused]), content);
}

/** A time in UTC: UTCTime until 2049, GeneralizedTime from 2050 on, as RFC 5280 demands. */
export function derTime(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\.\d+/, "").replace(/[-:T]/g, "");
  const year = Number(digits.slice(0, 4));
  return year < 2050 ? derElement(0x17, Buffer.from(digits.slice(2))) : derElement(0x18, Buffer.from(digits));
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

function base128(value: number): readonly number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest % 128) | 0x80);
  return bytes;
}
