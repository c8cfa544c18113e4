import type { StatementContext } from "../statements/context";
import { requireViewedDatabase } from "../statements/names";
import { showZone, ZONE_COLUMNS, zoneRows } from "../statements/show-zone";
import { internalRelation } from "./internal-tables";
import type { Relation, RelationColumn } from "./relation";

const SHOWN_OF_JOBS = [
  "job_id", "job_type", "description", "statement", "user_name", "status", "running_status", "created", "started", "finished", "modified", "errord", "fraction_completed", "error", "coordinator_id", "total_num_of_ex", "total_num_of_success",
  "total_num_of_fail", "time_of_last_success",
];

/** SHOW JOBS: running jobs first, then the last one that ended. */
export function showJobsRelation(context: StatementContext): Relation {
  const { columns, rows } = internalRelation(context, "jobs", context.session.database);
  const positions = SHOWN_OF_JOBS.map((name) => columns.findIndex((c) => c.name === name));
  const ended = columns.findIndex((c) => c.name === "finished");
  const latest = [...rows].reverse().sort((a, b) => compareTexts(String(b[ended] ?? "~"), String(a[ended] ?? "~")));
  return { name: "jobs", columns: positions.map((i) => columns[i]!), rows: latest.map((row) => positions.map((i) => row[i]!)) };
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** SHOW ZONE CONFIGURATION FOR … as rows with all columns, two of them shown. */
export function showZoneRelation(context: StatementContext, statement: Parameters<typeof showZone>[1]): Relation {
  const visible = (column: string): boolean => column === "target" || column === "raw_config_sql";
  const columns = ZONE_COLUMNS.map((c): RelationColumn => ({ ...c, hidden: !visible(c.name) }));
  return { name: "zone", columns, rows: showZone(context, statement) };
}

/** SHOW ZONE CONFIGURATIONS: the two columns of every stored zone. */
export function showZonesRelation(context: StatementContext): Relation {
  requireViewedDatabase(context);
  const positions = [2, 9];
  return { name: "zones", columns: positions.map((i) => ZONE_COLUMNS[i]!), rows: zoneRows(context).map((row) => positions.map((i) => row[i]!)) };
}
