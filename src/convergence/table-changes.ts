import type { Diagnostic } from "../topology/diagnostic";
import type { TableChange, TableName } from "../planning/change";
import type { Execution } from "./execution";
import type { TableChangeResult } from "./result";
import { errorDiagnostic } from "../topology/diagnostic";
import { mayLoseData } from "../planning/plan-cluster";
import { tableKey } from "../planning/table-key";
import { attemptAgain } from "./attempt";

const ATTEMPTS = 6;

export interface TableChangesOutcome {
  readonly results: readonly TableChangeResult[];
  readonly diagnostics: readonly Diagnostic[];
  /** Tables of which a change is not done: nothing else is done to them. By table key. */
  readonly unfinished: ReadonlySet<string>;
}

/**
 * Does the plan's table changes in order. After a failed one the same table's further changes are not started; other tables go on.
 * Changes that an interrupted run of the same plan has done are not done again.
 */
export async function applyTableChanges(
  execution: Execution,
  untouchable: ReadonlySet<string>,
): Promise<TableChangesOutcome> {
  const results: TableChangeResult[] = [];
  const diagnostics: Diagnostic[] = [];
  const unfinished = new Set<string>(untouchable);
  for (const [index, change] of execution.plan.tableChanges.entries()) {
    const key = tableKey(change.table);
    if (isDoneEarlier(execution, index)) {
      results.push({ change, outcome: "done" });
      continue;
    }
    if (
      unfinished.has(key) ||
      execution.drain.aborted ||
      execution.stop.aborted ||
      execution.journalFailure() !== null
    ) {
      unfinished.add(key);
      results.push({ change, outcome: "not-started" });
      continue;
    }
    const refusal = refusalOf(execution, change) ?? (await applyOne(execution, change, index));
    if (refusal !== null) {
      unfinished.add(key);
      diagnostics.push(refusal);
      execution.emit({ code: "TABLE_CHANGE_FAILED", change, diagnostic: refusal });
    }
    results.push({ change, outcome: refusal === null ? "done" : "failed" });
  }
  return { results, diagnostics, unfinished };
}

function isDoneEarlier({ resume, plan }: Execution, index: number): boolean {
  const interrupted = resume.interrupted;
  return interrupted !== null && interrupted.basis === plan.basis && interrupted.doneChanges.has(index);
}

/** The promise never to lose data unasked holds here too, whoever made the plan. */
function refusalOf(execution: Execution, change: TableChange): Diagnostic | null {
  const address = tableKey(change.table);
  if (change.impossible !== undefined) {
    return errorDiagnostic({
      code: "CHANGE_IMPOSSIBLE",
      summary: `${address} cannot be changed in place`,
      detail: change.impossible,
      address,
    });
  }
  if (!change.losesData || mayLoseData(execution.declaration, change.table)) return null;
  return errorDiagnostic({
    code: "DELETION_PROTECTED",
    summary: `${address} is protected from losing data`,
    detail: `${change.reason} That loses data. Set deletion_protection = false on this table if it is meant.`,
    address,
  });
}

async function applyOne(execution: Execution, change: TableChange, index: number): Promise<Diagnostic | null> {
  const table: TableName = { database: change.table.database, name: change.table.name };
  const record = { kind: "table-change", table, index, change: change.kind } as const;
  if (!(await execution.record({ ...record, state: "started" }))) return execution.journalFailure();
  execution.emit({ code: "TABLE_CHANGE_STARTED", change });
  const applied = await attemptAgain(execution, ATTEMPTS, () => execution.port.applyTableChange(change));
  // What it will come to is not known: it stays begun, and the next run looks.
  if (!applied.ok && execution.stop.aborted) return notFollowed(change);
  await execution.record({ ...record, state: applied.ok ? "done" : "failed" });
  if (!applied.ok) return applied.diagnostic;
  execution.emit({ code: "TABLE_CHANGE_DONE", change });
  return null;
}

function notFollowed(change: TableChange): Diagnostic {
  const address = tableKey(change.table);
  return errorDiagnostic({
    code: "CHANGE_NOT_FOLLOWED",
    summary: `Whether ${address} was changed is not known`,
    detail: `The run was stopped while ${change.kind} was under way; the server may go on with it. Plan again.`,
    address,
  });
}
