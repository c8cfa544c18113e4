import { byteSize, type ByteSize } from "../../topology/kwdb/byte-size";
import { isUnresolved } from "../unresolved";
import { times } from "./times";

/** A number of bytes. */
export type Bytes = ByteSize;

/**
 * Sizes in bytes. A number may be a token of another resource. Throws RangeError for a part of a byte.
 *
 * @example
 * Bytes.mebibytes(512)
 */
export const Bytes = {
  bytes: (count: number | bigint): Bytes => size(count, 1),
  /** 1024 bytes each. */
  kibibytes: (count: number): Bytes => size(count, 1024),
  /** 1024 kibibytes each: the documents' MiB. */
  mebibytes: (count: number): Bytes => size(count, 1024 ** 2),
  /** 1024 mebibytes each. */
  gibibytes: (count: number): Bytes => size(count, 1024 ** 3),
} as const;

function size(count: number | bigint, unit: number): Bytes {
  if (typeof count === "bigint") return byteSize(count * BigInt(unit));
  const bytes = times(count, unit);
  return isUnresolved(bytes) ? (bytes as unknown as Bytes) : byteSize(bytes);
}
