import { regionId, splitRegionId, type RegionId } from "../../topology/ids";

/*
 * information_schema.procedure_info.lock_keys, e.g.
 * Share("__catalog_lock/greptime"),Share("__schema_lock/greptime.public"),Exclusive("__region_lock/4398046511104")
 */

/** Regions that the keys lock, shared or exclusively. */
export function lockedRegions(text: string): readonly RegionId[] {
  return Array.from(text.matchAll(/"__region_lock\/(\d+)"/g), (match) => regionId(match[1] ?? ""));
}

/** Tables whose regions the keys lock exclusively, by id: the tables themselves, and those of single locked regions. */
export function lockedTableIds(text: string): ReadonlySet<number> {
  const own = Array.from(text.matchAll(/Exclusive\("__table_lock\/(\d+)"\)/g), (match) => Number(match[1]));
  return new Set([...own, ...lockedRegions(text).map((region) => splitRegionId(region).tableId)]);
}

/** Tables that the keys lock exclusively, by name, as `database.table`; `tables` resolves those that are locked by table id. */
export function lockedTables(text: string, tables: ReadonlyMap<number, string>): readonly string[] {
  const names = Array.from(
    text.matchAll(/Exclusive\("__table_name_lock\/[^."]+\.([^"]+)"\)/g),
    (match) => match[1] ?? "",
  );
  const byId = Array.from(
    text.matchAll(/Exclusive\("__table_lock\/(\d+)"\)/g),
    (match) => tables.get(Number(match[1])) ?? "",
  );
  return [...new Set([...names, ...byId])].filter((name) => name !== "").sort();
}
