import type { Context, ObjectValue } from "../../plugin";
import type { TableChange, TableName } from "../../planning/change";
import type { ObservedGreptimeCluster, ObservedTable } from "../../planning/observed";
import { planCluster } from "../../planning/plan-cluster";
import { tableKey } from "../../planning/table-key";
import { errorDiagnostic, hasErrors, warningDiagnostic } from "../../topology/diagnostic";
import type { Diagnostic } from "../../topology/diagnostic";
import type { GreptimeClient, ProviderClient } from "../client";
import type { ConvergenceSession } from "../converge";
import { noticesOf } from "../notices";
import { readPrivate, writePrivate } from "../private-data";
import { expectedFailure, toPluginDiagnostics } from "../report";
import type { ApplyRequest, ApplyResult, Outcome } from "../resource-types";
import { findTable } from "../snapshot";
import { numberOf } from "../values";
import { tableCluster, tableDeclaration, tableName } from "./declaration";
import { describeChange, describeChanges } from "./describe-change";
import { liveIdentity, withLiveDifferences } from "./live-state";
import { observedFromState } from "./observed-from-state";
import { TABLE_SCHEMA } from "./schema";

/**
 * Makes the table as planned. The live table is read again first; when it is no longer what the plan was made from, nothing
 * is done. What was done is read back and compared. A failed creation records nothing: a table recorded with an error
 * would be destroyed by the next apply.
 */
export async function applyTable(request: ApplyRequest, context: Context<ProviderClient>): Promise<ApplyResult> {
  try {
    const cluster = context.client.greptimedb();
    const outcome = await cluster.converge
      .exclusively({ drain: context.stop, log: context.log }, (session) => decide(request, { cluster, session }))
      .finally(() => cluster.snapshots.invalidate());
    return { ...outcome, diagnostics: toPluginDiagnostics(outcome.diagnostics, TABLE_SCHEMA.attributes) };
  } catch (error) {
    const kept = request.planned === null ? request.prior : null;
    return { state: kept, diagnostics: toPluginDiagnostics(expectedFailure(error), TABLE_SCHEMA.attributes) };
  }
}

/** The cluster while it is locked for this apply. */
interface Locked {
  readonly cluster: GreptimeClient;
  readonly session: ConvergenceSession;
}

function decide({ prior, planned, private: privateData }: ApplyRequest, locked: Locked): Promise<Outcome> {
  if (planned === null) return prior === null ? Promise.resolve({ state: null, diagnostics: [] }) : destroy(prior, locked);
  return prior === null ? create(planned, locked) : update(prior, planned, readPrivate(privateData).serverVersion, locked);
}

/** A table that exists and is exactly as declared is taken over: it may be our own, of an apply that was killed before Terraform knew. */
async function create(planned: ObjectValue, locked: Locked): Promise<Outcome> {
  const { cluster } = locked;
  const name = tableName(planned);
  const before = await cluster.port.inspect({ definitions: [name] });
  const changes = cluster.port.diffTable(tableDeclaration(planned, "declared"), before);
  const existing = findTable(before, name);
  if (existing === undefined) return run(planned, changes, before, null, locked);
  if (changes.length > 0) return { state: null, diagnostics: [alreadyExists(name, changes)] };
  return {
    state: { ...planned, ...liveIdentity(existing) },
    private: writePrivate({ serverVersion: before.version }),
    diagnostics: [adopted(name)],
  };
}

async function update(
  prior: ObjectValue,
  planned: ObjectValue,
  serverVersion: string | undefined,
  locked: Locked,
): Promise<Outcome> {
  const { cluster } = locked;
  const name = tableName(planned);
  const before = await cluster.port.inspect({ definitions: [name] });
  const existing = findTable(before, name);
  if (existing === undefined) return { state: null, diagnostics: [isGone(name)] };
  const declared = tableDeclaration(planned, "declared");
  const changes = cluster.port.diffTable(declared, before);
  const approved = cluster.port.diffTable(declared, observedFromState(prior, serverVersion ?? before.version));
  const stale = changedSincePlan(prior, existing, changes, approved);
  if (stale.length > 0) return { state: null, diagnostics: [planIsStale(name, stale)] };
  return run(planned, changes, before, prior, locked);
}

async function destroy(prior: ObjectValue, { cluster, session }: Locked): Promise<Outcome> {
  const name = tableName(prior);
  if (prior["deletion_protection"] !== false) return { state: prior, diagnostics: [isProtected(name)] };
  const before = await cluster.port.inspect({ definitions: [name] });
  const existing = findTable(before, name);
  if (existing === undefined) return { state: null, diagnostics: [] };
  if (existing.tableId !== numberOf(prior, "table_id")) {
    return { state: prior, diagnostics: [planIsStale(name, [incarnationText(prior, existing)])] };
  }
  const drop: TableChange = {
    kind: "drop-table",
    table: name,
    reason: `${tableKey(name)} is dropped with its data`,
    losesData: true,
    inverse: null,
  };
  const declaration = tableCluster(tableDeclaration(prior, "live"), cluster.name, cluster.connection);
  const plan = planCluster({ cluster: declaration, observed: before, tableChanges: [drop] });
  if (plan.blocked.length > 0) return { state: prior, diagnostics: plan.blocked };
  const diagnostics = await session.run(plan, declaration);
  const after = await cluster.port.inspect({ definitions: [] });
  if (findTable(after, name) === undefined) return { state: null, diagnostics: diagnostics.filter((one) => one.severity === "warning") };
  return { state: prior, diagnostics: hasErrors(diagnostics) ? diagnostics : [...diagnostics, stillThere(name)] };
}

/** Runs the changes, reads the result back, and compares it with the plan. `prior` null: a creation. */
async function run(
  planned: ObjectValue,
  changes: readonly TableChange[],
  before: ObservedGreptimeCluster,
  prior: ObjectValue | null,
  { cluster, session }: Locked,
): Promise<Outcome> {
  const name = tableName(planned);
  const declared = tableDeclaration(planned, "declared");
  const declaration = tableCluster(declared, cluster.name, cluster.connection);
  const plan = planCluster({ cluster: declaration, observed: before, tableChanges: changes });
  if (plan.blocked.length > 0) return { state: null, diagnostics: plan.blocked };
  const ran = changes.length === 0 && !session.interrupted ? [] : await session.run(plan, declaration);
  const after = changes.length === 0 ? before : await cluster.port.inspect({ definitions: [name] });
  const live = findTable(after, name);
  if (live === undefined || live.definition === null) {
    return { state: null, diagnostics: hasErrors(ran) ? ran : [...ran, isGone(name)] };
  }
  const remaining = cluster.port.diffTable(declared, after);
  const unfinished = remaining.length === 0 || hasErrors(ran) ? [] : [notAsPlanned(name, remaining)];
  const diagnostics = [...noticesOf(plan), ...ran, ...unfinished];
  if (!hasErrors(diagnostics)) {
    return { state: { ...planned, ...liveIdentity(live) }, private: writePrivate({ serverVersion: after.version }), diagnostics };
  }
  if (prior === null) return { state: null, diagnostics };
  return { state: withLiveDifferences(planned, remaining, live, live.definition), diagnostics };
}

/** What would have to be done now and was not in the plan; and a table that is no longer the same one. */
function changedSincePlan(
  prior: ObjectValue,
  existing: ObservedTable,
  changes: readonly TableChange[],
  approved: readonly TableChange[],
): readonly string[] {
  const known = new Set(approved.map(changeText));
  const other = existing.tableId === numberOf(prior, "table_id") ? [] : [incarnationText(prior, existing)];
  return [...other, ...changes.filter((change) => !known.has(changeText(change))).map(describeChange)];
}

/** Everything that a change does, without the words about it. */
function changeText(change: TableChange): string {
  const { reason: _reason, inverse: _inverse, ...what } = change;
  return JSON.stringify(what);
}

function incarnationText(prior: ObjectValue, existing: ObservedTable): string {
  return `it was dropped and created again: its table id was ${String(prior["table_id"])}, and is ${existing.tableId} now`;
}

function alreadyExists(name: TableName, changes: readonly TableChange[]): Diagnostic {
  return errorDiagnostic({
    code: "TABLE_ALREADY_EXISTS",
    summary: `${tableKey(name)} exists already and is not as declared`,
    detail: `${describeChanges(changes)}\nNothing was changed. To manage it with this resource, import it and look at the plan: terraform import ADDRESS ${tableKey(name)}`,
    path: ["name"],
  });
}

function adopted(name: TableName): Diagnostic {
  return warningDiagnostic({
    code: "TABLE_ADOPTED",
    summary: `${tableKey(name)} existed already`,
    detail: "It is exactly as declared, so nothing was changed on the server and it was taken into the state.",
    path: ["name"],
  });
}

function isGone(name: TableName): Diagnostic {
  return errorDiagnostic({
    code: "TABLE_NOT_FOUND",
    summary: `${tableKey(name)} does not exist`,
    detail: "It was dropped, or renamed, since the plan was made. Plan again: the plan then shows its creation.",
    path: ["name"],
  });
}

function isProtected(name: TableName): Diagnostic {
  return errorDiagnostic({
    code: "DELETION_PROTECTED",
    summary: `${tableKey(name)} is protected against destruction`,
    detail: "Nothing was dropped. Apply deletion_protection = false first if the table and its data may go.",
    path: ["deletion_protection"],
  });
}

function planIsStale(name: TableName, lines: readonly string[]): Diagnostic {
  return errorDiagnostic({
    code: "PLAN_STALE",
    summary: `${tableKey(name)} changed since the plan`,
    detail: `${lines.map((line) => `  ${line}`).join("\n")}\nNothing was done. Plan again, and apply what the new plan shows.`,
    path: ["name"],
  });
}

function notAsPlanned(name: TableName, remaining: readonly TableChange[]): Diagnostic {
  return errorDiagnostic({
    code: "TABLE_NOT_AS_PLANNED",
    summary: `${tableKey(name)} is not as planned`,
    detail: `The statements succeeded, but reading the table back shows:\n${describeChanges(remaining)}\nPlan again to see what remains.`,
    path: ["name"],
  });
}

function stillThere(name: TableName): Diagnostic {
  return errorDiagnostic({
    code: "TABLE_NOT_DROPPED",
    summary: `${tableKey(name)} is still there`,
    detail: "The statement succeeded, but the cluster still lists the table. Try again.",
    path: ["name"],
  });
}
