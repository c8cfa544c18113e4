import type { ObjectValue, Value } from "../../plugin";
import type { TableChange } from "../../planning/change";
import { comparisonForm } from "../../topology/same-partition-rule";
import { columnTypes, partitionRules } from "../../topology/partition-rules";
import { listOf } from "../values";
import { tableDeclaration } from "./declaration";

/**
 * The plan with the prior spelling of everything that means the same: then nothing shows as a change that is none.
 * An attribute is taken from the prior state as a whole or not at all, as Terraform demands.
 */
export function keepUnchanged(planned: ObjectValue, prior: ObjectValue, changes: readonly TableChange[]): ObjectValue {
  const changed = new Set<TableChange["kind"]>(changes.map((change) => change.kind));
  const unchanged = (...kinds: readonly TableChange["kind"][]): boolean => !kinds.some((kind) => changed.has(kind));
  const kept: Record<string, Value> = {};
  const keep = (attribute: string, same: boolean): void => {
    const before = prior[attribute] ?? null;
    if (same && before !== null && planned[attribute] !== null) kept[attribute] = before;
  };
  keep("columns", unchanged(...COLUMN_KINDS) && sameNames(planned, prior));
  keep("primary_key", unchanged("change-key"));
  keep("options", unchanged("set-option", "unset-option") && sameOptions(planned, prior));
  keep("engine", unchanged("change-engine"));
  keep("partition_rules", unchanged("repartition"));
  keep("partition_less_than", unchanged("repartition") && sameRanges(planned, prior));
  return { ...planned, ...kept };
}

const COLUMN_KINDS: readonly TableChange["kind"][] = [
  "add-column",
  "drop-column",
  "modify-column-type",
  "modify-column-nullable",
  "modify-column-default",
  "modify-column-comment",
];

/** Undeclared columns that are ignored from now on are no difference, but the state must stop listing them. */
function sameNames(planned: ObjectValue, prior: ObjectValue): boolean {
  const names = (object: ObjectValue): string =>
    JSON.stringify((listOf(object, "columns") ?? []).map((column) => String((column as ObjectValue)["name"])).sort());
  return names(planned) === names(prior);
}

/** Options that the server adds by itself are no difference, but declaring one is. */
function sameOptions(planned: ObjectValue, prior: ObjectValue): boolean {
  const keys = (object: ObjectValue): string => JSON.stringify(Object.keys((object["options"] as ObjectValue | null) ?? {}).sort());
  return keys(planned) === keys(prior);
}

/** Whether the ranges of both mean the same rules, whatever is live. */
function sameRanges(planned: ObjectValue, prior: ObjectValue): boolean {
  if (planned["partition_less_than"] === null || prior["partition_less_than"] === null) return false;
  return writtenAlike(planned, prior) || ruleForms(planned) === ruleForms(prior);
}

/** The usual case, which needs no comparison of rules: bounds and the columns that give them their types stand there as before. */
function writtenAlike(planned: ObjectValue, prior: ObjectValue): boolean {
  const text = ({ partition_less_than, partition_columns, columns }: ObjectValue): string => JSON.stringify([partition_less_than, partition_columns, columns]);
  return text(planned) === text(prior);
}

function ruleForms(object: ObjectValue): string {
  const table = tableDeclaration(object, "declared");
  const types = columnTypes(table);
  const rules = table.partitioning === undefined ? [] : partitionRules(table.partitioning, types);
  return JSON.stringify(rules.map((rule) => comparisonForm(rule.expression, types)).sort());
}
