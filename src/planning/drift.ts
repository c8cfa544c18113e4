import type { Diagnostic } from "../topology/diagnostic";
import { PINNED, type Move, type TableChange } from "./change";
import type { ClusterPlan } from "./plan";
import { compareText, tableKey } from "./table-key";

/** Stable codes of what can differ between declared and live. The codes of blocked diagnostics come beside them. */
export type DriftCode =
  | "LEADER_MOVED"
  | "PLACEMENT_DIFFERS"
  | "TABLE_MISSING"
  | "TABLE_UNDECLARED"
  | "COLUMN_ADDED"
  | "COLUMN_MISSING"
  | "COLUMN_CHANGED"
  | "OPTION_CHANGED"
  | "PARTITION_RULE_CHANGED"
  | "PRIMARY_KEY_CHANGED"
  | "TIME_INDEX_CHANGED"
  | "ENGINE_CHANGED"
  | "DATANODE_GONE";

/** One difference. Plain text only, fit for JSON as it is. */
export interface Drift {
  /** A {@link DriftCode}, or the code of what blocks the plan (`REGION_IN_MOTION`, `SOURCE_SILENT`, …). */
  readonly code: string;
  /** What differs: `public.cpu`, `public.cpu host < 'g'`, `datanode 2`. */
  readonly address: string;
  /** One line: declared and live. */
  readonly summary: string;
}

/**
 * Differences between declared and live, sorted by address and code; empty when there is none. What could not be compared because
 * the plan is blocked there is a difference as well: it is never silently left out.
 */
export function driftOf(plan: ClusterPlan): readonly Drift[] {
  const drift = [
    ...plan.moves.map(moveDrift),
    ...plan.tableChanges.map(changeDrift),
    ...plan.blocked.map(diagnosticDrift),
    ...plan.warnings.filter((warning) => warning.code === "DATANODE_GONE").map(diagnosticDrift),
  ];
  const unique = new Map(drift.map((item) => [`${item.address}\n${item.code}\n${item.summary}`, item]));
  return [...unique.values()].sort(
    (a, b) => compareText(a.address, b.address) || compareText(a.code, b.code) || compareText(a.summary, b.summary),
  );
}

function moveDrift(move: Move): Drift {
  const address = `${tableKey(move.table)} ${move.partition}`;
  const where = `region ${move.region} is on datanode ${move.from}`;
  return move.reason === PINNED
    ? { code: "LEADER_MOVED" satisfies DriftCode, address, summary: `${where}, declared on datanode ${move.to}` }
    : {
        code: "PLACEMENT_DIFFERS" satisfies DriftCode,
        address,
        summary: `${where}, the placement's rules put it on datanode ${move.to} (${move.reason})`,
      };
}

function changeDrift(change: TableChange): Drift {
  const address = tableKey(change.table);
  const of = (code: DriftCode, summary: string): Drift => ({ code, address, summary });
  switch (change.kind) {
    case "create-table":
      return of("TABLE_MISSING", "the table is declared and does not exist");
    case "drop-table":
      return of("TABLE_UNDECLARED", "the table exists and is not declared any more");
    case "add-column":
      return of("COLUMN_MISSING", `column ${change.column.name} is declared and does not exist`);
    case "drop-column":
      return of("COLUMN_ADDED", `column ${change.column} exists and is not declared`);
    case "modify-column-type":
      return of("COLUMN_CHANGED", `column ${change.column} has type ${change.from}, declared ${change.to}`);
    case "modify-column-nullable":
      return of(
        "COLUMN_CHANGED",
        `column ${change.column} is ${nullable(change.from)}, declared ${nullable(change.to)}`,
      );
    case "modify-column-default":
      return of(
        "COLUMN_CHANGED",
        `column ${change.column} has ${valueText("default", change.from)}, declared ${valueText("default", change.to)}`,
      );
    case "modify-column-comment":
      return of(
        "COLUMN_CHANGED",
        `column ${change.column} has ${valueText("comment", change.from)}, declared ${valueText("comment", change.to)}`,
      );
    case "set-option":
      return of("OPTION_CHANGED", `option ${change.option} is ${change.from ?? "not set"}, declared ${change.to}`);
    case "unset-option":
      return of("OPTION_CHANGED", `option ${change.option} is ${change.from} and not declared`);
    case "change-key":
      return of("PRIMARY_KEY_CHANGED", `the primary key is ${list(change.from)}, declared ${list(change.to)}`);
    case "change-time-index":
      return of("TIME_INDEX_CHANGED", `the time index is ${change.from}, declared ${change.to}`);
    case "change-engine":
      return of("ENGINE_CHANGED", `the engine is ${change.from}, declared ${change.to}`);
    case "repartition":
      return of("PARTITION_RULE_CHANGED", `the rules are ${list(change.from)}, declared ${list(change.to)}`);
  }
}

/** A diagnostic as drift: it is about what it names, and says what is in the way. */
function diagnosticDrift(diagnostic: Diagnostic): Drift {
  return { code: diagnostic.code, address: diagnostic.address ?? "", summary: diagnostic.summary };
}

function nullable(yes: boolean): string {
  return yes ? "nullable" : "not nullable";
}

function valueText(what: string, value: string | null): string {
  return value === null ? `no ${what}` : `${what} ${value}`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "none" : items.join(", ");
}
