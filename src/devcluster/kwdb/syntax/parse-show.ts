import type { Statement } from "./ast";
import type { Cursor } from "./cursor";
import { parseObjectName } from "./parse-query";
import { parseShowTarget } from "./parse-zone";

/** Names with dots, as settings have. */
export function parseSettingName(cursor: Cursor): string {
  let name = cursor.unrestrictedName();
  while (cursor.accept(".")) name += `.${cursor.unrestrictedName()}`;
  return name;
}

/** SHOW; the cursor stands behind it. */
export function parseShow(cursor: Cursor): Statement {
  if (cursor.accept("zone", "configuration")) {
    cursor.help = "SHOW ZONE CONFIGURATION";
    cursor.expect("for");
    return { kind: "show-zone", target: parseShowTarget(cursor) };
  }
  if (cursor.accept("zone", "configurations") || cursor.accept("all", "zone", "configurations")) return { kind: "show-zones" };
  if (cursor.accept("cluster", "setting")) {
    cursor.help = "SHOW CLUSTER SETTING";
    return { kind: "show-cluster-setting", name: parseSettingName(cursor) };
  }
  if (cursor.accept("cluster", "settings")) return { kind: "show-cluster-settings", all: false };
  if (cursor.accept("all", "cluster", "settings")) return { kind: "show-cluster-settings", all: true };
  if (cursor.accept("databases")) return { kind: "show-databases" };
  if (cursor.accept("users")) return { kind: "show-users" };
  if (cursor.accept("jobs")) return { kind: "show-jobs" };
  if (cursor.accept("tables")) return { kind: "show-tables", database: cursor.accept("from") ? cursor.name() : null };
  if (cursor.accept("create", "table") || cursor.accept("create")) return { kind: "show-create-table", table: parseObjectName(cursor) };
  if (cursor.accept("partitions")) return parsePartitions(cursor);
  if (cursor.accept("ranges")) return parseRanges(cursor);
  if (cursor.accept("time", "zone")) return { kind: "show-variable", name: "timezone" };
  cursor.help = "SHOW SESSION";
  return { kind: "show-variable", name: parseSettingName(cursor) };
}

function parsePartitions(cursor: Cursor): Statement {
  cursor.help = "SHOW PARTITIONS";
  cursor.expect("from");
  if (cursor.accept("table")) return { kind: "show-partitions", from: { kind: "table", table: parseObjectName(cursor) } };
  if (cursor.accept("database")) return { kind: "show-partitions", from: { kind: "database", name: cursor.name() } };
  cursor.expect("index");
  const table = parseObjectName(cursor);
  cursor.expect("@");
  return { kind: "show-partitions", from: { kind: "index", table, index: cursor.unrestrictedName() } };
}

function parseRanges(cursor: Cursor): Statement {
  cursor.help = "SHOW RANGES";
  cursor.expect("from");
  if (cursor.accept("table")) return { kind: "show-ranges", from: { kind: "table", table: parseObjectName(cursor) } };
  cursor.expect("database");
  return { kind: "show-ranges", from: { kind: "database", name: cursor.name() } };
}
