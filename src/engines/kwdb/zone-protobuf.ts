import { byteSize } from "../../topology/kwdb/byte-size";
import type { Constraint, Constraints, LeasePreferences, ReplicaGroup } from "../../topology/kwdb/constraint";
import { canonicalConstraints } from "../../topology/kwdb/constraint";
import { seconds, secondsOfNanos } from "../../topology/kwdb/duration";
import { canonicalValues, type ZoneValues } from "../../topology/kwdb/zone-values";

/** The bytes are not a zone as this product knows it. */
export class ZoneBytesError extends Error {}

/** What a zone's bytes say. */
export interface DecodedZone {
  readonly own: ZoneValues;
  /** Set on zones of time-series partitions: they hold also while automatic balancing is off. */
  readonly rebalance: boolean;
}

/**
 * The own values in `kwdb_internal.zones.raw_config_protobuf` as it arrives in text (`\x2803…`). A variable without field is inherited;
 * constraints and lease preferences are explicit unless fields 10 and 11 say that they are inherited. Fields of newer servers are skipped.
 */
export function decodeZone(text: string): DecodedZone {
  if (!/^\\x(?:[0-9a-f]{2})*$/i.test(text)) throw new ZoneBytesError("The zone is not in hexadecimal.");
  const fields = readFields(Buffer.from(text.slice(2), "hex"));
  const min = lastNumber(fields, 2);
  const max = lastNumber(fields, 3);
  const gc = lastBytes(fields, 4);
  const ttl = gc === undefined ? undefined : (lastNumber(readFields(gc), 1) ?? 0n);
  const replicas = lastNumber(fields, 5);
  const merge = lastNumber(fields, 12) ?? 0n;
  return {
    rebalance: lastNumber(fields, 13) === 1n,
    own: canonicalValues({
      ...(min === undefined ? {} : { rangeMinBytes: byteSize(BigInt.asIntN(64, min)) }),
      ...(max === undefined ? {} : { rangeMaxBytes: byteSize(BigInt.asIntN(64, max)) }),
      ...(ttl === undefined ? {} : { gcTtl: seconds(Number(BigInt.asIntN(32, ttl))) }),
      ...(replicas === undefined ? {} : { numReplicas: Number(BigInt.asIntN(32, replicas)) }),
      ...(merge === 0n ? {} : { tsMerge: secondsOfNanos(BigInt.asIntN(64, merge)) }),
      ...(lastNumber(fields, 10) === 1n ? {} : { constraints: readConstraints(fields) }),
      ...(lastNumber(fields, 11) === 1n ? {} : { leasePreferences: readLeasePreferences(fields) }),
    }),
  };
}

/** One group for 0 replicas holds for all of them. */
function readConstraints(fields: readonly Field[]): Constraints {
  const groups = allBytes(fields, 6).map((bytes): ReplicaGroup => {
    const group = readFields(bytes);
    return { replicas: Number(lastNumber(group, 7) ?? 0n), constraints: allBytes(group, 6).map(readConstraint) };
  });
  return canonicalConstraints({ kind: "per-replica", groups });
}

function readLeasePreferences(fields: readonly Field[]): LeasePreferences {
  return allBytes(fields, 9).map((bytes) => allBytes(readFields(bytes), 1).map(readConstraint));
}

function readConstraint(bytes: Buffer): Constraint {
  const fields = readFields(bytes);
  const type = lastNumber(fields, 1) ?? 0n;
  if (type !== 1n && type !== 2n)
    throw new ZoneBytesError(`A constraint of type ${type} is neither required nor prohibited.`);
  const key = lastBytes(fields, 2)?.toString("utf8") ?? "";
  const value = lastBytes(fields, 3)?.toString("utf8") ?? "";
  return { requirement: type === 1n ? "required" : "prohibited", ...(key === "" ? {} : { key }), value };
}

type Field =
  | { readonly number: number; readonly kind: "number"; readonly value: bigint }
  | { readonly number: number; readonly kind: "bytes"; readonly value: Buffer }
  | { readonly number: number; readonly kind: "other" };

function readFields(bytes: Buffer): readonly Field[] {
  const fields: Field[] = [];
  let position = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[position];
      if (byte === undefined) throw new ZoneBytesError("The zone's bytes end too early.");
      position += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new ZoneBytesError("A number of the zone has too many bytes.");
  };
  const take = (length: number): Buffer => {
    if (position + length > bytes.length) throw new ZoneBytesError("The zone's bytes end too early.");
    position += length;
    return bytes.subarray(position - length, position);
  };
  while (position < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    switch (Number(tag & 7n)) {
      case 0:
        fields.push({ number, kind: "number", value: varint() });
        break;
      case 1:
        take(8);
        fields.push({ number, kind: "other" });
        break;
      case 2:
        fields.push({ number, kind: "bytes", value: take(Number(varint())) });
        break;
      case 5:
        take(4);
        fields.push({ number, kind: "other" });
        break;
      default:
        throw new ZoneBytesError(`The zone's bytes hold a field of unknown wire type ${tag & 7n}.`);
    }
  }
  return fields;
}

function lastNumber(fields: readonly Field[], number: number): bigint | undefined {
  const field = fields.findLast((candidate) => candidate.number === number && candidate.kind === "number");
  return field?.kind === "number" ? field.value : undefined;
}

function lastBytes(fields: readonly Field[], number: number): Buffer | undefined {
  return allBytes(fields, number).at(-1);
}

function allBytes(fields: readonly Field[], number: number): readonly Buffer[] {
  return fields.flatMap((field) => (field.number === number && field.kind === "bytes" ? [field.value] : []));
}
