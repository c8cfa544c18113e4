import { ServerError, type Row, type TableMeta } from "../../src/devcluster/greptimedb/model/types";
import type { ClusterPlan } from "../../src/planning/plan";
import type { ConvergenceResult } from "../../src/convergence/result";
import { hasErrors } from "../../src/topology/diagnostic";
import { capabilitiesOf } from "../../src/engines/greptimedb/version";
import { createdTables, whatIsUneven } from "./created-tables";
import {
  declarationNow,
  leadersNow,
  ownIds,
  procedureSpans,
  regionOf,
  tableName,
  type Machine,
  type ProcedureSpan,
  type RunRecord,
  type Submission,
  type World,
} from "./world";

/*
 * What the product promises about safety, checked against what the cluster has seen. The numbers are those of the README.
 */

/** Facts that a submission rests on may be this old: two heartbeats, a flush of two seconds, and some statements. */
const STALEST_HEARTBEAT_MS = 6_000 + 2_600;
/** Somebody else's procedure that has been at work for longer than this was there to be seen. */
const VISIBLE_MS = 3_000;
/** How often one run may send the same move and hear that the server has it. */
const MOST_SUBMISSIONS = 3;
/** A submission that was being prepared when the run was told to drain. */
const SIGNAL_MS = 150;

/** When a run has ended: its result against the cluster at that very moment. */
export function checkResult(world: World, run: RunRecord, plan: ClusterPlan, result: ConvergenceResult): void {
  const violate = (text: string): void => world.violate(`(truth) run ${run.number}: ${text}`);
  const leaders = leadersNow(world);
  const own = ownIds(world, run.machine);
  const moving = new Map(
    procedureSpans(world)
      .filter((span) => span.endedAt === null && own.has(span.id))
      .map((span) => [span.region, span]),
  );
  if (result.ok && hasErrors(result.diagnostics)) violate("ok with errors");
  if (result.ok && result.interrupted !== null) violate("ok and interrupted");
  if (!result.ok && result.interrupted === null && !hasErrors(result.diagnostics))
    violate("not ok and no reason given");
  if (result.moves.length < plan.moves.length) violate("a move has no result");
  for (const { move, outcome, diagnostic } of result.moves) {
    const leader = leaders.get(move.region);
    const there = outcome === "done" || outcome === "already-there";
    if (result.ok && !there) violate(`ok although ${move.region} is ${outcome}`);
    if (there && leaders.size > 0 && leader !== move.to && !touchedSince(world, move.region, run.startedAt)) {
      violate(`${move.region} is ${outcome} on ${move.to} and led by ${leader}`);
    }
    if (outcome === "failed" && diagnostic === null) violate(`${move.region} failed without a reason`);
    const span = moving.get(move.region);
    const live = span !== undefined && tableExists(world, move.region) && span.undoneAt === null;
    if (live && (outcome === "failed" || outcome === "not-started"))
      violate(`${move.region} is ${outcome} while our ${span.id.slice(0, 8)} moves it`);
  }
  if (result.ok && leaders.size > 0) {
    checkPins(world, run.startedAt, violate);
    checkCreated(world, run.startedAt, violate);
  }
  for (const { table, method, before, after } of result.rows) {
    if (method !== "exact") continue;
    const counted = run.counts.get(`${table.database}.${table.name}`);
    if (after !== null && counted !== undefined && after !== BigInt(counted.last))
      violate(`${table.name}: ${after} rows reported, ${counted.last} counted`);
    if (result.ok && after !== null && after < before) violate(`${table.name}: ok with ${after} rows of ${before}`);
  }
}

function checkPins(world: World, since: number, violate: (text: string) => void): void {
  for (const [region, target] of wantedLeaders(world)) {
    const leader = leadersNow(world).get(region);
    if (leader !== target && !touchedSince(world, region, since))
      violate(`converged, and ${region} is led by ${leader} instead of ${target}`);
  }
}

function checkCreated(world: World, since: number, violate: (text: string) => void): void {
  const uneven = whatIsUneven(world);
  const own = new Set(createdTables(world.schedule).map(({ name }) => world.model.table("public", name)?.tableId));
  const touched = [...leadersNow(world).keys()].some((region) => own.has(Number(region >> 32n)) && touchedSince(world, region, since));
  if (uneven !== null && !touched) violate(`converged, and of the created tables ${uneven}`);
}

/** Where every region that is still declared shall be led. */
export function wantedLeaders(world: World): ReadonlyMap<bigint, bigint> {
  const declared = new Set(declarationNow(world).placements.map((placement) => placement.table));
  const wanted = new Map<bigint, bigint>();
  for (const [index, { targets }] of world.schedule.tables.entries()) {
    const meta = world.tables[index]!;
    if (!declared.has(tableName(index))) continue;
    for (const [number, target] of targets.entries()) wanted.set(regionOf(meta, number), BigInt(target));
  }
  return wanted;
}

/** When all is over: everything that the runs did, and what the cluster is like. */
export async function checkAtTheEnd(world: World): Promise<void> {
  for (const submission of world.submissions) checkSubmission(world, submission);
  for (const machine of new Set(world.runs.map((run) => run.machine))) checkLimits(world, machine);
  checkRepetition(world);
  for (const [region, target] of wantedLeaders(world)) {
    const leader = leadersNow(world).get(region);
    if (leader !== target) world.violate(`(4) at the end ${region} is led by ${leader} instead of ${target}`);
  }
  const uneven = whatIsUneven(world);
  if (uneven !== null) world.violate(`(4) at the end, of the created tables ${uneven}`);
  await checkRows(world);
}

function checkSubmission(world: World, submission: Submission): void {
  const { run, region, from, to, sentAt } = submission;
  const what = `run ${run.number} at ${sentAt - world.startedAt} ms: ${region} ${from} -> ${to}`;
  const planned =
    (run.plan?.moves.some((move) => move.region === region && move.from === from && move.to === to) ?? false) ||
    (run.plan !== null && isPlacedAfterCreate(world, run.plan, region, to));
  if (!planned) world.violate(`(2) not in the plan: ${what}`);
  const accepted = world.schedule.acceptDataLossOf.includes(Number(from));
  // A metasrv that is down or new has forgotten the heartbeats; it refuses by itself.
  const stale = (silentMs: number | null): boolean =>
    silentMs === null ? submission.acceptedAt !== null : silentMs > STALEST_HEARTBEAT_MS;
  if (stale(submission.targetSilentMs))
    world.violate(`(9, 10) target silent for ${submission.targetSilentMs} ms: ${what}`);
  if (stale(submission.sourceSilentMs) && !accepted)
    world.violate(`(9, 10) source silent for ${submission.sourceSilentMs} ms: ${what}`);
  if ((submission.inMotionForMs ?? 0) > VISIBLE_MS)
    world.violate(`(5) in motion by others for ${submission.inMotionForMs} ms: ${what}`);
  if ((submission.repartitionedForMs ?? 0) > VISIBLE_MS)
    world.violate(`(5) its table is being repartitioned for ${submission.repartitionedForMs} ms: ${what}`);
  if ((submission.ownRunningForMs ?? 0) > VISIBLE_MS)
    world.violate(`(3, 4) our own move has been running for ${submission.ownRunningForMs} ms: ${what}`);
  const signal = Math.min(run.drainedAt ?? Infinity, run.stoppedAt ?? Infinity);
  if (sentAt > signal + SIGNAL_MS) world.violate(`(cancel) submitted ${sentAt - signal} ms after the signal: ${what}`);
}

/** The plan makes its table and places it by a rule that allows the datanode. */
function isPlacedAfterCreate(world: World, plan: ClusterPlan, region: bigint, to: bigint): boolean {
  const table = world.model.tables().find(({ tableId }) => tableId === Number(region >> 32n))?.schema.name;
  return (
    plan.placeAfterCreate.some((place) => place.table.name === table) &&
    plan.rulesAfterCreate.some(({ tables, exclude }) => tables.some(({ name }) => name === table) && !exclude.some((id) => id === to))
  );
}

/** Moves in flight at every moment, by the cluster's own log. */
function checkLimits(world: World, machine: Machine): void {
  const own = ownIds(world, machine);
  const spans = procedureSpans(world).filter((span) => own.has(span.id));
  const { limits } = world.schedule;
  const serial = capabilitiesOf(world.schedule.version).serialPerTable;
  const told = new Set<string>();
  const exceed = (what: string, at: number): void => {
    if (told.has(what)) return;
    told.add(what);
    world.violate(`(3) at ${at - world.startedAt} ms: ${what}`);
  };
  for (const { startedAt: at } of spans) {
    const running = spans.filter((span) => span.startedAt <= at && at < endOf(world, span));
    if (running.length > limits.cluster)
      exceed(`${running.length} moves in the cluster, ${limits.cluster} allowed`, at);
    for (const [peer, count] of counted(running.map((span) => span.from)))
      if (count > limits.outgoing) exceed(`${count} moves away from ${peer}, ${limits.outgoing} allowed`, at);
    for (const [peer, count] of counted(running.map((span) => span.to)))
      if (count > limits.incoming) exceed(`${count} moves to ${peer}, ${limits.incoming} allowed`, at);
    for (const [region, count] of counted(running.map((span) => span.region)))
      if (count > 1) exceed(`${count} moves of region ${region}`, at);
    if (!serial) continue;
    for (const [table, count] of counted(running.map((span) => span.region >> 32n)))
      if (count > 1) exceed(`${count} moves of table ${table}`, at);
  }
}

/** The move of a dropped table ends when it is being undone: the server never finishes it. */
function endOf(world: World, span: ProcedureSpan): number {
  const end = span.endedAt ?? Infinity;
  const gone = world.touches.some(
    ({ what, tableId }) => (what === "dropped" || what === "repartitioned") && tableId === Number(span.region >> 32n),
  );
  return gone ? Math.min(end, span.undoneAt ?? Infinity) : end;
}

function counted(values: readonly bigint[]): ReadonlyMap<bigint, number> {
  const counts = new Map<bigint, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function checkRepetition(world: World): void {
  const spans = new Map(procedureSpans(world).map((span) => [span.id, span]));
  const perRun = new Map<string, number>();
  const done = new Map<bigint, ProcedureSpan>();
  for (const { run, region, to, sentAt, procedure, heard } of world.submissions) {
    const key = `${run.number} ${region}`;
    perRun.set(key, (perRun.get(key) ?? 0) + (procedure === null || !heard ? 0 : 1));
    if (perRun.get(key) === MOST_SUBMISSIONS + 1)
      world.violate(`run ${run.number} submitted ${region} more than ${MOST_SUBMISSIONS} times`);
    const before = done.get(region);
    if (
      before?.endedAt != null &&
      before.to === to &&
      sentAt > before.endedAt + VISIBLE_MS &&
      !touchedSince(world, region, before.startedAt)
    ) {
      world.violate(`(4) run ${run.number} repeats the move of ${region} to ${to} that is done`);
    }
    const span = procedure === null ? undefined : spans.get(procedure);
    if (span?.status === "Done") done.set(region, span);
  }
}

/** Whether anybody but this machine's runs may have changed where the region is since then. */
function touchedSince(world: World, region: bigint, since: number): boolean {
  const tableId = Number(region >> 32n);
  const outside = world.touches.some(
    (touch) =>
      (touch.until ?? Infinity) >= since &&
      touch.tableId === tableId &&
      (touch.region === null ? touch.what !== "altered" : touch.region === region),
  );
  const own = ownIds(world, world.machine);
  const others = procedureSpans(world).some(
    (span) => span.region === region && (span.endedAt ?? Infinity) >= since && !own.has(span.id),
  );
  return outside || others;
}

function tableExists(world: World, region: bigint): boolean {
  return world.model.tables().some((table) => table.tableId === Number(region >> 32n));
}

/** Rows that were there before the first run are there after the last, where nobody but us has moved the region. */
async function checkRows(world: World): Promise<void> {
  for (const meta of world.tables) {
    for (const number of meta.regions) {
      const region = regionOf(meta, number);
      if (touchedSince(world, region, 0) || acceptedLoss(world, region)) continue;
      const rows = await readRegion(world, meta, number);
      const keys = new Set(rows.map((row) => row[0]));
      const lost = (world.initialKeys.get(region) ?? []).filter((key) => !keys.has(key));
      if (lost.length > 0) world.violate(`(9) ${lost.length} rows of ${region} are lost`);
    }
  }
}

/**
 * A target that dies and comes back between the upgrade of its region and the change of the route does not open the region by itself:
 * then the operator starts it once more.
 */
async function readRegion({ model, time, note }: World, meta: TableMeta, number: number): Promise<readonly Row[]> {
  const scan = (): Promise<readonly Row[]> => time.until(model.scan(meta.tableId, number), 50);
  try {
    return await scan();
  } catch (error) {
    const leader = model.routes().find(({ regionId }) => regionId === regionOf(meta, number))?.leader;
    if (!(error instanceof ServerError) || leader === undefined || leader === null) throw error;
    note(`the operator starts datanode ${leader} again: ${error.message}`);
    model.faults.restartDatanode(leader);
    await time.advance(20_000);
    return scan();
  }
}

function acceptedLoss(world: World, region: bigint): boolean {
  return world.submissions.some(
    (submission) => submission.region === region && world.schedule.acceptDataLossOf.includes(Number(submission.from)),
  );
}
