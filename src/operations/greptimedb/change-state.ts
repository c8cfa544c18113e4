import type { TableChange } from "../../planning/change";
import type { ObservedDefinition, ObservedTable } from "../../planning/observed";
import { tableKey } from "../../planning/table-key";
import { comparisonForm } from "../../topology/same-partition-rule";

/**
 * How the live cluster stands to a change that undoes another:
 * - `needed`: it is as the apply left it;
 * - `undone`: it is as it was before the apply;
 * - `differs`: neither; says how it is.
 */
export type UndoState = { readonly kind: "needed" | "undone" } | { readonly kind: "differs"; readonly text: string };

const NEEDED: UndoState = { kind: "needed" };
const UNDONE: UndoState = { kind: "undone" };

/** `live`: the table with its definition; undefined when it does not exist. */
export function changeState(change: TableChange, live: ObservedTable | undefined): UndoState {
  if (change.kind === "drop-table") return live === undefined ? UNDONE : NEEDED;
  if (change.kind === "create-table") return live === undefined ? NEEDED : UNDONE;
  const definition = live?.definition ?? null;
  if (definition === null) return differs(change, "the table does not exist any more");
  switch (change.kind) {
    case "add-column":
      return columnOf(definition, change.column.name) === undefined ? NEEDED : UNDONE;
    case "drop-column":
      return columnOf(definition, change.column) === undefined ? UNDONE : NEEDED;
    case "modify-column-type":
      return ofColumn(change, definition, ({ type }) => type);
    case "modify-column-nullable":
      return ofColumn(change, definition, ({ nullable }) => nullable);
    case "modify-column-default":
      return ofColumn(change, definition, (column) => column.default);
    case "modify-column-comment":
      return ofColumn(change, definition, ({ comment }) => comment);
    case "set-option":
      return between(change, definition.options[change.option] ?? null, change.from, change.to, `option ${change.option}`);
    case "unset-option":
      return between(change, definition.options[change.option] ?? null, change.from, null, `option ${change.option}`);
    case "change-key":
      return between(change, JSON.stringify(definition.primaryKey), JSON.stringify(change.from), JSON.stringify(change.to), "the primary key");
    case "change-time-index":
      return between(change, definition.timeIndex, change.from, change.to, "the time index");
    case "change-engine":
      return between(change, live?.engine ?? null, change.from, change.to, "the engine");
    case "repartition":
      return repartitionState(change, definition);
  }
}

type ColumnChange = Extract<TableChange, { readonly column: string; readonly from: unknown }>;

function ofColumn(change: ColumnChange, definition: ObservedDefinition, read: (column: ObservedDefinition["columns"][number]) => unknown): UndoState {
  const column = columnOf(definition, change.column);
  if (column === undefined) return differs(change, `column ${change.column} does not exist any more`);
  return between(change, read(column), change.from, change.to, `column ${change.column}`);
}

function columnOf(definition: ObservedDefinition, name: string) {
  return definition.columns.find((column) => column.name === name);
}

function between(change: TableChange, now: unknown, from: unknown, to: unknown, what: string): UndoState {
  if (now === from) return NEEDED;
  if (now === to) return UNDONE;
  return differs(change, `${what} is ${shown(now)}; the apply made it ${shown(from)}`);
}

function shown(value: unknown): string {
  return value === null ? "not set" : String(value);
}

/** The rules that the change replaces are there, or those that it makes. */
function repartitionState(change: Extract<TableChange, { readonly kind: "repartition" }>, definition: ObservedDefinition): UndoState {
  const types = new Map(definition.columns.map(({ name, type }) => [name, type]));
  const live = new Set(definition.rules.map((rule) => comparisonForm(rule, types)));
  const has = (rules: readonly string[]): boolean => rules.every((rule) => live.has(comparisonForm(rule, types)));
  if (has(change.from)) return NEEDED;
  return has(change.to) ? UNDONE : differs(change, `its partitions are ${definition.rules.join(", ") || "none"}`);
}

function differs(change: TableChange, text: string): UndoState {
  return { kind: "differs", text: `${tableKey(change.table)}: ${text}.` };
}
