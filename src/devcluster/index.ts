/**
 * `topoform/devcluster`: embedded clusters that speak the databases' real wire protocols, for tests and demos. Each engine's emulator is
 * loaded when the first cluster of that engine starts.
 *
 * @module
 */
import type { GreptimeDevCluster, GreptimeDevClusterOptions } from "./greptimedb/index";
import type { KwdbDevCluster, KwdbDevClusterOptions } from "./kwdb/index";

export type { Clock } from "./clock";
export type { ClusterModelImpl, Faults, GreptimeDevCluster, GreptimeDevClusterOptions, LoggedStatement } from "./greptimedb/index";
export type { KwdbDevCluster, KwdbDevClusterOptions, KwdbDevNode, KwdbFaults, KwdbLoggedStatement, KwdbModel } from "./kwdb/index";

/**
 * Starts a GreptimeDB-shaped cluster in this process, for tests and demos: a frontend on MySQL's wire protocol before a metasrv with
 * procedures, datanodes and shared storage, all in memory. Any MySQL client can use it.
 *
 * It is an emulator, measured statement by statement against answers recorded from real servers (1.0.2 and 1.1.4); other versions follow
 * the differences that the real server's releases document. It covers: databases and tables in the partition syntax of the version, column types
 * and their aliases, options and their normal forms, INSERT, DELETE, SELECT with joins, grouping, sub-queries, unions and common table
 * expressions over user tables and information_schema, ALTER TABLE, repartitioning, SHOW, DESC, ADMIN functions, error numbers and texts.
 * It does not cover: window functions, time-range (ALIGN) and PromQL queries, flows, views, pipelines, COPY, external tables, the other
 * protocols (gRPC, HTTP, PostgreSQL), query plans (EXPLAIN is an outline), the internal tables `ssts_*` (always empty) and durability.
 *
 * @example
 * const cluster = await startGreptimeDevCluster({ version: "1.1.4", datanodes: 3 });
 * await cluster.sql("CREATE TABLE t (host STRING PRIMARY KEY, ts TIMESTAMP TIME INDEX)");
 * await cluster.stop();
 */
export async function startGreptimeDevCluster(options: GreptimeDevClusterOptions = {}): Promise<GreptimeDevCluster> {
  const engine = await import("./greptimedb/index");
  return engine.startGreptimeDevCluster(options);
}

/**
 * Starts a KWDB-shaped cluster in this process, for tests and demos: nodes that speak PostgreSQL's wire protocol before one catalog of zones,
 * ranges, settings and jobs, all in memory. `psql` and every PostgreSQL driver can use it.
 *
 * It is an emulator, measured statement by statement against answers recorded from a real 3.2.1 cluster; older releases follow the differences
 * that the real server's releases document. It covers: CONFIGURE ZONE in every form on ranges, databases, tables and partitions, with inheritance,
 * validation and the server's error texts; SHOW ZONE CONFIGURATION(S); `kwdb_internal` of one or of all databases (zones, ranges, tables, indexes,
 * partitions, nodes, stores, jobs, settings); cluster settings; session variables; REBALANCE and its job; databases, relational and time-series
 * tables with partitions; users, roles and privileges; transactions with locks; SELECT with joins, grouping, sub-queries, unions and common table
 * expressions; the simple and the extended query protocol; TLS, passwords and client certificates; replicas and leases that follow zones with
 * delay; nodes that die and return; loss of quorum.
 * It does not cover: rows of time-series tables, UPDATE and DELETE, savepoints, read-only transactions, window functions, index and column
 * changes after CREATE TABLE, TRUNCATE, `pg_catalog` and `information_schema`, splits by size, COPY, query plans, and durability.
 *
 * @example
 * const cluster = await startKwdbDevCluster({ nodes: 5 });
 * await cluster.sql("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 7");
 * await cluster.stop();
 */
export async function startKwdbDevCluster(options: KwdbDevClusterOptions = {}): Promise<KwdbDevCluster> {
  const engine = await import("./kwdb/index");
  return engine.startKwdbDevCluster(options);
}
