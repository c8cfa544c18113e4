import type { Diagnostic } from "../topology/diagnostic";
import type { GreptimeClusterDeclaration } from "../topology/manifest";
import type { ClusterPort } from "../engines/port";
import type { Move, TableName } from "../planning/change";
import type { ClusterPlan } from "../planning/plan";
import type { Clock } from "./clock";
import type { ConvergenceEvent } from "./events";
import type { Execution } from "./execution";
import type { Journal } from "./journal/journal";
import type { RunOutcome } from "./journal/journal-record";
import type { ChecksumResult, ConvergenceResult, MoveResult, RowsResult, TableChangeResult } from "./result";
import { hasErrors } from "../topology/diagnostic";
import { isEmptyPlan } from "../planning/plan";
import { termsOf } from "../planning/placement-settings";
import { compareTables, sameTable, tableKey } from "../planning/table-key";
import { hasOtherRegions, type TableChecks } from "./moves/check-tables";
import { checksumsAfter, checksumsBefore, type ChecksumBefore } from "./rows/compare-checksums";
import { countAfter, countBefore, readTableSizes, type CountedAfter, type RowsBefore } from "./rows/count-rows";
import { openExecution } from "./execution";
import { planCreatedTables } from "./place-created-tables";
import { resumeFrom } from "./journal/resume";
import { hasWork, runMoves, type MovesOutcome } from "./moves/run-moves";
import { runTerms, type RunTerms } from "./run-terms";
import { applyTableChanges } from "./table-changes";

export interface ExecuteRequest {
  /** As approved. It is executed as it is: nothing else is ever moved. A blocked plan is refused. */
  readonly plan: ClusterPlan;
  readonly port: ClusterPort;
  /** What the plan was made of: which tables may lose data, which losses are accepted. */
  readonly declaration: GreptimeClusterDeclaration;
  /** Of this cluster, and held by nobody else: take the lock first. */
  readonly journal: Journal;
  readonly clock: Clock;
  readonly emit: (event: ConvergenceEvent) => void;
  /** When aborted, what is moving is finished and nothing new is started. */
  readonly drain: AbortSignal;
  /** When aborted, nothing is waited for; the next run adopts what is moving. */
  readonly stop: AbortSignal;
  /** What goes before the terms that `declaration` gives. Absent or undefined members: as declared, else the defaults. */
  readonly terms?: Partial<RunTerms>;
}

/**
 * Executes a plan: table changes, then the placement of tables that they created together with the plan's moves, then the rows again.
 * It may be killed at any point: executed again, with the same plan or a fresh one, it adopts what is running and repeats nothing.
 *
 * Expected failures are in the result; what it throws is a bug.
 */
export async function executePlan(request: ExecuteRequest): Promise<ConvergenceResult> {
  const { plan, port, declaration, journal, clock, emit, drain, stop } = request;
  const resume = resumeFrom(journal.records());
  const execution = openExecution({
    plan,
    port,
    declaration,
    journal,
    clock,
    emit,
    drain,
    stop,
    resume,
    terms: runTerms(request.terms ?? {}, declaration.run),
  });
  try {
    if (plan.blocked.length > 0) return nothingDone(plan, plan.blocked);
    if (isEmptyPlan(plan) && !hasWork(execution, plan.moves) && resume.interrupted === null)
      return nothingDone(plan, []);
    if (!(await execution.record({ kind: "run-started", cluster: plan.cluster, basis: plan.basis }))) {
      return nothingDone(plan, [execution.journalFailure()!]);
    }
    return await announcing(execution, () => run(execution));
  } finally {
    execution.close();
  }
}

/** The result of a run that was refused before it began. */
export function nothingDone(plan: ClusterPlan, diagnostics: readonly Diagnostic[]): ConvergenceResult {
  return {
    ok: !hasErrors(diagnostics),
    interrupted: null,
    tableChanges: plan.tableChanges.map((change) => ({ change, outcome: "not-started" })),
    moves: plan.moves.map(notStarted),
    rows: [],
    diagnostics,
  };
}

async function run(execution: Execution): Promise<ConvergenceResult> {
  const { plan, resume } = execution;
  const resumed = resume.interrupted !== null || resume.unfinished.size > 0;
  execution.emit({
    code: "RUN_STARTED",
    cluster: plan.cluster,
    tableChanges: plan.tableChanges.length,
    moves: plan.moves.length,
    resumed,
  });
  const before = await countAllBefore(execution);
  const changes = await applyTableChanges(execution, before.untouchable);
  const created = await planCreatedTables(execution, changes.unfinished);
  const allMoves = [...plan.moves, ...created.moves];
  const movable = allMoves.filter((move) => !changes.unfinished.has(tableKey(move.table)));
  const checks: TableChecks = { before: byTable(before.counted), after: new Map() };
  const moved = hasWork(execution, movable) ? await runMoves(execution, movable, checks) : NOTHING_MOVED;
  const ran = moved.results;
  const byRegion = new Map(ran.map((result) => [result.move.region, result]));
  const moves = allMoves.map((move) => resultFor(move, byRegion.get(move.region)));
  const left = ran.filter((result) => result.outcome === "left-running");
  const after = await countAllAfter(execution, before, checks, moves);
  const failure = execution.journalFailure();
  const diagnostics = distinct([
    ...before.diagnostics,
    ...changes.diagnostics,
    ...created.diagnostics,
    ...[...moves, ...left].flatMap((move) => (move.diagnostic === null ? [] : [move.diagnostic])),
    ...moved.diagnostics,
    ...after.diagnostics,
    ...(failure === null ? [] : [failure]),
  ]);
  const checksums = execution.terms.verifyChecksums ? { checksums: after.checksums } : {};
  return finish(execution, { tableChanges: changes.results, moves, rows: after.rows, ...checksums, diagnostics }, after.complete);
}

/** Tells of the signals as soon as they come, whatever the run is at. */
async function announcing<T>({ drain, stop, emit }: Execution, work: () => Promise<T>): Promise<T> {
  const onDrain = (): void => emit({ code: "DRAINING" });
  const onStop = (): void => emit({ code: "STOPPED" });
  const heard = [[drain, onDrain], [stop, onStop]] as const;
  for (const [signal, tell] of heard) if (signal.aborted) tell();
  for (const [signal, tell] of heard) signal.addEventListener("abort", tell);
  try {
    return await work();
  } finally {
    for (const [signal, tell] of heard) signal.removeEventListener("abort", tell);
  }
}

const NOTHING_MOVED: MovesOutcome = { results: [], diagnostics: [] };

async function finish(
  execution: Execution,
  parts: {
    readonly tableChanges: readonly TableChangeResult[];
    readonly moves: readonly MoveResult[];
    readonly rows: readonly RowsResult[];
    readonly checksums?: readonly ChecksumResult[];
    readonly diagnostics: readonly Diagnostic[];
  },
  verified: boolean,
): Promise<ConvergenceResult> {
  const interrupted = execution.stop.aborted ? "stop" : execution.drain.aborted ? "drain" : null;
  const complete =
    verified &&
    parts.tableChanges.every((change) => change.outcome === "done") &&
    parts.moves.every((move) => move.outcome === "done" || move.outcome === "already-there");
  const ok = complete && !hasErrors(parts.diagnostics);
  await execution.record({ kind: "run-ended", outcome: outcomeOf(ok, interrupted, parts.moves) });
  execution.emit({ code: "RUN_ENDED", ok, interrupted });
  return { ok, interrupted: ok ? null : interrupted, ...parts };
}

function outcomeOf(ok: boolean, interrupted: "drain" | "stop" | null, moves: readonly MoveResult[]): RunOutcome {
  if (ok) return "finished";
  return interrupted !== null || moves.some((move) => move.outcome === "left-running") ? "interrupted" : "failed";
}

interface CountedTables {
  readonly counted: readonly RowsBefore[];
  readonly checksums: readonly ChecksumBefore[];
  /** Tables whose rows could not be counted and that must not be touched. By table key. */
  readonly untouchable: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Rows and, on request, checksums of every table that the plan touches and that exists already. */
async function countAllBefore(execution: Execution): Promise<CountedTables> {
  const tables = touchedTables(execution);
  const rows = execution.terms.verifyRows === "off" ? UNCOUNTED : await countTables(execution, tables);
  const checksums = await checksumsBefore(
    execution,
    tables
      .filter((table) => !rows.untouchable.has(tableKey(table)))
      .map((table) => ({ table, since: sinceOf(rows.counted, table) })),
  );
  return { ...rows, checksums: checksums.taken, diagnostics: [...rows.diagnostics, ...checksums.diagnostics] };
}

type CountedRows = Omit<CountedTables, "checksums">;

const UNCOUNTED: CountedRows = { counted: [], untouchable: new Set(), diagnostics: [] };

async function countTables(execution: Execution, tables: readonly TableName[]): Promise<CountedRows> {
  const counted: RowsBefore[] = [];
  const untouchable = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const sizes = tables.length === 0 ? new Map<string, bigint>() : await readTableSizes(execution);
  for (const table of tables) {
    if (execution.drain.aborted || execution.stop.aborted) untouchable.add(tableKey(table));
    else {
      const result = await countBefore(execution, table, sizes);
      if (result.kind === "counted") counted.push(result.before);
      else if (execution.stop.aborted) untouchable.add(tableKey(table));
      else if (lossIsAccepted(execution, table)) diagnostics.push({ ...result.diagnostic, severity: "warning" });
      else {
        untouchable.add(tableKey(table));
        diagnostics.push(result.diagnostic);
      }
    }
  }
  return { counted, untouchable, diagnostics };
}

function touchedTables(execution: Execution): readonly TableName[] {
  const { plan, resume } = execution;
  const fresh = (table: TableName): boolean =>
    plan.tableChanges.some(
      (change) => sameTable(change.table, table) && (change.kind === "create-table" || change.kind === "drop-table"),
    );
  const touched = [
    ...plan.tableChanges.map((change) => change.table),
    ...plan.moves.map((move) => move.table),
    ...plan.placeAfterCreate.map((place) => place.table),
    ...[...(resume.interrupted?.rowsBefore.values() ?? [])].map((record) => record.table),
    ...[...resume.unfinished.values()].map((record) => record.table),
  ];
  const unique = new Map(touched.map(({ database, name }) => [tableKey({ database, name }), { database, name }]));
  return [...unique.values()].filter((table) => !fresh(table)).sort(compareTables);
}

/** All its moves leave datanodes whose loss is accepted: then a table that cannot be read may be moved all the same. */
function lossIsAccepted({ plan, declaration }: Execution, table: TableName): boolean {
  const moves = plan.moves.filter((move) => sameTable(move.table, table));
  const { acceptDataLossOf } = termsOf(table, declaration.placements, plan.settings);
  return moves.length > 0 && moves.some((move) => acceptDataLossOf.includes(move.from));
}

interface AfterCounts {
  readonly rows: readonly RowsResult[];
  readonly checksums: readonly ChecksumResult[];
  readonly diagnostics: readonly Diagnostic[];
  /** Everything was compared that was to be; a stopped run leaves the rest to the next one. */
  readonly complete: boolean;
}

/** Rows of every table that was counted before: what was found when its last move was over, else counted now. */
async function countAllAfter(
  execution: Execution,
  before: CountedTables,
  checks: TableChecks,
  moves: readonly MoveResult[],
): Promise<AfterCounts> {
  const rows: RowsResult[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const table of before.counted) {
    const result = checks.after.get(tableKey(table.table)) ?? (await countUnlessStopped(execution, table, hasOtherRegions(moves, table.table)));
    if (result === null) continue;
    rows.push(result.rows);
    diagnostics.push(...result.diagnostics);
  }
  const checksums = await checksumsAfter(execution, before.checksums);
  return {
    rows,
    checksums: checksums.results,
    diagnostics: [...diagnostics, ...checksums.diagnostics],
    complete: rows.length === before.counted.length && checksums.results.length === before.checksums.length,
  };
}

async function countUnlessStopped(execution: Execution, before: RowsBefore, otherRegions: boolean): Promise<CountedAfter | null> {
  if (execution.stop.aborted) return null;
  const counted = await countAfter(execution, before, otherRegions);
  return counted.rows.after === null && execution.stop.aborted ? null : counted;
}

function sinceOf(counted: readonly RowsBefore[], table: TableName): number | null {
  return counted.find((before) => sameTable(before.table, table))?.since ?? null;
}

function byTable(counted: readonly RowsBefore[]): ReadonlyMap<string, RowsBefore> {
  return new Map(counted.map((before) => [tableKey(before.table), before]));
}

/**
 * What became of a planned move. One that was held back may have been moved, or be moving, by an earlier run's doing;
 * without that, and without a reason of its own, nothing was done.
 */
function resultFor(move: Move, ran: MoveResult | undefined): MoveResult {
  if (ran === undefined || ran.move.to !== move.to) return notStarted(move);
  return ran.outcome === "failed" && ran.diagnostic === null ? notStarted(move) : { ...ran, move };
}

function notStarted(move: Move): MoveResult {
  return { move, outcome: "not-started", procedure: null, durationMs: null, diagnostic: null };
}

/** One cause can stop many moves: it is told once. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map(
    diagnostics.map((item) => [`${item.code}\n${item.address ?? ""}\n${item.summary}\n${item.detail}`, item]),
  );
  return [...seen.values()];
}
