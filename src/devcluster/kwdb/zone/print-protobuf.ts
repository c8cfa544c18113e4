import type { Constraint, ZoneValues } from "./zone-config";

const CONSTRAINT_TYPE = { deprecated: 0n, required: 1n, prohibited: 2n } as const;

/** A zone's explicit values as the bytes of `raw_config_protobuf` (subzones are left out there). */
export function printProtobuf(values: ZoneValues): Uint8Array {
  const bytes: number[] = [];
  if (values.rangeMinBytes !== null) field(bytes, 2, values.rangeMinBytes);
  if (values.rangeMaxBytes !== null) field(bytes, 3, values.rangeMaxBytes);
  if (values.gcTtlSeconds !== null) message(bytes, 4, (own) => field(own, 1, BigInt(values.gcTtlSeconds!)));
  if (values.numReplicas !== null) field(bytes, 5, BigInt(values.numReplicas));
  for (const group of values.constraints ?? []) {
    message(bytes, 6, (own) => {
      for (const constraint of group.constraints) message(own, 6, (inner) => writeConstraint(inner, constraint));
      field(own, 7, BigInt(group.replicas));
    });
  }
  for (const preference of values.leasePreferences ?? []) {
    message(bytes, 9, (own) => {
      for (const constraint of preference) message(own, 1, (inner) => writeConstraint(inner, constraint));
    });
  }
  field(bytes, 10, values.constraints === null ? 1n : 0n);
  field(bytes, 11, values.leasePreferences === null ? 1n : 0n);
  field(bytes, 12, values.tsMergeNanos);
  field(bytes, 13, values.rebalance ? 1n : 0n);
  return Uint8Array.from(bytes);
}

function writeConstraint(bytes: number[], { type, key, value }: Constraint): void {
  field(bytes, 1, CONSTRAINT_TYPE[type]);
  for (const [number, text] of [[2, key], [3, value]] as const) message(bytes, number, (own) => own.push(...Buffer.from(text, "utf8")));
}

function varint(bytes: number[], value: bigint): void {
  let rest = BigInt.asUintN(64, value);
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
}

function field(bytes: number[], number: number, value: bigint): void {
  bytes.push(number << 3);
  varint(bytes, value);
}

function message(bytes: number[], number: number, write: (own: number[]) => void): void {
  const own: number[] = [];
  write(own);
  bytes.push((number << 3) | 2);
  varint(bytes, BigInt(own.length));
  bytes.push(...own);
}
