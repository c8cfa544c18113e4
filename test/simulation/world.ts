import { virtualClock, type VirtualClock } from "../../src/devcluster/clock";
import { createClusterModel, type ClusterModelImpl } from "../../src/devcluster/greptimedb/model/cluster-model";
import type { RowOperation, TableMeta, TableSchema } from "../../src/devcluster/greptimedb/model/types";
import { memoryJournal } from "../../src/convergence/journal/journal-memory";
import type { Journal } from "../../src/convergence/journal/journal";
import type { ConvergenceResult } from "../../src/convergence/result";
import type { ClusterPlan } from "../../src/planning/plan";
import { datanodeId, type DatanodeId } from "../../src/topology/ids";
import type { GreptimeClusterDeclaration } from "../../src/topology/manifest";
import type { Schedule } from "./fault-schedule";
import { createdPlacement, createdTables } from "./created-tables";
import { ModelFrontend } from "./model-session";
import type { Process } from "./process";

/** A place from which runs are started: its own lock, its own journal, its own clock. */
export interface Machine {
  readonly name: string;
  readonly journal: Journal;
  /** The process that holds the lock; null when nobody does. */
  holder: Process | null;
  clockOffsetMs: number;
}

/** One run: from the reading of the cluster to the result or the kill. */
export interface RunRecord {
  readonly number: number;
  readonly machine: Machine;
  readonly process: Process;
  readonly startedAt: number;
  readonly drain: AbortController;
  readonly stop: AbortController;
  drainedAt: number | null;
  stoppedAt: number | null;
  plan: ClusterPlan | null;
  result: ConvergenceResult | null;
  endedAt: number | null;
  /** The first and the latest count per table that was answered to it. */
  readonly counts: Map<string, { readonly first: number; readonly last: number }>;
}

/** One attempt to submit a move, as the cluster saw it. */
export interface Submission {
  readonly run: RunRecord;
  readonly region: bigint;
  readonly from: bigint;
  readonly to: bigint;
  readonly sentAt: number;
  /** How long metasrv had not heard of the two when it was sent, or, where it did not know then, accepted; null: never. */
  sourceSilentMs: number | null;
  targetSilentMs: number | null;
  /** For how long somebody else's migration of the region had been running; null: none was. */
  readonly inMotionForMs: number | null;
  /** For how long somebody had been repartitioning its table; null: nobody was. */
  readonly repartitionedForMs: number | null;
  /** For how long a procedure of our own had been moving the region; null: none was. */
  readonly ownRunningForMs: number | null;
  acceptedAt: number | null;
  procedure: string | null;
  /** The process has been told the answer. */
  heard: boolean;
  error: string | null;
}

/** Something that was done to a region by others. */
export interface OutsideTouch {
  readonly region: bigint | null;
  readonly tableId: number;
  readonly at: number;
  /** Until it has ended; null while it lasts. */
  until: number | null;
  readonly what: "moved behind our back" | "foreign migration" | "dropped" | "repartitioned" | "altered";
  readonly procedure: string | null;
}

export interface World {
  readonly schedule: Schedule;
  readonly time: VirtualClock;
  readonly model: ClusterModelImpl;
  readonly frontend: ModelFrontend;
  readonly tables: readonly TableMeta[];
  readonly declaration: GreptimeClusterDeclaration;
  readonly machine: Machine;
  readonly runs: RunRecord[];
  readonly submissions: Submission[];
  readonly touches: OutsideTouch[];
  /** Keys that were written before the first run, by region. */
  readonly initialKeys: ReadonlyMap<bigint, readonly string[]>;
  readonly violations: string[];
  readonly timeline: string[];
  /** When the first run began. */
  startedAt: number;
  note(text: string): void;
  violate(text: string): void;
}

export function newMachine(name: string): Machine {
  return { name, journal: memoryJournal(), holder: null, clockOffsetMs: 0 };
}

/** A cluster with the schedule's tables and rows, before the first run. */
export async function createWorld(schedule: Schedule): Promise<World> {
  const time = virtualClock();
  const model = createClusterModel({
    version: schedule.version,
    clock: time,
    seed: schedule.seed,
    datanodes: schedule.datanodes,
    selector: "round_robin",
    failover: schedule.failover,
    eventRecorder: true,
    migrationMs: schedule.migrationMs,
    durations: { staging: schedule.stagingMs },
    ...(schedule.slowStorageMs === null ? {} : { slowStorage: { operationMs: schedule.slowStorageMs } }),
  });
  const world: World = {
    schedule,
    time,
    model,
    frontend: new ModelFrontend(model, time, () => schedule.latencyMs, {
      onSubmit: (process, region, from, to) => noteSubmission(world, process, region, from, to),
      onCount: (process, table, rows) => {
        const counts = world.runs.find((run) => run.process === process)?.counts;
        counts?.set(table, { first: counts.get(table)?.first ?? rows, last: rows });
      },
    }),
    tables: [],
    declaration: declarationOf(schedule),
    machine: newMachine("here"),
    runs: [],
    submissions: [],
    touches: [],
    initialKeys: new Map(),
    violations: [],
    timeline: [],
    startedAt: 0,
    note: (text) => void world.timeline.push(`${stamp(time.now() - world.startedAt)}  ${text}`),
    violate(text) {
      world.violations.push(text);
      world.note(`VIOLATION ${text}`);
    },
  };
  await fill(world);
  world.startedAt = time.now();
  return world;
}

async function fill(world: World): Promise<void> {
  const { model, time, schedule } = world;
  for (const [index, table] of schedule.tables.entries()) {
    const meta = await time.until(model.createTable(schemaOf(index, table.targets.length)), 50);
    (world.tables as TableMeta[]).push(meta);
    for (const number of meta.regions) {
      const region = regionOf(meta, number);
      const keys = Array.from({ length: table.rows }, (_, row) => `initial ${region} ${row}`);
      (world.initialKeys as Map<bigint, readonly string[]>).set(region, keys);
      const flushed = keys.slice(0, keys.length / 2);
      if (flushed.length > 0) {
        await model.write(meta.tableId, number, flushed.map(put));
        await time.until(model.flushRegion(region), 50);
      }
      if (keys.length > 0) await model.write(meta.tableId, number, keys.slice(flushed.length).map(put));
    }
  }
  // Heartbeats have reported the rows by then.
  await time.advance(4_000);
}

/** A row whose only purpose is to be found again. */
export function put(key: string): RowOperation {
  return { kind: "put", key, row: [key, 1, 1] };
}

export function regionOf(table: TableMeta, number: number): bigint {
  return (BigInt(table.tableId) << 32n) | BigInt(number);
}

/** `+12.345` seconds. */
export function stamp(ms: number): string {
  return `${(ms / 1000).toFixed(3).padStart(9)}s`;
}

function noteSubmission(world: World, process: Process, region: bigint, from: bigint, to: bigint) {
  const { model, time, submissions } = world;
  const now = time.now();
  const silence = (peer: bigint): number | null => {
    const lease = model.admin.leases().find((candidate) => candidate.peerId === peer);
    return lease === undefined ? null : time.now() - lease.heardMs;
  };
  const run = world.runs.find((candidate) => candidate.process === process)!;
  const submission: Submission = {
    run,
    region,
    from,
    to,
    sentAt: now,
    sourceSilentMs: silence(from),
    targetSilentMs: silence(to),
    repartitionedForMs: repartitionedFor(world, Number(region >> 32n), now),
    inMotionForMs: motionByOthers(world, region, now),
    ownRunningForMs: ownMotion(world, run.machine, region, now),
    acceptedAt: null,
    procedure: null,
    heard: true,
    error: null,
  };
  submissions.push(submission);
  return {
    accepted(procedure: string) {
      submission.acceptedAt = time.now();
      submission.procedure = procedure;
      submission.sourceSilentMs ??= silence(from);
      submission.targetSilentMs ??= silence(to);
      world.note(`run ${run.number} submitted ${region} ${from} -> ${to} as ${procedure.slice(0, 8)}`);
    },
    lost: () => void (submission.heard = false),
    refused(error: string) {
      submission.error = error;
      world.note(`run ${run.number} submitted ${region} ${from} -> ${to}: ${error}`);
    },
  };
}

export interface ProcedureSpan {
  readonly id: string;
  readonly region: bigint;
  readonly from: bigint;
  readonly to: bigint;
  readonly trigger: "Manual" | "Failover";
  readonly startedAt: number;
  /** null while it runs. */
  endedAt: number | null;
  status: string;
  /** When the server began to undo it; null when it did not. */
  undoneAt: number | null;
}

/** Every migration that the cluster really started, from its own log. */
export function procedureSpans(world: World): readonly ProcedureSpan[] {
  const spans = new Map<string, ProcedureSpan>();
  for (const { procedureId, regionId, status, atMs, trigger, from, to } of world.model.events()) {
    let span = spans.get(procedureId);
    if (span === undefined) {
      span = {
        id: procedureId,
        region: regionId,
        from: from.peerId,
        to: to.peerId,
        trigger,
        startedAt: atMs,
        endedAt: null,
        status,
        undoneAt: null,
      };
      spans.set(procedureId, span);
    }
    span.status = status;
    if (status === "PrepareRollback" || status === "RollingBack") span.undoneAt ??= atMs;
    if (status === "Done" || status === "Failed" || status === "Poisoned") span.endedAt = atMs;
  }
  return [...spans.values()];
}

/** The procedures that this machine's runs have submitted. */
export function ownIds(world: World, machine: Machine): ReadonlySet<string> {
  return new Set(
    world.submissions.flatMap(({ run, procedure }) =>
      run.machine === machine && procedure !== null ? [procedure] : [],
    ),
  );
}

function ownMotion(world: World, machine: Machine, region: bigint, now: number): number | null {
  const own = ownIds(world, machine);
  const span = procedureSpans(world).find(
    (candidate) => candidate.region === region && candidate.endedAt === null && own.has(candidate.id),
  );
  return span === undefined ? null : now - span.startedAt;
}

/** Some of its regions are STAGING, and somebody has wanted that for a while. */
function repartitionedFor({ model, touches }: World, tableId: number, now: number): number | null {
  if (!model.admin.metasrvUp()) return null;
  const touch = touches.find((each) => each.what === "repartitioned" && each.tableId === tableId && each.until === null);
  const staging = model.routes().some((route) => route.tableId === tableId && route.status === "STAGING");
  return touch === undefined || !staging ? null : now - touch.at;
}

function motionByOthers(world: World, region: bigint, now: number): number | null {
  const own = new Set(world.submissions.flatMap(({ procedure }) => procedure ?? []));
  const span = procedureSpans(world).find(
    (candidate) => candidate.region === region && candidate.endedAt === null && !own.has(candidate.id),
  );
  return span === undefined ? null : now - span.startedAt;
}

/** The leaders that metasrv would name now, by region. */
export function leadersNow(world: World): ReadonlyMap<bigint, bigint | null> {
  try {
    return new Map(world.model.routes().map(({ regionId, leader }) => [regionId, leader]));
  } catch {
    return new Map();
  }
}

/** Without the tables that others have dropped or repartitioned: the user has taken note. */
export function declarationNow(world: World): GreptimeClusterDeclaration {
  const gone = new Set(
    world.touches.flatMap(({ what, tableId }) =>
      what === "dropped" || what === "repartitioned"
        ? [world.tables.findIndex((table) => table.tableId === tableId)]
        : [],
    ),
  );
  return { ...world.declaration, placements: world.declaration.placements.filter((_, index) => !gone.has(index)) };
}

export function tableName(index: number): string {
  return `t${index}`;
}

function schemaOf(index: number, regions: number): TableSchema {
  return {
    database: "public",
    name: tableName(index),
    engine: "mito",
    columns: [
      { name: "host", type: "STRING", nullable: true, semantic: "TAG", defaultSql: null, comment: null, indexes: [] },
      { name: "v", type: "DOUBLE", nullable: true, semantic: "FIELD", defaultSql: null, comment: null, indexes: [] },
      {
        name: "ts",
        type: "TIMESTAMP(3)",
        nullable: false,
        semantic: "TIMESTAMP",
        defaultSql: null,
        comment: null,
        indexes: [],
      },
    ],
    primaryKey: ["host"],
    timeIndex: "ts",
    partitionColumns: regions > 1 ? ["host"] : [],
    rules:
      regions > 1
        ? Array.from({ length: regions }, (_, rule) => ({ text: `host = ${rule}`, expression: rule }))
        : [null],
    options: {},
    comment: null,
  };
}

function declarationOf(schedule: Schedule): GreptimeClusterDeclaration {
  return {
    engine: "greptimedb",
    name: "simulated",
    connection: {},
    sharedStorage: { kind: "s3", bucket: "regions" },
    datanodes: Array.from({ length: schedule.datanodes }, (_, id) => ({ id: datanodeId(id) })),
    tables: createdTables(schedule),
    placements: [...schedule.tables.map(({ targets }, index) => ({
      name: tableName(index),
      database: "public",
      table: tableName(index),
      strategy: "pinned" as const,
      pins: Object.fromEntries(
        targets.map((target, rule) => [targets.length === 1 ? "*" : `host = ${rule}`, datanodeId(target)]),
      ) as Record<string, DatanodeId>,
      replayTimeoutSeconds: schedule.replayTimeoutSeconds,
      limits: schedule.limits,
      acceptDataLossOf: schedule.acceptDataLossOf.map((id) => datanodeId(id)),
    })), ...createdPlacement(schedule, schedule.limits)],
  };
}
