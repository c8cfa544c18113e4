import type { TableChange } from "../../planning/change";

/** One line: what a change is about, why it is needed, and why it is impossible when it is. */
export function describeChange(change: TableChange): string {
  const about = subjectOf(change);
  const why = about === undefined ? change.reason : `${about}: ${change.reason}`;
  return change.impossible === undefined ? why : `${why}. ${change.impossible}`;
}

/** Several changes as lines that Terraform does not wrap. */
export function describeChanges(changes: readonly TableChange[]): string {
  return changes.map((change) => `  ${describeChange(change)}`).join("\n");
}

function subjectOf(change: TableChange): string | undefined {
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
    case "create-table":
    case "drop-table":
    case "change-key":
    case "change-time-index":
    case "change-engine":
    case "repartition":
      return undefined;
  }
}
