declare const brand: unique symbol;

/** A region's 64-bit id: `table id << 32 | region number`. Never a JavaScript number: ids above 2^53 exist. */
export type RegionId = bigint & { readonly [brand]: "RegionId" };

/**
 * A datanode's peer id, unsigned 64 bit. Operator clusters count from 0; datanode groups give
 * `group << 32 | ordinal` (4294967296 is the first datanode of the second group).
 */
export type DatanodeId = bigint & { readonly [brand]: "DatanodeId" };

/**
 * A partition's identity inside its table: the canonical text of its rule (`host < 'g'`), or `*` for the only
 * region of a table without rules. The server has no partition names: `p0` is an index and changes.
 */
export type PartitionKey = string & { readonly [brand]: "PartitionKey" };

/** The key of the only region of an unpartitioned table. */
export const UNPARTITIONED = "*" as PartitionKey;

const MAX_UINT64 = 2n ** 64n - 1n;

/** Region id from its decimal text or bigint. Throws RangeError when it is no unsigned 64-bit integer. */
export function regionId(value: string | bigint): RegionId {
  return uint64(value, "region id") as RegionId;
}

/** The region id of region `number` of table `tableId`: `regionIdOf(1024, 0) === 4398046511104n`. */
export function regionIdOf(tableId: number, number: number): RegionId {
  return ((BigInt(tableId) << 32n) | BigInt(number)) as RegionId;
}

/** Table id and region number of a region id. */
export function splitRegionId(id: RegionId): { readonly tableId: number; readonly regionNumber: number } {
  return { tableId: Number(id >> 32n), regionNumber: Number(id & 0xffff_ffffn) };
}

/** Datanode id from a safe integer, decimal text or bigint. Throws RangeError when it is no unsigned 64-bit integer. */
export function datanodeId(value: number | string | bigint): DatanodeId {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new RangeError(`${value} is not a datanode id: pass ids above 2^53 as text or bigint.`);
  }
  return uint64(typeof value === "number" ? BigInt(value) : value, "datanode id") as DatanodeId;
}

function uint64(value: string | bigint, what: string): bigint {
  if (typeof value === "string" && !/^\d+$/.test(value)) throw new RangeError(`"${value}" is not a ${what}.`);
  const number = BigInt(value);
  if (number < 0n || number > MAX_UINT64) throw new RangeError(`${number} is not a ${what}: it must fit 64 bits.`);
  return number;
}
