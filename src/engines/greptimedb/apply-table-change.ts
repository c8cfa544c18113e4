import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { canonicalType } from "../../topology/column-type";
import type { PartitionKey } from "../../topology/ids";
import { comparisonForm } from "../../topology/same-partition-rule";
import type { TableChange, TableName } from "../../planning/change";
import type { ObservedDefinition, ObservedTable } from "../../planning/observed";
import { PortError, type ProcedureState } from "../port";
import { canonicalDefault } from "./column-default";
import type { Session } from "./connect";
import { diffTable } from "./diff";
import { tableKey } from "./inspect";
import { lockedTables } from "./lock-keys";
import { SELECT_RUNNING_PROCEDURES, tableChangeStatements } from "./statements";
import { canonicalOption } from "./table-options";
import type { Capabilities } from "./version";

/** What a change needs of the cluster. */
export interface ApplyContext {
  readonly session: Session;
  readonly server: Capabilities;
  /** The table as it is now, with its definition; undefined when it does not exist. */
  readonly readTable: (table: TableName) => Promise<ObservedTable | undefined>;
  readonly procedureState: (id: string) => Promise<ProcedureState>;
  readonly delay: (ms: number) => Promise<void>;
}

const RETRY_DELAYS_MS: readonly number[] = [300, 1000, 3000];
/** The frontend's metadata cache is told of a change after the change: a reading right behind it may still be the old one. */
const VISIBLE_DELAYS_MS: readonly number[] = [100, 200, 400, 800, 1500];
const POLL_MS = 500;
/** Polls without knowing the procedure after which it is taken as lost. */
const UNKNOWN_POLLS = 6;

/**
 * Does one change and returns when the server shows it. Doing it twice is success: what is there already is compared with what is
 * wanted, also after an answer was lost. A table that exists but differs is an error that names the differences.
 */
export async function applyTableChange(context: ApplyContext, change: TableChange): Promise<void> {
  const statements = tableChangeStatements(change, context.server);
  for (let attempt = 0; ; attempt++) {
    try {
      for (const sql of statements) await execute(context, change, sql);
      break;
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      if (error.sent && (await isDone(context, change))) return;
      const wait = RETRY_DELAYS_MS[attempt];
      if (!error.transient || wait === undefined) throw error;
      await context.delay(wait);
    }
  }
  for (const wait of VISIBLE_DELAYS_MS) {
    if (await isDone(context, change)) return;
    await context.delay(wait);
  }
  throw new PortError(await notDone(context, change), false, true);
}

async function execute(context: ApplyContext, change: TableChange, sql: string): Promise<void> {
  const rows = await context.session.run(sql);
  const procedure = change.kind === "repartition" ? rows[0]?.[0] : undefined;
  if (procedure !== undefined && procedure !== null) await finish(context, change, procedure);
}

async function finish(context: ApplyContext, change: TableChange, procedure: string): Promise<void> {
  for (let unknown = 0; unknown < UNKNOWN_POLLS;) {
    const state = await context.procedureState(procedure);
    switch (state.kind) {
      case "done":
        return;
      case "failed":
        throw new PortError(repartitionFailed(change.table, state.error), false, true);
      case "unknown":
        unknown++;
        break;
      case "running":
      case "retrying":
      case "rolling-back":
        unknown = 0;
    }
    await context.delay(POLL_MS);
  }
}

/** Whether the server shows the change done. A table or column that exists and is another than wanted is an error. */
async function isDone(context: ApplyContext, change: TableChange): Promise<boolean> {
  if (change.kind === "repartition") await whileRepartitioning(context, change.table);
  const table = await context.readTable(change.table);
  if (change.kind === "drop-table") return table === undefined;
  if (table === undefined || table.definition === null) return false;
  if (change.kind === "create-table") {
    const differences = differencesOf(context, change, table);
    if (differences.length > 0) throw new PortError(tableDiffers(change.table, differences), false, true);
    return true;
  }
  return shows(table.definition, change);
}

function differencesOf(
  context: ApplyContext,
  change: Extract<TableChange, { kind: "create-table" }>,
  table: ObservedTable,
): readonly TableChange[] {
  return diffTable(change.declaration, {
    engine: "greptimedb",
    version: context.server.version.text,
    mode: "distributed",
    metasrvUptimeMs: null,
    datanodes: [],
    tables: [table],
    procedures: [],
  });
}

function shows(
  live: ObservedDefinition,
  change: Exclude<TableChange, { kind: "create-table" | "drop-table" }>,
): boolean {
  const column = (name: string): ObservedDefinition["columns"][number] | undefined =>
    live.columns.find((one) => one.name === name);
  switch (change.kind) {
    case "add-column": {
      const existing = column(change.column.name);
      const type = canonicalType(change.column.type) ?? change.column.type;
      return (
        existing?.type === type &&
        live.primaryKey.includes(change.column.name) === change.primaryKey &&
        (existing.comment ?? "") === (change.column.comment ?? "")
      );
    }
    case "drop-column":
      return column(change.column) === undefined;
    case "modify-column-type":
      return column(change.column)?.type === (canonicalType(change.to) ?? change.to);
    case "modify-column-nullable":
      return column(change.column)?.nullable === change.to;
    case "modify-column-default": {
      const existing = column(change.column);
      return (
        existing !== undefined &&
        canonicalDefault(existing.default, existing.type) === canonicalDefault(change.to, existing.type)
      );
    }
    case "modify-column-comment":
      return (column(change.column)?.comment ?? "") === (change.to ?? "");
    case "set-option": {
      const value = live.options[change.option];
      return (
        canonicalOption(change.option, value ?? "") === canonicalOption(change.option, change.to) &&
        (value !== undefined || change.to === "")
      );
    }
    case "unset-option":
      return (live.options[change.option] ?? "") === "";
    case "change-key":
      return live.primaryKey.join("\u0000") === change.to.join("\u0000");
    case "change-time-index":
      return live.timeIndex === change.to;
    case "change-engine":
      return false;
    case "repartition": {
      const types = new Map(live.columns.map((one) => [one.name, one.type]));
      const form = (rule: PartitionKey): string => comparisonForm(rule, types);
      const rules = new Set(live.rules.map(form));
      const wanted = new Set(change.to.map(form));
      return (
        [...wanted].every((rule) => rules.has(rule)) &&
        change.from.every((rule) => wanted.has(form(rule)) || !rules.has(form(rule)))
      );
    }
  }
}

/** After a lost answer the procedure may still be running: what it makes can be judged when it has ended. */
async function whileRepartitioning(context: ApplyContext, table: TableName): Promise<void> {
  if (!context.server.procedureInfo) return;
  for (;;) {
    const rows = await context.session.read(SELECT_RUNNING_PROCEDURES);
    const busy = rows.some(
      ([, type, , locks]) =>
        /::Repartition$/.test(type ?? "") && lockedTables(locks ?? "", new Map()).includes(tableKey(table)),
    );
    if (!busy) return;
    await context.delay(POLL_MS);
  }
}

function tableDiffers(table: TableName, differences: readonly TableChange[]): Diagnostic {
  const list = differences.map((one) => `${describe(one)}: ${one.reason}`).join("; ");
  return errorDiagnostic({
    code: "GREPTIMEDB_TABLE_DIFFERS",
    summary: "A table of this name exists and is another one",
    detail: `It was left as it is. What differs: ${list}. Import the table and plan again, or choose another name.`,
    address: tableKey(table),
  });
}

function describe(change: TableChange): string {
  switch (change.kind) {
    case "add-column":
      return `column ${change.column.name}`;
    case "drop-column":
    case "modify-column-type":
    case "modify-column-nullable":
    case "modify-column-default":
    case "modify-column-comment":
      return `column ${change.column}`;
    case "set-option":
    case "unset-option":
      return `option ${change.option}`;
    case "repartition":
      return "partition rules";
    case "change-key":
      return "primary key";
    case "change-time-index":
      return "time index";
    case "change-engine":
      return "engine";
    case "create-table":
    case "drop-table":
      return "table";
  }
}

async function notDone(context: ApplyContext, change: TableChange): Promise<Diagnostic> {
  const exists = (await context.readTable(change.table)) !== undefined;
  return errorDiagnostic({
    code: "GREPTIMEDB_CHANGE_NOT_VISIBLE",
    summary: `The server accepted the change of ${describe(change)} but does not show it`,
    detail: exists
      ? "Somebody may have changed it at the same time. Make a new plan."
      : "The table does not exist any more. Make a new plan.",
    address: tableKey(change.table),
  });
}

function repartitionFailed(table: TableName, error: string): Diagnostic {
  return errorDiagnostic({
    code: "GREPTIMEDB_REPARTITION_FAILED",
    summary: "The server gave the change of the partition rules up",
    detail: `It says: ${error} The rules are as before. Look at the metasrv's log, then plan again.`,
    address: tableKey(table),
  });
}
