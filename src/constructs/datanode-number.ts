import { datanodeId, type DatanodeId } from "../topology/ids";
import { isUnresolved } from "./unresolved";

/** A datanode's peer id as users write it: a number, a bigint above 2^53, or a number token. */
export type DatanodeNumber = number | bigint;

/**
 * The id of a datanode as the topology keeps it. A token stays what it is: the validators skip it, Terraform resolves it.
 * Throws RangeError when the value is no unsigned 64-bit integer.
 */
export function toDatanodeId(value: DatanodeNumber): DatanodeId {
  return isUnresolved(value) ? (value as unknown as DatanodeId) : datanodeId(value);
}

/** An id or a size as an argument of a Terraform number: text where a JavaScript number would lose digits, which Terraform converts. */
export function toTerraformNumber(value: bigint): number {
  if (isUnresolved(value)) return value as unknown as number;
  return (value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString()) as number;
}
