import type { BalanceMeasure, PlacementDeclaration, PlacementStrategy } from "../topology/manifest";
import { isUnresolved } from "./unresolved";

/** What one datanode may hold of the placed tables. */
export interface CapacityProps {
  /** Regions that one datanode may hold. @default - any number */
  readonly maxRegionsPerDatanode?: number;
  /** Bytes that one datanode may hold; each region counts by its size, rounded up. @default - any number */
  readonly maxBytesPerDatanode?: number | bigint;
}

export interface BalanceProps extends CapacityProps {
  /** What is evened out. @default "regions" */
  readonly by?: BalanceMeasure;
  /** Regions that one datanode may have more than another; only by regions. @default - 1, which pins and capacities may exceed */
  readonly maxSkew?: number;
}

export interface SpreadProps extends CapacityProps {
  /** Regions of a table that one datanode may have more than another. @default - 1, which pins and capacities may exceed */
  readonly maxSkew?: number;
}

type Rule = Pick<PlacementDeclaration, "strategy" | "by" | "capacity" | "maxSkew">;

/**
 * What becomes of the regions that no pin names.
 *
 * @example
 * Placement.balance()                              // as many regions on each datanode
 * Placement.balance({ by: "bytes" })
 * Placement.spread({ maxSkew: 2 })                 // those of each table over datanodes, then zones
 * Placement.pinned({ maxRegionsPerDatanode: 200 })  // they stay, as long as a datanode has no more than 200
 */
export class Placement {
  /** They stay where they are, unless their datanode is drained or over its capacity. */
  static pinned(props: CapacityProps = {}): Placement {
    return new Placement("pinned", props);
  }

  /** The same number, or the same bytes, of regions on each datanode. */
  static balance(props: BalanceProps = {}): Placement {
    return new Placement("balance", props);
  }

  /** The regions of each table on as many datanodes, then zones, as possible. */
  static spread(props: SpreadProps = {}): Placement {
    return new Placement("spread", props);
  }

  /** The part of a placement's declaration that this is. */
  readonly rule: Rule;

  private constructor(strategy: PlacementStrategy, props: BalanceProps) {
    const { by, maxSkew, maxRegionsPerDatanode: regions, maxBytesPerDatanode: bytes } = props;
    this.rule = {
      strategy,
      ...(by === undefined ? {} : { by }),
      ...(maxSkew === undefined ? {} : { maxSkew }),
      ...(regions === undefined && bytes === undefined
        ? {}
        : {
            capacity: {
              ...(regions === undefined ? {} : { regions }),
              ...(bytes === undefined ? {} : { bytes: wholeBytes(bytes) }),
            },
          }),
    };
  }
}

function wholeBytes(bytes: number | bigint): bigint {
  if (isUnresolved(bytes)) return bytes as bigint;
  if (typeof bytes === "number" && !Number.isSafeInteger(bytes))
    throw new RangeError(`${bytes} is no number of bytes: give a whole number.`);
  return BigInt(bytes);
}
