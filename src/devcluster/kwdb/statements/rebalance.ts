import type { Table } from "../catalog/objects";
import type { Job } from "../model/jobs";
import { planRebalance, type RangeHome } from "../model/rebalance-plan";
import { SqlError, uncategorized } from "../sql-error";
import { doneResult, type StatementResult } from "../statement-result";
import type { ZoneTarget } from "../syntax/ast";
import type { StatementContext } from "./context";
import { databaseOf, requireDatabase } from "./names";
import { idOfTarget, printTarget, tableOfTarget } from "./zone-target";

interface TableHomes {
  /** As the job writes it in its statements: without quotes, whatever it holds. */
  readonly name: string;
  readonly hashPoints: number;
  readonly replicas: number;
  readonly homes: readonly RangeHome[];
}

/**
 * CONFIGURE ZONE USING REBALANCE: a job outside of the transaction that cuts each time-series table into one HASHPOINT partition per range
 * and pins every partition's replicas and lease. It takes the place of all partitions and partition zones that the table had.
 */
export async function rebalance(context: StatementContext, target: ZoneTarget): Promise<StatementResult> {
  const { model } = context;
  const table = tableOfTarget(context, target);
  if (table !== null && table.timeSeries === null) throw uncategorized("rebalance is not support on relational table");
  if (model.nodes.some((node) => node.decommissioning)) throw uncategorized("not supported when node is decommissioning");
  const tables = (table === null ? tablesOf(context, target) : [table]).map((each) => homesOf(context, each));
  const job = model.jobs.start({
    type: "REPLICA REBALANCE", description: "replica rebalance job", statement: `ALTER ${printTarget(target)} CONFIGURE ZONE USING `, user: context.session.user, descriptorIds: [], createdByType: "REBALANCE",
  });
  await new Promise<void>((resolve) => model.clock.after(model.options.rebalanceMs, resolve));
  await runJob(context, tables, job);
  return doneResult("CONFIGURE ZONE 0");
}

/** All time-series tables of the cluster, or those of a database. */
function tablesOf(context: StatementContext, target: ZoneTarget): readonly Table[] {
  const all = context.transaction.all("table").map(([, table]) => table).filter((table) => table.timeSeries !== null);
  if (target.kind === "range" && target.name === "default") return all;
  const id = idOfTarget(context, target);
  // The server looks for a database of that id.
  if (target.kind !== "database") throw uncategorized("descriptor not found");
  if (!requireDatabase(context, target.name).timeSeries) throw uncategorized("rebalance is not support on relational database");
  return all.filter((table) => table.databaseId === id);
}

function homesOf(context: StatementContext, table: Table): TableHomes {
  const { ranges, nodes } = context.model;
  const own = ranges.all().filter((range) => range.tableId === table.id);
  if (own.length === 0) throw new SqlError("01000", `can not get ranges of the table ${table.id}`);
  const live = nodes.filter((node) => node.live).map((node) => node.nodeId);
  const wanted = own.map((range) => ranges.valuesOf(range).numReplicas ?? 0);
  const tooMany = wanted.find((count) => count > live.length);
  // Ranges do not carry their table's id: both numbers print as 0.
  if (tooMany !== undefined) throw uncategorized(`available nodes is not enough for table 0 range 0 with num_replicas = ${tooMany}`);
  const replicas = wanted.at(-1)!;
  return { name: `${databaseOf(context, table).name}.${table.name}`, hashPoints: table.timeSeries!.hashPoints, replicas, homes: planRebalance(own, live, replicas) };
}

async function runJob(context: StatementContext, tables: readonly TableHomes[], job: Job): Promise<void> {
  const { model } = context;
  const failure = model.rebalanceFailure;
  model.rebalanceFailure = null;
  let zones = 0;
  try {
    for (const table of tables) {
      await context.runAsRoot(partitionStatement(table));
      for (const home of table.homes) {
        await context.runAsRoot(zoneStatement(context, table, home));
        if (++zones === 1 && failure !== null) throw uncategorized(failure);
      }
    }
    model.jobs.finish(job, failure);
  } catch (error) {
    model.jobs.finish(job, error instanceof Error ? error.message : String(error));
  }
}

function partitionStatement({ name, hashPoints, homes }: TableHomes): string {
  const partitions = homes.map(({ range }, i) => `partition rebalance_replica${range.id} values from (${range.point}) to (${(homes[i + 1]?.range.point ?? hashPoints) - 1})`);
  return `alter table ${name} partition by hashpoint(${partitions.join(",")})`;
}

function zoneStatement({ model }: StatementContext, { name, replicas }: TableHomes, home: RangeHome): string {
  const region = (nodeId: number): string => /(?:^|,)region=([^,]*)/.exec(model.nodes.find((node) => node.nodeId === nodeId)?.locality ?? "")?.[1] ?? "";
  const constraints = home.replicas.map((node) => `"+region=${region(node)}":1`);
  return `ALTER PARTITION rebalance_replica${home.range.id} OF TABLE ${name} CONFIGURE ZONE USING lease_preferences='[[+region=${region(home.lease)}]]', constraints='{${constraints.join(",")}}', num_replicas=${replicas}`;
}
