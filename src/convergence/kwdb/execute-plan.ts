import type { ApplyOptions, KwdbPort, KwdbProgress, ReplicaWaitResult } from "../../engines/kwdb-port";
import { canonicalJson } from "../../planning/canonical-json";
import type { KwdbChange } from "../../planning/kwdb/change";
import { recordOriginals, recordRebalance, type KwdbOriginals } from "../../planning/kwdb/originals";
import type { KwdbPlan } from "../../planning/kwdb/plan";
import { changeAddress } from "../../planning/kwdb/plan-diff";
import { errorDiagnostic, hasErrors, type Diagnostic } from "../../topology/diagnostic";
import { attempt, type Attempt } from "../attempt";
import type { Clock } from "../clock";
import type { ConvergenceEvent, EventBody } from "../events";
import type { Journal } from "../journal/journal";
import type { BegunRebalance } from "../journal/journal-record";
import { resumeFrom } from "../journal/resume";
import { runRecorder, type RunRecorder } from "../run-recorder";
import type { KwdbChangeResult, KwdbResult } from "./result";

export interface ExecuteKwdbRequest {
  /** As approved. It is executed as it is: nothing else is ever changed. A blocked plan is refused. */
  readonly plan: KwdbPlan;
  readonly port: KwdbPort;
  /** Of this cluster, and held by nobody else: take the lock first. */
  readonly journal: Journal;
  readonly clock: Clock;
  /** What is recorded of the time before the first change. */
  readonly originals: KwdbOriginals;
  /** Puts the originals where they survive; resolves when they are there. Rejects with a DiagnosticError. */
  readonly saveOriginals: (originals: KwdbOriginals) => Promise<void>;
  readonly emit: (event: ConvergenceEvent) => void;
  /** When aborted, what is being done is finished and nothing new is started. */
  readonly drain: AbortSignal;
  /** When aborted, nothing is waited for; the next run follows a rebalance's job that still runs. */
  readonly stop: AbortSignal;
  /** How long a rebalance's job may take. Default 7200. */
  readonly rebalanceTimeoutSeconds?: number;
  /** How long the ranges may take to agree. Default 600. */
  readonly replicasTimeoutSeconds?: number;
}

/**
 * Executes a plan of a KWDB cluster change by change: settings, zones with parents first, rebalances; then, where the plan says so, waits
 * for the ranges. What is about to be overwritten is recorded first. It may be killed at any point: a change that is done is found done.
 *
 * Expected failures are in the result; what it throws is a bug.
 */
export async function executeKwdbPlan(request: ExecuteKwdbRequest): Promise<KwdbResult> {
  const { plan } = request;
  const run = openRun(request);
  if (plan.blocked.length > 0) return nothingChanged(plan, plan.blocked);
  if (plan.changes.length === 0 && run.interrupted === null) return nothingChanged(plan, []);
  if (!(await run.record({ kind: "run-started", cluster: plan.cluster, basis: plan.basis })))
    return nothingChanged(plan, [run.failure()!]);
  run.emit({ code: "RUN_STARTED", cluster: plan.cluster, tableChanges: 0, moves: 0, changes: plan.changes.length, resumed: run.interrupted !== null });
  let originals = recordOriginals(request.originals, plan.changes);
  const unrecorded = await attempt(() => request.saveOriginals(originals));
  const changes: KwdbChangeResult[] = [];
  for (const change of plan.changes) {
    if (!unrecorded.ok || mayNotStart(change, changes, request) || run.failure() !== null) {
      changes.push({ change, outcome: "not-started", diagnostic: null });
      continue;
    }
    const remember = async (): Promise<Diagnostic | null> => {
      if (change.kind !== "rebalance") return null;
      originals = recordRebalance(originals, change);
      const saved = await attempt(() => request.saveOriginals(originals));
      return saved.ok ? null : { ...saved.diagnostic, severity: "warning" };
    };
    changes.push(await applyOne(change, request, run, remember));
  }
  const replicas = unrecorded.ok ? await awaitReplicas(request, changes, run) : null;
  const failure = run.failure();
  return finish(run, request, changes, replicas, [
    ...(unrecorded.ok ? [] : [unrecorded.diagnostic]),
    ...changes.flatMap(({ diagnostic }) => (diagnostic === null ? [] : [diagnostic])),
    ...(replicas === null || !("diagnostic" in replicas) ? [] : [replicas.diagnostic]),
    ...(failure === null ? [] : [failure]),
  ]);
}

/** The result of a run that was refused before it began. */
export function nothingChanged(plan: KwdbPlan, diagnostics: readonly Diagnostic[]): KwdbResult {
  const changes = plan.changes.map((change): KwdbChangeResult => ({ change, outcome: "not-started", diagnostic: null }));
  return { ok: !hasErrors(diagnostics), interrupted: null, changes, replicas: null, diagnostics };
}

interface Run extends RunRecorder {
  /** Addresses that an interrupted run of this very plan has done; null when none was interrupted. */
  readonly interrupted: ReadonlySet<string> | null;
  readonly begunRebalances: ReadonlyMap<string, BegunRebalance>;
  emit(event: EventBody): void;
}

function openRun({ plan, journal, clock, emit }: ExecuteKwdbRequest): Run {
  const resume = resumeFrom(journal.records());
  return {
    ...runRecorder(journal, clock, resume.nextRun),
    interrupted: resume.interrupted?.basis === plan.basis ? resume.interrupted.doneAddresses : null,
    begunRebalances: resume.begunRebalances,
    emit: (event) => emit({ at: clock.now(), ...event }),
  };
}

/** A rebalance comes last and builds on everything before it; zones and settings do not wait for each other's success. */
function mayNotStart(change: KwdbChange, before: readonly KwdbChangeResult[], { drain, stop }: ExecuteKwdbRequest): boolean {
  if (drain.aborted || stop.aborted) return true;
  return change.kind === "rebalance" && before.some(({ outcome }) => outcome === "failed");
}

/** `remember`: what must be on the disk before the change counts as done. */
async function applyOne(
  change: KwdbChange,
  request: ExecuteKwdbRequest,
  run: Run,
  remember: () => Promise<Diagnostic | null>,
): Promise<KwdbChangeResult> {
  const { port, stop, rebalanceTimeoutSeconds } = request;
  const record = { kind: "change", address: changeAddress(change), change: change.kind } as const;
  const begun = await begin(change, port, run);
  if (!begun.ok) return { change, outcome: "not-started", diagnostic: begun.diagnostic };
  if (!(await run.record({ ...record, state: "started", ...begun.value.record }))) return { change, outcome: "not-started", diagnostic: null };
  run.emit({ code: "CHANGE_STARTED", change });
  const applied = await attempt(() =>
    port.applyChange(change, {
      signal: stop,
      onProgress: (progress) => run.emit(progressEvent(change, progress)),
      ...(rebalanceTimeoutSeconds === undefined ? {} : { rebalanceTimeoutSeconds }),
      ...begun.value.options,
    }),
  );
  const forgotten = applied.ok ? await remember() : null;
  // A rebalance that is not waited for goes on: the next run follows it.
  if (applied.ok || !stop.aborted) await run.record({ ...record, state: applied.ok ? "done" : "failed" });
  if (!applied.ok) {
    run.emit({ code: "CHANGE_FAILED", change, diagnostic: applied.diagnostic });
    return { change, outcome: "failed", diagnostic: applied.diagnostic };
  }
  const earlier = run.interrupted?.has(record.address) === true;
  run.emit({ code: "CHANGE_DONE", change, alreadyThere: applied.value === "already-there" });
  return { change, outcome: earlier ? "done" : applied.value, diagnostic: forgotten };
}

interface Beginning {
  readonly record: { readonly begun?: BegunRebalance };
  readonly options: Pick<ApplyOptions, "begun">;
}

/** Of a rebalance: what tells its job from others later, written down before it starts, or by the interrupted run that has begun it. */
async function begin(change: KwdbChange, port: KwdbPort, { begunRebalances }: Run): Promise<Attempt<Beginning>> {
  if (change.kind !== "rebalance") return { ok: true, value: { record: {}, options: {} } };
  const earlier = begunRebalances.get(changeAddress(change));
  if (earlier !== undefined && canonicalJson(earlier.triggers) === canonicalJson(change.triggers))
    return { ok: true, value: { record: { begun: earlier }, options: { begun: { newestJob: earlier.newestJob } } } };
  const newest = await attempt(() => port.newestRebalanceJob());
  if (!newest.ok) return newest;
  return { ok: true, value: { record: { begun: { newestJob: newest.value, triggers: change.triggers } }, options: {} } };
}

function progressEvent(change: KwdbChange, progress: KwdbProgress): EventBody {
  switch (progress.kind) {
    case "rebalance":
      return { code: "REBALANCE_PROGRESS", change, job: progress.job, status: progress.status, fraction: progress.fraction };
    case "replicas":
      return { code: "REPLICAS_PROGRESS", ready: progress.ready, total: progress.total, pending: progress.pending };
  }
}

type ReplicasOutcome = ReplicaWaitResult | { readonly diagnostic: Diagnostic };

async function awaitReplicas(request: ExecuteKwdbRequest, changes: readonly KwdbChangeResult[], run: Run): Promise<ReplicasOutcome | null> {
  const { plan, port, drain, stop, replicasTimeoutSeconds } = request;
  if (plan.waitForReplicas.length === 0 || drain.aborted || stop.aborted) return null;
  if (changes.some(({ outcome }) => outcome === "failed" || outcome === "not-started")) return null;
  const waited = await attempt(() =>
    port.waitForReplicas(plan.waitForReplicas, {
      signal: AbortSignal.any([drain, stop]),
      onProgress: (progress) => run.emit({ code: "REPLICAS_PROGRESS", ready: progress.ready, total: progress.total, pending: progress.pending }),
      ...(replicasTimeoutSeconds === undefined ? {} : { timeoutSeconds: replicasTimeoutSeconds }),
    }),
  );
  if (!waited.ok) return { diagnostic: waited.diagnostic };
  if (waited.value.kind !== "timed-out") return waited.value;
  return { ...waited.value, diagnostic: replicasNotAgreed(waited.value.pending, replicasTimeoutSeconds ?? 600) };
}

/** Ranges that do not have the replicas of their zones after these seconds. */
export function replicasNotAgreed(pending: Extract<ReplicaWaitResult, { kind: "timed-out" }>["pending"], seconds: number): Diagnostic {
  const ranges = pending.map(({ range, name, replicas, wanted }) => `range ${range} of ${name} has ${replicas} of ${wanted}`).join(", ");
  return errorDiagnostic({
    code: "KWDB_REPLICAS_NOT_AGREED",
    summary: "The ranges do not have the replicas of their zones yet",
    detail: `After ${seconds} s: ${ranges}. The zones are stored; the cluster goes on by itself when it has nodes enough. Look at kwdb_internal.ranges, or apply again to wait on.`,
  });
}

async function finish(
  run: Run,
  { drain, stop }: ExecuteKwdbRequest,
  changes: readonly KwdbChangeResult[],
  replicas: ReplicasOutcome | null,
  diagnostics: readonly Diagnostic[],
): Promise<KwdbResult> {
  const interrupted = stop.aborted ? "stop" : drain.aborted ? "drain" : null;
  const complete = changes.every(({ outcome }) => outcome === "done" || outcome === "already-there");
  const waited = replicas === null || !("kind" in replicas) ? null : replicas;
  const ok = complete && !hasErrors(diagnostics) && waited?.kind !== "aborted";
  await run.record({ kind: "run-ended", outcome: ok ? "finished" : interrupted === null ? "failed" : "interrupted" });
  run.emit({ code: "RUN_ENDED", ok, interrupted });
  return { ok, interrupted: ok ? null : interrupted, changes, replicas: waited, diagnostics };
}
