import { executePlan } from "../../src/convergence/execute-plan";
import { progressOf } from "../../src/convergence/plan-progress";
import { resumeFrom, underWay } from "../../src/convergence/journal/resume";
import type { ConvergenceResult } from "../../src/convergence/result";
import { greptimePort } from "../../src/engines/greptimedb/execute";
import { PortError } from "../../src/engines/port";
import { differencesSince, madeTables } from "../../src/operations/greptimedb/plan-progress";
import { planCluster } from "../../src/planning/plan-cluster";
import type { ClusterPlan } from "../../src/planning/plan";
import type { GreptimeClusterDeclaration } from "../../src/topology/manifest";
import { createdTables } from "./created-tables";
import { causeFault, repairAll, type FaultStage } from "./cause-fault";
import type { Schedule } from "./fault-schedule";
import { Process, processClock, processJournal, type KillPoint } from "./process";
import { checkAtTheEnd, checkResult, wantedLeaders } from "./promises";
import {
  createWorld,
  declarationNow,
  newMachine,
  procedureSpans,
  type Machine,
  type RunRecord,
  type World,
} from "./world";

export type RunEnd =
  | { readonly kind: "ended"; readonly result: ConvergenceResult; readonly plan: ClusterPlan }
  | { readonly kind: "blocked"; readonly plan: ClusterPlan }
  | { readonly kind: "unreadable"; readonly text: string }
  | { readonly kind: "locked" }
  /** The saved plan does not fit any more. */
  | { readonly kind: "stale"; readonly differences: readonly string[] }
  | { readonly kind: "killed" };

export interface SimulationReport {
  readonly schedule: Schedule;
  readonly violations: readonly string[];
  readonly timeline: readonly string[];
  readonly runs: number;
  readonly submissions: number;
  readonly virtualMs: number;
}

/** After the last fault everything is repaired; then this many runs must be enough. */
const RUNS_AFTER_REPAIR = 10;
const LONGEST_RUN_MS = 2 * 3_600_000;

/** Runs one schedule to its end, in virtual time, and checks every promise. Throws only when the simulator itself is broken. */
export async function simulate(schedule: Schedule): Promise<SimulationReport> {
  const world = await createWorld(schedule);
  const stage = stageOf(world);
  for (const fault of schedule.faults) world.time.after(fault.atMs, () => causeFault(stage, fault));
  const repairedAt = world.startedAt + (schedule.faults.at(-1)?.atMs ?? -schedule.repairMs) + schedule.repairMs;
  world.time.after(repairedAt - world.time.now(), () => void repairAll(stage));
  try {
    await world.time.until(operate(world, stage, repairedAt), 500, 24 * 3_600_000);
    await world.time.advance(15_000);
    await checkAtTheEnd(world);
  } catch (error) {
    world.violate(`it broke: ${(error as Error).stack ?? String(error)}`);
  }
  world.model.close();
  return {
    schedule,
    violations: world.violations,
    timeline: world.timeline,
    runs: world.runs.length,
    submissions: world.submissions.length,
    virtualMs: world.time.now() - world.startedAt,
  };
}

interface Stage extends FaultStage {
  /** How long after a kill the next process starts. */
  pauseMs: number;
  readonly others: Promise<unknown>[];
}

function stageOf(world: World): Stage {
  const stage: Stage = {
    world,
    open: new Set(),
    pauseMs: 0,
    others: [],
    killProcess(pauseMs) {
      stage.pauseMs = pauseMs;
      world.machine.holder?.kill();
    },
    drainProcess() {
      const run = runOf(world, world.machine.holder);
      if (run === undefined) return;
      run.drainedAt ??= world.time.now();
      run.drain.abort();
    },
    stopProcess() {
      const run = runOf(world, world.machine.holder);
      if (run === undefined) return;
      run.stoppedAt ??= world.time.now();
      run.stop.abort();
    },
    secondRun(where) {
      const machine = where === "same" ? world.machine : newMachine("elsewhere");
      stage.others.push(runOnce(world, machine, declarationNow(world)));
    },
  };
  return stage;
}

function runOf(world: World, process: Process | null): RunRecord | undefined {
  return world.runs.find((run) => run.process === process);
}

function lastRun(world: World): RunRecord | undefined {
  return world.runs.filter((run) => run.machine === world.machine).at(-1);
}

/** What an operator does: runs, looks, runs again, until a run after the last repair has nothing more to do. */
async function operate(world: World, stage: Stage, repairedAt: number): Promise<void> {
  const { time, machine } = world;
  await wait(world, 0);
  let first = true;
  let saved: ClusterPlan | undefined;
  for (let after = 0; after < RUNS_AFTER_REPAIR;) {
    const repaired = time.now() >= repairedAt;
    const end = await runOnce(world, machine, declarationNow(world), {
      approvalMs: first ? world.schedule.approvalMs : 0,
      ...(saved === undefined ? {} : { approved: saved }),
    });
    first = false;
    saved = world.schedule.planFile && end.kind === "killed" ? (lastRun(world)?.plan ?? saved) : undefined;
    if (end.kind === "killed") await wait(world, stage.pauseMs);
    else if (end.kind === "stale") await wait(world, 1_000);
    else if (end.kind === "ended" && end.result.ok) {
      if (repaired && stage.others.length === 0) return;
      if (repaired) await Promise.all(stage.others.splice(0));
      else await wait(world, Math.max(1, repairedAt - time.now()));
    } else {
      if (repaired) finishByHand(world);
      await wait(world, end.kind === "locked" ? 2_000 : 8_000);
    }
    if (repaired && end.kind !== "locked") after += 1;
  }
  world.violate(`(4) not converged after ${RUNS_AFTER_REPAIR} runs on a repaired cluster`);
}

/**
 * Servers before 0.11.1 undo nothing: a move that failed half way leaves its region DOWNGRADING, which is reported as in motion
 * until the operator moves it somewhere by hand.
 */
function finishByHand(world: World): void {
  if (world.schedule.version !== "0.9.5" || !world.model.admin.metasrvUp()) return;
  const moving = new Set(procedureSpans(world).flatMap((span) => (span.endedAt === null ? [span.region] : [])));
  const wanted = wantedLeaders(world);
  const created = new Set(createdTables(world.schedule).map(({ name }) => world.model.table("public", name)?.tableId));
  for (const { regionId, leader, status, tableId } of world.model.routes()) {
    if (status !== "DOWNGRADING" || moving.has(regionId) || leader === null) continue;
    if (!wanted.has(regionId) && !created.has(tableId)) continue;
    const to = (leader + 1n) % BigInt(world.schedule.datanodes);
    const touch = { region: regionId, tableId, at: world.time.now(), until: null, what: "foreign migration" as const };
    world.note(`the operator moves ${regionId} by hand`);
    world.model.migrateRegion(regionId, leader, to, 30).then(
      (procedure) => void world.touches.push({ ...touch, procedure }),
      (error: Error) => world.note(`  refused: ${error.message}`),
    );
  }
}

function wait(world: World, ms: number): Promise<void> {
  return new Promise((resolve) => void world.time.after(ms, resolve));
}

export interface RunOptions {
  /** Between reading the cluster and executing the plan. */
  readonly approvalMs?: number;
  readonly killPoint?: KillPoint;
  /** A saved plan; absent: the run makes its own. */
  readonly approved?: ClusterPlan;
}

/** One process from its start to its end: lock, snapshot, plan, execution, as the surfaces do it. */
export async function runOnce(
  world: World,
  machine: Machine,
  declaration: GreptimeClusterDeclaration,
  { approvalMs = 0, killPoint, approved }: RunOptions = {},
): Promise<RunEnd> {
  if (machine.holder !== null) {
    world.note(`another run on machine ${machine.name}: locked`);
    return { kind: "locked" };
  }
  const process = new Process(killPoint);
  machine.holder = process;
  const run: RunRecord = {
    number: world.runs.length + 1,
    machine,
    process,
    startedAt: world.time.now(),
    drain: new AbortController(),
    stop: new AbortController(),
    drainedAt: null,
    stoppedAt: null,
    plan: null,
    result: null,
    endedAt: null,
    counts: new Map(),
  };
  world.runs.push(run);
  world.note(`run ${run.number} begins on machine ${machine.name}`);
  const tooLong = world.time.after(LONGEST_RUN_MS, () => {
    world.violate(`run ${run.number} does not end`);
    process.kill();
  });
  const end = await Promise.race([
    runProcess(world, run, declaration, approvalMs, approved),
    process.killed.then((): RunEnd => ({ kind: "killed" })),
  ]);
  tooLong();
  machine.holder = null;
  run.endedAt = world.time.now();
  world.note(`run ${run.number} ${describeEnd(end)}`);
  return end;
}

async function runProcess(
  world: World,
  run: RunRecord,
  declaration: GreptimeClusterDeclaration,
  approvalMs: number,
  approved: ClusterPlan | undefined,
): Promise<RunEnd> {
  const { process, machine, drain, stop } = run;
  const clock = processClock(world.time, process, () => machine.clockOffsetMs);
  const journal = processJournal(machine.journal, process);
  const port = greptimePort(world.frontend.open(process), { delay: (ms) => clock.sleep(ms) });
  try {
    const observed = await port.inspect({ definitions: declaration.tables });
    const resume = resumeFrom(journal.records());
    const request = {
      cluster: declaration,
      observed,
      tableChanges: declaration.tables.flatMap((table) => port.diffTable(table, observed)),
      adoptable: underWay(resume),
    };
    const progress = approved === undefined ? null : progressOf(approved, resume);
    const fresh = planCluster({
      ...request,
      ...(approved === undefined ? {} : { approved: { moves: approved.moves, made: madeTables(approved, progress!) } }),
    });
    const differences = approved === undefined ? [] : differencesSince(approved, fresh, progress!);
    if (differences.length > 0) return { kind: "stale", differences };
    const plan = approved ?? fresh;
    run.plan = plan;
    if (plan.blocked.length > 0) return { kind: "blocked", plan };
    world.note(`run ${run.number} plans ${plan.moves.length} moves`);
    if (approvalMs > 0) await clock.sleep(approvalMs);
    const result = await executePlan({
      plan,
      port,
      declaration,
      journal,
      clock,
      drain: drain.signal,
      stop: stop.signal,
      terms: { verifyRows: world.schedule.verifyRows },
      emit(event) {
        if (event.code === "MOVE_SUBMITTED" || event.code === "ROWS_COUNTED" || event.code === "RUN_STARTED") return;
        const {
          at: _,
          code,
          ...rest
        } = event as {
          at: number;
          code: string;
          move?: { region: bigint };
          diagnostic?: { summary: string };
          reason?: string;
        };
        const about = [rest.move?.region, rest.diagnostic?.summary, rest.reason].filter((part) => part !== undefined);
        world.note(`  run ${run.number} ${code} ${about.join(" ")}`);
      },
    });
    run.result = result;
    checkResult(world, run, plan, result);
    return { kind: "ended", result, plan };
  } catch (error) {
    if (error instanceof PortError) return { kind: "unreadable", text: error.diagnostic.summary };
    throw error;
  }
}

function describeEnd(end: RunEnd): string {
  switch (end.kind) {
    case "ended": {
      const outcomes = new Map<string, number>();
      for (const move of end.result.moves) outcomes.set(move.outcome, (outcomes.get(move.outcome) ?? 0) + 1);
      const counted = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
      const codes = [...new Set(end.result.diagnostics.map((item) => item.code))].join(" ");
      return `ends ${end.result.ok ? "well" : "not well"}${end.result.interrupted === null ? "" : ` (${end.result.interrupted})`}: ${counted || "no moves"} ${codes}`;
    }
    case "blocked":
      return `is blocked: ${[...new Set(end.plan.blocked.map((item) => item.code))].join(" ")}`;
    case "unreadable":
      return `cannot read the cluster: ${end.text}`;
    case "stale":
      return `finds its plan stale: ${end.differences.join(" ")}`;
    case "locked":
    case "killed":
      return `is ${end.kind}`;
  }
}
