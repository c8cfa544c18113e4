import type { Database, Table } from "../catalog/objects";
import type { Job } from "../model/jobs";
import type { KwdbNode } from "../model/nodes";
import type { Range } from "../model/ranges";
import { SqlError, uncategorized } from "../sql-error";
import { doneResult, type StatementResult } from "../statement-result";
import type { PartitionDefinition, ZoneTarget } from "../syntax/ast";
import type { Constraint, Subzone } from "../zone/zone-config";
import { type Zone } from "../zone/zone-config";
import type { StatementContext } from "./context";
import { requireDatabase } from "./names";
import { partitionTable } from "./partition-table";
import { tableOfTarget } from "./zone-target";

/**
 * CONFIGURE ZONE USING REBALANCE: a job outside of the transaction that cuts each time-series table into one HASHPOINT partition per range
 * and pins every partition's replicas and lease. It takes the place of all partitions and partition zones that the table had.
 */
export async function rebalance(context: StatementContext, target: ZoneTarget): Promise<StatementResult> {
  const tables = tablesOf(context, target);
  const { model } = context;
  if (model.nodes.some((node) => node.decommissioning)) throw uncategorized("not supported when node is decommissioning");
  const job = model.jobs.start({
    type: "REPLICA REBALANCE", description: "replica rebalance job", statement: context.sql.replace(/\bREBALANCE\s*$/i, ""), user: context.session.user, descriptorIds: tables.map((table) => table.id), createdByType: "REBALANCE",
  });
  await new Promise<void>((resolve) => model.clock.after(model.options.rebalanceMs, resolve));
  await runJob(context, tables, job);
  return doneResult("CONFIGURE ZONE 0");
}

function tablesOf(context: StatementContext, target: ZoneTarget): readonly Table[] {
  const all = context.transaction.all("table").map(([, table]) => table).filter((table) => table.timeSeries !== null);
  if (target.kind === "range") {
    if (target.name !== "default") throw uncategorized("descriptor not found");
    return all;
  }
  if (target.kind === "database") {
    const database: Database = requireDatabase(context, target.name);
    if (!database.timeSeries) throw uncategorized("rebalance is not support on relational database");
    return all.filter((table) => table.databaseId === database.id);
  }
  const table = tableOfTarget(context, target)!;
  if (table.timeSeries === null) throw uncategorized("rebalance is not support on relational table");
  return [table];
}

async function runJob(context: StatementContext, tables: readonly Table[], job: Job): Promise<void> {
  const { model } = context;
  const failure = model.rebalanceFailure;
  model.rebalanceFailure = null;
  for (const [i, { id }] of tables.entries()) {
    const transaction = model.store.begin();
    try {
      await transaction.lock(`zone/${id}`);
      const table = transaction.get("table", id);
      const ranges = model.ranges.all().filter((range) => range.tableId === id);
      if (table !== undefined) rebalanceTable(context, { table, ranges, transaction, only: failure === null ? ranges.length : 1 });
      transaction.commit();
    } catch (error) {
      transaction.rollback();
      return model.jobs.finish(job, error instanceof SqlError ? error.message : String(error));
    }
    job.fractionCompleted = (i + 1) / tables.length;
    if (failure !== null) break;
  }
  model.jobs.finish(job, failure);
}

interface Rebalanced {
  readonly table: Table;
  readonly ranges: readonly Range[];
  readonly transaction: StatementContext["transaction"];
  /** How many ranges get a zone: fewer when the job is to fail. */
  readonly only: number;
}

function rebalanceTable({ model }: StatementContext, { table, ranges, transaction, only }: Rebalanced): void {
  const last = table.timeSeries!.hashPoints - 1;
  const partitions = ranges.map((range, i): PartitionDefinition => {
    const from = range.point!;
    const to = (ranges[i + 1]?.point ?? last + 1) - 1;
    return { name: `rebalance_replica${range.id}`, value: `(${from}) TO (${to})`, points: { kind: "span", from, to } };
  });
  partitionTable(transaction, table, { by: "hashpoint", columns: [], partitions });
  const zone = transaction.get("zone", table.id);
  const replicas = ranges.map((range) => model.ranges.valuesOf(range).numReplicas ?? 3);
  const homes = assign(model.nodes.filter((node) => node.live), replicas);
  const subzones = partitions.slice(0, only).map((partition, i): Subzone => {
    const { nodes, lease } = homes[i]!;
    const groups = nodes.map((node) => ({ replicas: 1, constraints: [regionOf(node)] }));
    return {
      indexId: 1, partition: partition.name, points: partition.points,
      values: {
        rangeMinBytes: null, rangeMaxBytes: null, gcTtlSeconds: null, numReplicas: replicas[i]!, tsMergeNanos: 0n, rebalance: true,
        constraints: groups.sort((a, b) => (a.constraints[0]!.value < b.constraints[0]!.value ? -1 : 1)), leasePreferences: [[regionOf(lease)]],
      },
    };
  });
  const base: Zone = zone ?? { values: { rangeMinBytes: null, rangeMaxBytes: null, gcTtlSeconds: null, numReplicas: 0, constraints: [], leasePreferences: [], tsMergeNanos: 0n, rebalance: false }, subzones: [] };
  transaction.put("zone", table.id, { ...base, subzones });
}

/** The `region` tier of a node's locality. */
function regionOf(node: KwdbNode): Constraint {
  const value = /(?:^|,)region=([^,]*)/.exec(node.locality)?.[1] ?? "";
  return { type: "required", key: "region", value };
}

/** Nodes for each range, evenly, and leases in turn. */
function assign(nodes: readonly KwdbNode[], replicas: readonly number[]): readonly { readonly nodes: readonly KwdbNode[]; readonly lease: KwdbNode }[] {
  return replicas.map((count, i) => {
    if (count > nodes.length) throw uncategorized(`available nodes is not enough with num_replicas = ${count}`);
    const chosen = Array.from({ length: count }, (_, k) => nodes[(i + k) % nodes.length]!);
    return { nodes: chosen, lease: chosen[0]! };
  });
}
