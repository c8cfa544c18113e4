import { parseDuration } from "../catalog/options";
import { type CellValue, type Row, ServerError, type TableMeta } from "../model/types";
import { checkCheckpoints } from "../partition/check-rules";
import { matchesRule } from "../partition/evaluate-rule";
import { mergeRules } from "../partition/merge-rules";
import { printRule } from "../partition/print-rule";
import { convertRule, ruleExpression, toPartitionRule } from "../partition/rule";
import type { RuleExpression } from "../partition/rule-expression";
import { okResult, rowsResult, type StatementResult } from "../statement-result";
import type { AlterAction, OptionEntry } from "../syntax/ast";
import { STRING } from "../types/data-type";
import { partitionColumns } from "./create-table";
import type { StatementContext } from "./context";

const invalid = (reason: string): ServerError => new ServerError("InvalidArguments", `Invalid partition rule: ${reason}`);
const fullName = ({ schema }: TableMeta): string => `greptime.${schema.database}.${schema.name}`;

/** SPLIT PARTITION, MERGE PARTITION and REPARTITION. */
export async function repartition(context: StatementContext, meta: TableMeta, action: AlterAction & { readonly kind: "repartition" }): Promise<StatementResult> {
  const { schema } = meta;
  if (schema.partitionColumns.length === 0) throw invalid(`table ${fullName(meta)} does not have partition columns, cannot repartition`);
  refuseWithoutGarbageCollection(context);
  const { zone } = context.session;
  const current = partitionColumns(schema.partitionColumns.map((name) => ({ name, written: name, quoted: true })), schema.columns);
  const target = action.columns.length === 0 ? current : partitionColumns(action.columns, schema.columns);
  const existing = schema.rules.map((rule) => (rule === null ? null : printRule(ruleExpression(rule), "sql")));
  const sources = action.from.map((e) => convertRule(e, current, zone));
  const from = sources.map((rule) => {
    const index = existing.indexOf(printRule(rule, "sql"));
    if (index < 0) throw invalid(`partition expression '${printRule(rule, "plain")}' does not exist in table ${fullName(meta)}`);
    return index;
  });
  const to = action.form === "MERGE" ? [mergeRules(sources)] : action.to.map((e) => convertRule(e, target, zone));
  const rest = schema.rules.flatMap((rule, i) => (rule === null || from.includes(i) ? [] : [ruleExpression(rule)]));
  checkCheckpoints([...rest, ...to]);
  return submit(context, meta, from, to, target.map((c) => c.name), action.options);
}

/** `PARTITION ON COLUMNS (…) (…)` of a table that has no partitions yet. */
export async function partitionTable(context: StatementContext, meta: TableMeta, action: AlterAction & { readonly kind: "partition" }): Promise<StatementResult> {
  const { schema } = meta;
  if (schema.partitionColumns.length > 0) throw invalid(`table ${fullName(meta)} already has partition columns`);
  if (action.columns.length === 0) throw invalid("ON COLUMNS requires at least one partition column");
  refuseWithoutGarbageCollection(context);
  const columns = partitionColumns(action.columns, schema.columns);
  const to = action.rules.map((e) => convertRule(e, columns, context.session.zone));
  checkCheckpoints(to);
  return submit(context, meta, [0], to, columns.map((c) => c.name), action.options);
}

/** From 1.2 metasrv must collect garbage, which is off by default. */
function refuseWithoutGarbageCollection({ version }: StatementContext): void {
  if (version.since(1, 2)) throw new ServerError("InvalidArguments", "Invalid arguments: Repartition requires metasrv GC to be enabled", "metasrv");
}

async function submit(context: StatementContext, meta: TableMeta, from: readonly number[], to: readonly RuleExpression[], columns: readonly string[], options: readonly OptionEntry[]): Promise<StatementResult> {
  const wait = optionOf(options, "wait") !== "false";
  const timeout = optionOf(options, "timeout");
  if (timeout !== null && parseDuration(timeout) === null) throw new ServerError("InvalidArguments", `Failed to parse table option, key: timeout, value: ${timeout}`);
  const position = new Map(meta.schema.columns.map((c, i) => [c.name, i]));
  const route = (row: Row): number => {
    const valueOf = (name: string): CellValue => row[position.get(name) ?? -1] ?? null;
    return Math.max(0, to.findIndex((rule) => matchesRule(rule, valueOf)));
  };
  const { id, done } = context.model.repartition(meta.tableId, from, to.map((rule) => toPartitionRule(rule)), columns, route);
  if (wait) {
    await done;
    return okResult();
  }
  done.catch(() => undefined);
  return rowsResult([{ name: "Procedure ID", type: STRING }], [[id]]);
}

function optionOf(options: readonly OptionEntry[], key: string): string | null {
  return options.find((o) => o.key.toLowerCase() === key)?.value ?? null;
}
