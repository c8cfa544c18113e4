import {
  canonicalConstraints,
  formatConstraint,
  formatLeasePreferences,
  groupText,
  type Constraints,
} from "../../topology/kwdb/constraint";
import { formatSeconds, type Seconds } from "../../topology/kwdb/duration";
import type { SettingType } from "../../topology/kwdb/setting-value";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import { sqlName, variablesOf, type ZoneValues, type ZoneVariable } from "../../topology/kwdb/zone-values";
import type { KwdbChange, SettingChange, ZoneChange } from "../../planning/kwdb/change";
import type { KwdbAbilities } from "../../planning/kwdb/observed";
import { quoteIdentifier, quoteLiteral, quoteTable } from "./quote";

/*
 * `"".kwdb_internal` is the internal schema as seen from no database: it answers whatever the session's database is, also when that
 * does not exist, and its views show the objects of every database.
 */

/** Version and the database of the session, which need not exist. */
export const SELECT_VERSION = "SELECT version(), current_database()";
export const SHOW_DATABASES = "SHOW DATABASES";

/** Own values as bytes: the printed SQL and YAML cannot tell an empty list from none, and leave `ts_merge.days` out. */
export const SELECT_ZONES =
  'SELECT zone_id, subzone_id, range_name, database_name, table_name, index_name, partition_name, raw_config_protobuf FROM "".kwdb_internal.zones ORDER BY zone_id, subzone_id';

export const SELECT_NODES =
  'SELECT n.node_id, n.address, n.locality, n.attrs, n.is_live, n.build_tag, n.start_mode, l.draining, l.decommissioning FROM "".kwdb_internal.gossip_nodes AS n LEFT JOIN "".kwdb_internal.gossip_liveness AS l ON l.node_id = n.node_id ORDER BY n.node_id';

/** Ranges name stores; which node a store is on is known here only. */
export const SELECT_STORES = 'SELECT store_id, node_id FROM "".kwdb_internal.kv_store_status ORDER BY store_id';

export const SELECT_REBALANCE_JOBS =
  `SELECT job_id, status, error, fraction_completed, statement FROM "".kwdb_internal.jobs WHERE job_type = 'REPLICA REBALANCE' ORDER BY created DESC LIMIT 50`;

/** Own values of one target, as {@link SELECT_ZONES}: no row when it has no zone. */
export function selectZone(target: ZoneTarget): string {
  const is = (column: string, value: string | undefined): string =>
    value === undefined ? `${column} IS NULL` : `${column} = ${quoteLiteral(value)}`;
  const names =
    target.kind === "range"
      ? [is("range_name", target.range)]
      : [
          is("database_name", target.database),
          is("table_name", "table" in target ? target.table : undefined),
          ...(target.kind === "partition" && target.index === undefined
            ? []
            : [is("index_name", "index" in target ? target.index : undefined)]),
          is("partition_name", target.kind === "partition" ? target.partition : undefined),
        ];
  return `SELECT zone_id, subzone_id, raw_config_protobuf FROM "".kwdb_internal.zones WHERE ${names.join(" AND ")}`;
}

/** Tables with their indexes and partitions. Hash points are listed from 3.0.0 on; on older servers the column is NULL. Zones exist for tables of schema public only. */
export function selectTables(databases: readonly string[], { listsHashPoints }: Pick<KwdbAbilities, "listsHashPoints">): string {
  return [
    `SELECT t.database_name, t.name, i.index_name, p.name, ${listsHashPoints ? "p.hash_value" : "NULL"}`,
    'FROM "".kwdb_internal.tables AS t',
    'LEFT JOIN "".kwdb_internal.table_indexes AS i ON i.descriptor_id = t.table_id',
    'LEFT JOIN "".kwdb_internal.partitions AS p ON p.table_id = t.table_id AND p.index_id = i.index_id',
    `WHERE t.database_name IN (${literals(databases)}) AND t.schema_name = 'public' AND t.drop_time IS NULL ORDER BY t.database_name, t.name, i.index_name, p.name`,
  ].join(" ");
}

/** Those of these names, or all. The last column is NULL while a setting has its default. */
export function selectSettings(names: readonly string[] | "all"): string {
  const which = names === "all" ? "" : ` WHERE c.variable IN (${literals(names)})`;
  return `SELECT c.variable, c.value, c.type, s.value FROM "".kwdb_internal.cluster_settings AS c LEFT JOIN system.settings AS s ON s.name = c.variable${which} ORDER BY c.variable`;
}

/** Which ranges: of everything, of a database, of a table. */
export interface RangeFilter {
  readonly database?: string;
  readonly table?: string;
}

/** Replicas of ranges without asking for leases, which costs a request for each range. */
export function selectRanges(filter: RangeFilter = {}): string {
  return `SELECT range_id, start_pretty, end_pretty, database_name, table_name, index_name, replicas FROM kwdb_internal.ranges_no_leases${whereRange(filter)} ORDER BY range_id`;
}

/** As {@link selectRanges} with leaseholder and size. */
export function selectRangesWithLeases(filter: RangeFilter = {}): string {
  return `SELECT range_id, start_pretty, end_pretty, database_name, table_name, index_name, replicas, lease_holder, range_size FROM kwdb_internal.ranges${whereRange(filter)} ORDER BY range_id`;
}

function whereRange({ database, table }: RangeFilter): string {
  const terms = [
    ...(database === undefined ? [] : [`database_name = ${quoteLiteral(database)}`]),
    ...(table === undefined ? [] : [`table_name = ${quoteLiteral(table)}`]),
  ];
  return terms.length === 0 ? "" : ` WHERE ${terms.join(" AND ")}`;
}

function literals(values: readonly string[]): string {
  return [...new Set(values)].sort().map(quoteLiteral).join(", ");
}

export interface ZoneStatementOptions {
  /** Name the index of a partition also when it is `primary`: needed when several indexes have a partition of that name. Default false. */
  readonly nameIndex?: boolean;
}

/** The statements of a change, for people and for the server; those of a zone in one transaction. */
export function changeStatements(change: KwdbChange): readonly string[] {
  switch (change.kind) {
    case "configure-zone":
    case "replace-zone":
    case "discard-zone":
      return zoneStatements(change);
    case "set-setting":
    case "reset-setting":
      return [settingStatement(change)];
    case "rebalance":
      return [rebalanceStatement(change.target)];
  }
}

export function zoneStatements(change: ZoneChange, options: ZoneStatementOptions = {}): readonly string[] {
  const configure = `ALTER ${zoneTarget(change.target, options)} CONFIGURE ZONE`;
  switch (change.kind) {
    case "discard-zone":
      return [`${configure} DISCARD`];
    case "configure-zone":
      return using(configure, change.set);
    case "replace-zone":
      return [
        `${configure} ${change.reset === "default" ? "USING DEFAULT" : "DISCARD"}`,
        ...using(configure, change.set),
      ];
  }
}

function using(configure: string, values: ZoneValues): readonly string[] {
  const assignments = variablesOf(values).map((variable) => `${sqlName(variable)} = ${zoneLiteral(values, variable)}`);
  return assignments.length === 0 ? [] : [`${configure} USING ${assignments.join(", ")}`];
}

/** `RANGE meta`, `TABLE "d".public."t"`, `PARTITION "p" OF TABLE "d".public."t"`. */
export function zoneTarget(target: ZoneTarget, { nameIndex = false }: ZoneStatementOptions = {}): string {
  switch (target.kind) {
    case "range":
      return `RANGE ${target.range}`;
    case "database":
      return `DATABASE ${quoteIdentifier(target.database)}`;
    case "table":
      return `TABLE ${quoteTable(target)}`;
    case "index":
      return `INDEX ${quoteTable(target)}@${quoteIdentifier(target.index)}`;
    case "partition": {
      const partition = `PARTITION ${quoteIdentifier(target.partition)} OF`;
      // Partitions of time-series tables are known to be found by their table.
      if (target.index === undefined || (target.index === "primary" && !nameIndex))
        return `${partition} TABLE ${quoteTable(target)}`;
      return `${partition} INDEX ${quoteTable(target)}@${quoteIdentifier(target.index)}`;
    }
  }
}

/** A variable's value as an expression. `ts_merge.days` in Go's form within quotes: without them the server cannot read its own form. */
function zoneLiteral(values: ZoneValues, variable: ZoneVariable): string {
  switch (variable) {
    case "tsMerge":
      return quoteLiteral(formatSeconds(values.tsMerge as Seconds));
    case "constraints":
      return quoteLiteral(constraintsYaml(values.constraints as Constraints));
    case "leasePreferences":
      return quoteLiteral(formatLeasePreferences(values.leasePreferences ?? []));
    case "rangeMinBytes":
    case "rangeMaxBytes":
    case "gcTtl":
    case "numReplicas":
      return String(values[variable]);
  }
}

/** `[+region=NODE1]`, `{"+region=NODE1": 1}`: the documents' form. */
function constraintsYaml(constraints: Constraints): string {
  const canonical = canonicalConstraints(constraints);
  if (canonical.kind === "all-replicas") return `[${canonical.constraints.map(formatConstraint).join(", ")}]`;
  return `{${canonical.groups.map(({ replicas, constraints: group }) => `"${groupText(group)}": ${replicas}`).join(", ")}}`;
}

export function settingStatement(change: SettingChange): string {
  // Names are checked when they are declared; the grammar takes no quotes around their parts.
  switch (change.kind) {
    case "set-setting":
      return `SET CLUSTER SETTING ${change.name} = ${settingLiteral(change.type, change.after.value)}`;
    case "reset-setting":
      return `RESET CLUSTER SETTING ${change.name}`;
  }
}

function settingLiteral(type: SettingType, value: string): string {
  switch (type) {
    case "b":
    case "i":
    case "f":
      return value;
    case "s":
    case "z":
    case "d":
    case "e":
      return quoteLiteral(value);
  }
}

export function rebalanceStatement(target: ZoneTarget): string {
  return `ALTER ${zoneTarget(target)} CONFIGURE ZONE USING REBALANCE`;
}
