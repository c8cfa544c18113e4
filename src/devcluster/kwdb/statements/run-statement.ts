import { showJobsRelation, showZoneRelation, showZonesRelation } from "../query/show-relations";
import type { Relation } from "../query/relation";
import { notEmulated, SqlError } from "../sql-error";
import { rowsResult, type StatementResult } from "../statement-result";
import type { Statement } from "../syntax/ast";
import type { SqlType } from "../types/sql-type";
import { clusterSettingRows, setClusterSetting, showClusterSetting } from "./cluster-settings";
import { configureZone, planZone } from "./configure-zone";
import type { StatementContext } from "./context";
import { insert } from "./insert";
import { alterPartitioning, createDatabase, createTable, dropDatabase, dropTable } from "./schema";
import { select } from "./select";
import { setVariable, showVariable } from "./session-variables";
import { showCreateTable, showDatabases, showPartitions, showRanges, showTables, showUsers } from "./show-objects";
import { alterUser, createUser, dropUser, grant, grantRole } from "./users";

/** Statements that begin and end transactions: the session's own business. */
export type TransactionStatement = Extract<Statement, { kind: "begin" | "commit" | "rollback" }>;

/** Runs one statement inside the context's transaction. */
export async function runStatement(context: StatementContext, statement: Exclude<Statement, TransactionStatement>): Promise<StatementResult> {
  switch (statement.kind) {
    case "select": return select(context, statement.query, statementRelation);
    case "explain": return explain(context, statement.statement);
    case "configure-zone": return configureZone(context, statement);
    case "set-cluster-setting": return setClusterSetting(context, statement);
    case "show-cluster-setting": return showClusterSetting(context, statement);
    case "show-variable": return showVariable(context, statement);
    case "set-variable": return setVariable(context, statement);
    case "create-database": return createDatabase(context, statement);
    case "drop-database": return dropDatabase(context, statement);
    case "create-table": return createTable(context, statement);
    case "drop-table": return dropTable(context, statement);
    case "partition-table": return alterPartitioning(context, statement);
    case "insert": return insert(context, statement);
    case "create-user": return createUser(context, statement);
    case "alter-user": return alterUser(context, statement);
    case "drop-user": return dropUser(context, statement);
    case "grant": return grant(context, statement);
    case "grant-role": return grantRole(context, statement);
    case "show-zone": return shown("SHOW ZONE CONFIGURATION", statementRelation(context, statement));
    case "show-zones": return shown("SHOW ZONE CONFIGURATIONS", statementRelation(context, statement));
    case "show-cluster-settings": return shown("SHOW CLUSTER SETTINGS", statementRelation(context, statement));
    case "show-databases": return shown("SHOW DATABASES", statementRelation(context, statement));
    case "show-tables": return shown("SHOW TABLES", statementRelation(context, statement));
    case "show-users": return shown("SHOW USERS", statementRelation(context, statement));
    case "show-jobs": return shown("SHOW JOBS", statementRelation(context, statement));
    case "show-create-table": return shown("SHOW CREATE", statementRelation(context, statement));
    case "show-partitions": return shown("SHOW PARTITIONS", statementRelation(context, statement));
    case "show-ranges": return shown("SHOW RANGES", statementRelation(context, statement));
  }
}

function shown(tag: string, { columns, rows }: Relation): StatementResult {
  const positions = columns.flatMap((column, i) => (column.hidden === true ? [] : [i]));
  return rowsResult(tag, positions.map((i) => columns[i]!), rows.map((row) => positions.map((i) => row[i]!)));
}

/** The rows of a SHOW statement, also in brackets behind FROM. */
export function statementRelation(context: StatementContext, statement: Statement): Relation {
  switch (statement.kind) {
    case "show-zone": return showZoneRelation(context, statement);
    case "show-zones": return showZonesRelation(context);
    case "show-databases": return showDatabases(context);
    case "show-tables": return showTables(context, statement);
    case "show-users": return showUsers(context);
    case "show-create-table": return showCreateTable(context, statement);
    case "show-partitions": return showPartitions(context, statement);
    case "show-ranges": return showRanges(context, statement);
    case "show-cluster-settings": {
      const columns: readonly (readonly [string, SqlType])[] = [["variable", "text"], ["value", "text"], ["setting_type", "text"], ...(statement.all ? ([["public", "bool"]] as const) : []), ["description", "text"]];
      return { name: "settings", columns: columns.map(([name, type]) => ({ name, type })), rows: clusterSettingRows(context, statement.all) };
    }
    case "show-jobs": return showJobsRelation(context);
    case "show-cluster-setting": case "show-variable": {
      const result = statement.kind === "show-variable" ? showVariable(context, statement) : showClusterSetting(context, statement);
      if (result.kind !== "rows") throw new SqlError("42601", "statement returns no rows");
      return { name: "value", columns: result.columns, rows: result.rows };
    }
    default: throw notEmulated("this statement as a data source");
  }
}

/** Plans a zone statement, which validates names and privileges but no value, and shows the plan's outline. */
function explain(context: StatementContext, statement: Statement): StatementResult {
  if (statement.kind !== "configure-zone") throw notEmulated("EXPLAIN of this statement");
  planZone(context, statement);
  const columns = ["tree", "field", "description"].map((name) => ({ name, type: "text" as const }));
  return rowsResult("EXPLAIN", columns, [["", "distributed", "false"], ["", "vectorized", "false"], ["configure zone", "", ""]]);
}
