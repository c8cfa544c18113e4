import type { DatanodeDeclaration } from "../topology/manifest";
import { toDatanodeId, type DatanodeNumber } from "./datanode-number";

/** One datanode by its peer id. */
export interface DatanodeProps {
  readonly id: DatanodeNumber;
  /** Failure domain, e.g. an availability zone. @default - unknown */
  readonly zone?: string;
}

/**
 * The datanodes that a cluster has, by their peer ids. A table may only be placed on these.
 *
 * @example
 * Datanodes.count(3)                                      // 0, 1, 2: clusters of the GreptimeDB operator count from 0
 * Datanodes.ids([1, 2, 5])
 * Datanodes.of([{ id: 0, zone: "a" }, { id: 1, zone: "b" }])
 * Datanodes.concat(Datanodes.group(0, 3), Datanodes.group(1, 2))
 */
export class Datanodes {
  /** Ids 0 to `count - 1`, as the GreptimeDB operator numbers them. */
  static count(count: number): Datanodes {
    return Datanodes.ids([...Array(size(count)).keys()]);
  }

  /** Explicit peer ids (`node_id` in a datanode's configuration). */
  static ids(ids: readonly DatanodeNumber[]): Datanodes {
    return Datanodes.of(ids.map((id) => ({ id })));
  }

  /** Explicit peer ids with their zones. */
  static of(datanodes: readonly DatanodeProps[]): Datanodes {
    return new Datanodes(
      datanodes.map(({ id, zone }) => ({ id: toDatanodeId(id), ...(zone === undefined ? {} : { zone }) })),
    );
  }

  /** A datanode group of the operator: its ids are `index << 32 | ordinal`, so group 1 starts at 4294967296. */
  static group(index: number, count: number): Datanodes {
    return Datanodes.ids(
      [...Array(size(count)).keys()].map((ordinal) => (BigInt(size(index)) << 32n) | BigInt(ordinal)),
    );
  }

  /** The datanodes of several sets. */
  static concat(...sets: readonly Datanodes[]): Datanodes {
    return new Datanodes(sets.flatMap((set) => set.declarations));
  }

  private constructor(readonly declarations: readonly DatanodeDeclaration[]) {}
}

function size(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32)
    throw new RangeError(`${value} is no count of datanodes: give a whole number from 0.`);
  return value;
}
