/** The ranges that have a zone by name. `default` is what every other zone inherits from. */
export const RANGE_NAMES = ["default", "meta", "liveness", "system", "timeseries"] as const;
export type RangeName = (typeof RANGE_NAMES)[number];

/**
 * What a zone configuration is for. Tables live in schema `public`; the server has zones in no other.
 * A partition without `index` is the one of the only index that has a partition of that name.
 */
export type ZoneTarget =
  | { readonly kind: "range"; readonly range: RangeName }
  | { readonly kind: "database"; readonly database: string }
  | { readonly kind: "table"; readonly database: string; readonly table: string }
  | { readonly kind: "index"; readonly database: string; readonly table: string; readonly index: string }
  | {
      readonly kind: "partition";
      readonly database: string;
      readonly table: string;
      readonly index?: string;
      readonly partition: string;
    };

export type PartitionTarget = Extract<ZoneTarget, { readonly kind: "partition" }>;

/** Zone targets by name. */
export const Target = {
  range: (range: RangeName): ZoneTarget => ({ kind: "range", range }),
  database: (database: string): ZoneTarget => ({ kind: "database", database }),
  table: (database: string, table: string): ZoneTarget => ({ kind: "table", database, table }),
  index: (database: string, table: string, index: string): ZoneTarget => ({ kind: "index", database, table, index }),
  partition: (database: string, table: string, partition: string, index?: string): PartitionTarget => ({
    kind: "partition",
    database,
    table,
    ...(index === undefined ? {} : { index }),
    partition,
  }),
} as const;

export const DEFAULT_RANGE: ZoneTarget = Target.range("default");

/** Whether a wrong value can stop the whole cluster: meta, liveness, system, timeseries, and everything in database `system`. */
export function isSystemTarget(target: ZoneTarget): boolean {
  return target.kind === "range" ? target.range !== "default" : target.database === "system";
}

/**
 * Whether the server brings the zone's values itself, so that variables which are not declared stay as they are and destroying
 * the declaration restores what was found. Zones of users' objects belong to their declaration as a whole.
 */
export function isAdopted(target: ZoneTarget): boolean {
  return target.kind === "range" || isSystemTarget(target);
}

/** The targets whose zones this one inherits from, nearest first; empty for `RANGE default`. */
export function parentsOf(target: ZoneTarget): readonly ZoneTarget[] {
  switch (target.kind) {
    case "range":
      return target.range === "default" ? [] : [DEFAULT_RANGE];
    case "database":
      return [DEFAULT_RANGE];
    case "table":
      return [Target.database(target.database), DEFAULT_RANGE];
    case "index":
      return [Target.table(target.database, target.table), Target.database(target.database), DEFAULT_RANGE];
    case "partition": {
      const table = Target.table(target.database, target.table);
      const index = target.index === undefined ? [] : [Target.index(target.database, target.table, target.index)];
      return [...index, table, Target.database(target.database), DEFAULT_RANGE];
    }
  }
}

/** How far below `RANGE default` a target is: parents have smaller numbers than their children. */
export function depthOf(target: ZoneTarget): number {
  switch (target.kind) {
    case "range":
      return target.range === "default" ? 0 : 1;
    case "database":
      return 1;
    case "table":
      return 2;
    case "index":
      return 3;
    case "partition":
      return 4;
  }
}
