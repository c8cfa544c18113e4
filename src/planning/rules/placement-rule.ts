import type { DatanodeId } from "../../topology/ids";
import {
  placedTables,
  type BalanceMeasure,
  type DatanodeDeclaration,
  type PlacementCapacity,
  type PlacementDeclaration,
  type PlacementStrategy,
} from "../../topology/manifest";
import type { TableName } from "../change";

/** How the regions of some tables that no pin names are placed. */
export interface PlacementRule {
  /** The placement's name, for messages. */
  readonly name: string;
  readonly tables: readonly TableName[];
  readonly strategy: PlacementStrategy;
  readonly by: BalanceMeasure;
  /** The datanodes of the cluster, with their zones. */
  readonly datanodes: readonly DatanodeDeclaration[];
  /** Those of them that shall hold none of the regions. */
  readonly exclude: readonly DatanodeId[];
  readonly capacity: PlacementCapacity;
  /** Absent: 1, and pins and capacity may exceed it. */
  readonly maxSkew?: number;
}

/** How a rule places regions, as it stands behind "place the regions": `by balance of bytes, off datanode 2`. */
export function describeRule({ strategy, by, exclude, capacity }: PlacementRule): string {
  const parts = [
    ...(strategy === "pinned" ? [] : [strategy === "balance" && by === "bytes" ? "by balance of bytes" : `by ${strategy}`]),
    ...(exclude.length === 0 ? [] : [`off datanode ${exclude.join(", ")}`]),
    ...(capacity.regions === undefined && capacity.bytes === undefined ? [] : ["within the capacity of the datanodes"]),
  ];
  return parts.join(", ");
}

/** The rule of a placement; undefined when only what is pinned is placed. */
export function placementRule(
  placement: PlacementDeclaration,
  datanodes: readonly DatanodeDeclaration[],
): PlacementRule | undefined {
  const { strategy, by, excludeDatanodes, capacity, maxSkew, database } = placement;
  const limited = capacity?.regions !== undefined || capacity?.bytes !== undefined;
  if (strategy === "pinned" && (excludeDatanodes ?? []).length === 0 && !limited) return undefined;
  return {
    name: placement.name,
    tables: placedTables(placement).map((name) => ({ database, name })),
    strategy,
    by: by ?? "regions",
    datanodes,
    exclude: excludeDatanodes ?? [],
    capacity: capacity ?? {},
    ...(maxSkew === undefined ? {} : { maxSkew }),
  };
}
