import type { BoundValue, PartitioningDeclaration, UpperBound } from "../topology/manifest";
import type { DatanodeNumber } from "./datanode-number";

/** The end of a partitioning: no value is above it. Not the string `"MAXVALUE"`. */
export const MAXVALUE = { maxvalue: true } as const;

/** Exclusive upper bound in one column. Tokens are allowed. */
export type Bound = BoundValue | typeof MAXVALUE;

export interface RangePartitionProps {
  /** Name for use in code and messages; the server has none. @default - none */
  readonly name?: string;
  /** Exclusive upper bound: one value per partition column; a single value for a single column. The last partition's is MAXVALUE. */
  readonly lessThan: Bound | readonly Bound[];
  /** The datanode that leads the partition's region. @default - where the server puts it */
  readonly datanode?: DatanodeNumber;
}

export interface RangePartitionsProps {
  /** Names of the partition columns, in order; columns only, no expressions. */
  readonly columns: readonly string[];
  /** With strictly increasing bounds. */
  readonly partitions: readonly RangePartitionProps[];
}

export interface RulePartitionProps {
  /** Name for use in code and messages; the server has none. @default - none */
  readonly name?: string;
  /** In the server's grammar: comparisons of a column with a constant, joined by AND and OR, without parentheses. */
  readonly rule: string;
  /** The datanode that leads the partition's region. @default - where the server puts it */
  readonly datanode?: DatanodeNumber;
}

export interface RulePartitionsProps {
  /** Names of all columns that the rules use. */
  readonly columns: readonly string[];
  /** Every row must fall into exactly one. */
  readonly partitions: readonly RulePartitionProps[];
}

/**
 * How a table is cut into partitions, and optionally the datanode of each.
 *
 * @example
 * Partitions.byRange({
 *   columns: ["host"],
 *   partitions: [
 *     { lessThan: "g", datanode: 0 },
 *     { lessThan: "p", datanode: 1 },
 *     { lessThan: MAXVALUE, datanode: 2 },
 *   ],
 * })
 */
export class Partitions {
  /** By strictly increasing upper bounds that end in MAXVALUE. */
  static byRange({ columns, partitions }: RangePartitionsProps): Partitions {
    const declared = partitions.map(({ name, lessThan }) => ({ ...named(name), lessThan: upperBound(lessThan) }));
    return new Partitions({ kind: "range", columns, partitions: declared }, datanodesOf(partitions));
  }

  /** By explicit rules: `Partitions.byRules({ columns: ["a"], partitions: [{ rule: "a < 10" }, { rule: "a >= 10" }] })`. */
  static byRules({ columns, partitions }: RulePartitionsProps): Partitions {
    const declared = partitions.map(({ name, rule }) => ({ ...named(name), rule }));
    return new Partitions({ kind: "rules", columns, partitions: declared }, datanodesOf(partitions));
  }

  private constructor(
    readonly declaration: PartitioningDeclaration,
    /** The datanode of each partition, in order; undefined where none is given. */
    readonly datanodes: readonly (DatanodeNumber | undefined)[],
  ) {}
}

function upperBound(lessThan: Bound | readonly Bound[]): UpperBound {
  return Array.isArray(lessThan) ? (lessThan as readonly Bound[]) : [lessThan as Bound];
}

function named(name: string | undefined): { readonly name?: string } {
  return name === undefined ? {} : { name };
}

function datanodesOf(
  partitions: readonly { readonly datanode?: DatanodeNumber }[],
): readonly (DatanodeNumber | undefined)[] {
  return partitions.map(({ datanode }) => datanode);
}
