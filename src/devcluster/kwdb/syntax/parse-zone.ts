import type { Expression, ZoneAction, ZoneAssignment, ZoneTarget } from "./ast";
import type { Cursor } from "./cursor";
import { parseObjectName } from "./parse-query";

/** `CONFIGURE ZONE …`; the cursor stands behind the target. */
export function parseZoneAction(cursor: Cursor, expression: () => Expression, grammar: { readonly rebalance: boolean }): ZoneAction {
  cursor.expect("configure", "zone");
  if (cursor.accept("discard")) return { kind: "discard" };
  if (cursor.accept("=") || cursor.accept("to")) return { kind: "yaml", value: expression() };
  cursor.expect("using");
  if (cursor.accept("default")) return { kind: "default" };
  if (grammar.rebalance && cursor.accept("rebalance")) return { kind: "rebalance" };
  return { kind: "set", assignments: cursor.list(() => parseAssignment(cursor, expression)) };
}

function parseAssignment(cursor: Cursor, expression: () => Expression): ZoneAssignment {
  let variable = cursor.name();
  while (cursor.accept(".")) variable += `.${cursor.unrestrictedName()}`;
  cursor.expect("=");
  if (cursor.accept("copy", "from", "parent")) return { variable, value: null };
  return { variable, value: expression() };
}

/** `t@i`, or an index name alone. */
function parseIndex(cursor: Cursor, partition: string | null, wildcard: boolean): ZoneTarget {
  const table = parseObjectName(cursor);
  if (!cursor.accept("@")) return { kind: "index", table: null, index: table.name, database: table.database, partition };
  if (wildcard && cursor.accept("*")) return { kind: "index", table, index: "*", partition };
  return { kind: "index", table, index: cursor.unrestrictedName(), partition };
}

/** What stands behind ALTER: `RANGE r`, `DATABASE d`, `TABLE t`, `INDEX t@i`, `PARTITION p OF TABLE t` or `… OF INDEX t@i`. */
export function parseAlterTarget(cursor: Cursor): ZoneTarget {
  if (cursor.accept("range")) return { kind: "range", name: cursor.unrestrictedName() };
  if (cursor.accept("database")) return { kind: "database", name: cursor.name() };
  if (cursor.accept("index")) return parseIndex(cursor, null, false);
  if (cursor.accept("partition")) return parsePartition(cursor, true);
  cursor.expect("table");
  return { kind: "table", table: parseObjectName(cursor), partition: null };
}

/** With `alter` the wildcard index is known, and what is wrong with `OF TABLE t@i` is explained. */
function parsePartition(cursor: Cursor, alter: boolean): ZoneTarget {
  const partition = cursor.unrestrictedName();
  cursor.expect("of");
  if (cursor.accept("index")) return parseIndex(cursor, partition, alter);
  cursor.expect("table");
  const table = parseObjectName(cursor);
  if (alter && cursor.accept("@")) {
    if (cursor.at("*")) throw cursor.error("index wildcard unsupported in ALTER PARTITION ... OF TABLE", "try ALTER PARTITION <partition> OF INDEX <tablename>@*");
    throw cursor.error("index name should not be specified in ALTER PARTITION ... OF TABLE", "try ALTER PARTITION ... OF INDEX");
  }
  return { kind: "table", table, partition };
}

/** What stands behind `SHOW ZONE CONFIGURATION FOR`. */
export function parseShowTarget(cursor: Cursor): ZoneTarget {
  if (cursor.accept("partition")) return parsePartition(cursor, false);
  const target = parseAlterTarget(cursor);
  if ((target.kind === "table" || target.kind === "index") && cursor.accept("partition")) return { ...target, partition: cursor.unrestrictedName() };
  return target;
}
