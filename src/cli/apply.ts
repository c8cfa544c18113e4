import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import type { AppliedCluster } from "../operations/apply-outcome";
import { applyTopology } from "../operations/apply-topology";
import { planTopology, type PlannedCluster } from "../operations/plan-topology";
import type { OperationContext } from "../operations/read-cluster";
import { parsePlans } from "../operations/saved-plan";
import { count } from "../planning/render-plan";
import { isEmptyTopologyPlan, type TopologyPlan } from "../planning/topology-plan";
import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";
import type { TopologyManifest } from "../topology/manifest";
import type { VerifyRows } from "../topology/run-declaration";
import type { Console } from "./console";
import { createRunView } from "./create-run-view";
import { drawDiagnostics } from "./draw-diagnostic";
import { drawApplyResult, resultJson } from "./draw-result";
import { ExitCode, failedExitCode, unreadableExitCode, worstExitCode } from "./exit-code";
import type { InterruptSignals } from "./interrupt";
import { drawPlanned } from "./plan";
import { readingInput, UsageError } from "./usage-error";

export interface ApplyOptions {
  readonly autoApprove?: boolean;
  readonly verifyRows?: VerifyRows;
  /** Largest table that is counted exactly. */
  readonly verifyRowsLimit?: number;
  /** Also compare checksums. */
  readonly verify?: "checksums";
  /** Seconds that a move waits for a silent datanode. */
  readonly wait?: number;
}

/** What the options say of how plans are executed. */
export function runOptions(options: ApplyOptions, signals: InterruptSignals) {
  const { verifyRows, verifyRowsLimit, verify, wait } = options;
  return {
    terms: {
      ...(verifyRows === undefined ? {} : { verifyRows }),
      ...(verifyRowsLimit === undefined ? {} : { verifyRowsLimit: BigInt(verifyRowsLimit) }),
      ...(verify === undefined ? {} : { verifyChecksums: true }),
      ...(wait === undefined ? {} : { patienceMs: wait * 1000 }),
    },
    drain: signals.drain,
    stop: signals.stop,
  };
}

/** `topoform apply [plan]`: shows the plan, asks, does exactly it, verifies. */
export async function applyManifest(
  manifest: TopologyManifest,
  planFile: string | undefined,
  context: OperationContext,
  options: ApplyOptions,
  signals: InterruptSignals,
  console: Console,
): Promise<ExitCode> {
  const saved = planFile === undefined ? undefined : readingInput(() => readPlans(planFile, manifest));
  const wanted = saved === undefined ? manifest : withClustersOf(manifest, saved);
  const planned = await planTopology(wanted, context);
  const unreadable = planned.flatMap((cluster) => (cluster.kind === "unreadable" ? [cluster] : []));
  const approvable = planned.flatMap((cluster) => (cluster.kind === "planned" ? [withPlan(cluster, saved?.find(ofCluster(cluster)))] : []));
  if (!console.json) for (const cluster of [...approvable, ...unreadable]) drawPlanned(cluster, console);
  const plans = approvable.filter(hasWork).map(({ plan }) => plan);
  if (plans.length === 0) return finish(unreadable, [], [], console);
  if (!(await approved(plans, options, signals.drain, console))) {
    console.err("Nothing was changed.");
    return ExitCode.interrupted;
  }

  const view = createRunView(planned, console);
  const applied = await applyTopology(wanted, context, {
    plans,
    ...runOptions(options, signals),
    command: "topoform apply",
    emit: (cluster, event) => view.event(cluster, event),
  });
  view.end();
  return finish(unreadable, plans, applied, console);
}

/** An interrupted run is finished also when nothing is left to plan: its rows have not been compared. */
function hasWork(cluster: Planned): boolean {
  return !isEmptyTopologyPlan(cluster.plan) || (cluster.engine === "greptimedb" && cluster.interrupted);
}

type Planned = Extract<PlannedCluster, { readonly kind: "planned" }>;
type Unreadable = Extract<PlannedCluster, { readonly kind: "unreadable" }>;

function finish(unreadable: readonly Unreadable[], plans: readonly TopologyPlan[], applied: readonly AppliedCluster[], console: Console): ExitCode {
  if (console.json) console.out(resultJson(unreadable, applied));
  else for (const cluster of applied) drawApplied(cluster, plans, console);
  return worstExitCode([...unreadable.map(({ diagnostics }) => unreadableExitCode(diagnostics)), ...applied.map(exitCodeOf)]);
}

export function drawApplied(cluster: AppliedCluster, plans: readonly TopologyPlan[], console: Console): void {
  const blocked = plans.some((plan) => plan.blocked === (cluster.kind === "refused" ? cluster.diagnostics : undefined));
  if (blocked) return console.err(`${cluster.cluster}: refused, because the plan above is blocked. Nothing was changed.`);
  if (cluster.kind === "applied") console.out(drawApplyResult(cluster, console.outStyle));
  else console.err(drawDiagnostics(cluster.diagnostics, console.errStyle));
}

export function exitCodeOf(cluster: AppliedCluster): ExitCode {
  switch (cluster.kind) {
    case "applied":
      if (cluster.result.interrupted !== null) return ExitCode.interrupted;
      return cluster.result.ok ? ExitCode.ok : failedExitCode(cluster.result.diagnostics);
    case "refused":
    case "unreadable":
      return ExitCode.unreadable;
    case "locked":
      return ExitCode.locked;
  }
}

/**
 * Without a terminal nobody can be asked: then only `--auto-approve` goes on. What is blocked needs no question: it is refused. Neither
 * does finishing an interrupted run, which was approved.
 */
export async function approved(plans: readonly TopologyPlan[], options: Pick<ApplyOptions, "autoApprove">, interrupted: AbortSignal, console: Console): Promise<boolean> {
  const doable = plans.filter((plan) => plan.blocked.length === 0 && !isEmptyTopologyPlan(plan));
  if (interrupted.aborted) return false;
  if (options.autoApprove === true || doable.length === 0) return true;
  if (process.stdin.isTTY !== true || console.json) {
    throw new UsageError(
      errorDiagnostic({ code: "APPROVAL_NEEDED", summary: "Nobody can be asked", detail: "There is no terminal. Look at `topoform plan` and pass --auto-approve." }),
    );
  }
  return (await ask(`Do this (${summarize(doable)})? Only "yes" is accepted: `, interrupted)) === "yes";
}

/** `2 table changes, 5 moves, 1 change`. */
function summarize(plans: readonly TopologyPlan[]): string {
  const total = (size: (plan: TopologyPlan) => number): number => plans.reduce((sum, plan) => sum + size(plan), 0);
  const greptime = plans.some(({ engine }) => engine === "greptimedb");
  const kwdb = plans.some(({ engine }) => engine === "kwdb");
  return [
    ...(greptime ? [count(total((plan) => (plan.engine === "greptimedb" ? plan.tableChanges.length : 0)), "table change")] : []),
    ...(greptime ? [count(total((plan) => (plan.engine === "greptimedb" ? plan.moves.length : 0)), "move")] : []),
    ...(kwdb ? [count(total((plan) => (plan.engine === "kwdb" ? plan.changes.length : 0)), "change")] : []),
  ].join(", ");
}

/** The line that the user types; empty when there is none: end of input, or an interrupt. */
async function ask(text: string, interrupted: AbortSignal): Promise<string> {
  const question = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const ended = new Promise<string>((resolve) => question.once("close", () => resolve("")));
  try {
    return (await Promise.race([question.question(text, { signal: interrupted }).catch(() => ""), ended])).trim();
  } finally {
    question.close();
  }
}

function withClustersOf(manifest: TopologyManifest, plans: readonly TopologyPlan[]): TopologyManifest {
  return { ...manifest, clusters: manifest.clusters.filter(({ name }) => plans.some((plan) => plan.cluster === name)) };
}

/** The cluster with the plan that was saved for it. */
function withPlan(cluster: Planned, saved: TopologyPlan | undefined) {
  if (saved === undefined) return cluster;
  if (cluster.engine === "greptimedb" && saved.engine === "greptimedb") return { ...cluster, plan: saved };
  if (cluster.engine === "kwdb" && saved.engine === "kwdb") return { ...cluster, plan: saved };
  throw new UsageError(
    errorDiagnostic({
      code: "PLAN_FILE_INVALID",
      summary: "The plan file cannot be used",
      detail: `It holds a plan for ${saved.engine}, but the manifest declares ${cluster.cluster} as ${cluster.engine}. Make the plan again.`,
      address: cluster.cluster,
    }),
  );
}

function ofCluster({ cluster }: PlannedCluster): (plan: TopologyPlan) => boolean {
  return (plan) => plan.cluster === cluster;
}

function readPlans(file: string, manifest: TopologyManifest): readonly TopologyPlan[] {
  const invalid = (detail: string, cause?: unknown): DiagnosticError =>
    new DiagnosticError(errorDiagnostic({ code: "PLAN_FILE_INVALID", summary: "The plan file cannot be used", detail, address: file }), { cause });
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw invalid(`${(cause as Error).message}. Make one with \`topoform plan -o ${file}\`.`, cause);
  }
  const plans = parsePlans(text, file);
  const foreign = plans.find((plan) => !manifest.clusters.some((cluster) => cluster.name === plan.cluster));
  if (foreign !== undefined) throw invalid(`It is for cluster ${foreign.cluster}, which the manifest does not declare. Pass the manifest it was made from with --manifest.`);
  return plans;
}
