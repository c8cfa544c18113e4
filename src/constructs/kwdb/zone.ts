import { Target, type RangeName, type ZoneTarget } from "../../topology/kwdb/zone-target";

/** What a zone configuration is for. */
export type Zone = ZoneTarget;

/**
 * The things that have a zone configuration. Names are those that the server stores: without quotes they are lower case there.
 * Tables live in the schema `public`.
 *
 * @example
 * Zone.ofRange("meta")                          // ALTER RANGE meta CONFIGURE ZONE …
 * Zone.ofDatabase("ts_db")                      // ALTER DATABASE ts_db …
 * Zone.ofTable("ts_db", "cpu")                  // ALTER TABLE ts_db.cpu …
 * Zone.ofIndex("shop", "orders", "by_day")      // ALTER INDEX shop.orders@by_day …
 * Zone.ofPartition("ts_db", "cpu", "p0")        // ALTER PARTITION p0 OF TABLE ts_db.cpu …
 */
export const Zone = {
  /** `default`, from which every other zone inherits, or one that belongs to the cluster itself: `meta`, `liveness`, `system`, `timeseries`. */
  ofRange: (name: RangeName): Zone => Target.range(name),
  ofDatabase: (database: string): Zone => Target.database(database),
  ofTable: (database: string, table: string): Zone => Target.table(database, table),
  ofIndex: (database: string, table: string, index: string): Zone => Target.index(database, table, index),
  /** `index`: needed where several indexes have a partition of that name. */
  ofPartition: (database: string, table: string, partition: string, index?: string): Zone =>
    Target.partition(database, table, partition, index),
} as const;
