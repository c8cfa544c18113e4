import { executePlan } from "../src/convergence/execute-plan";
import { memoryJournal } from "../src/convergence/journal/journal-memory";
import { virtualClock, type VirtualClock } from "../src/devcluster/clock";
import { createClusterModel, type ClusterModelImpl } from "../src/devcluster/greptimedb/model/cluster-model";
import type { ColumnSchema } from "../src/devcluster/greptimedb/model/types";
import { greptimePort } from "../src/engines/greptimedb/execute";
import { planCluster } from "../src/planning/plan-cluster";
import { datanodeId, type DatanodeId } from "../src/topology/ids";
import type { GreptimeClusterDeclaration, MoveLimits } from "../src/topology/manifest";
import { ModelFrontend } from "../test/simulation/model-session";
import { Process, processClock } from "../test/simulation/process";

/** A datanode with many regions on storage that serves a few operations at a time, as observed with a slow S3 service. */
export interface DrainCase {
  readonly regions: number;
  readonly datanodes: number;
  /** Milliseconds of one storage operation; a move takes four. */
  readonly operationMs: number;
  /** Operations served at a time. */
  readonly parallel: number;
}

export const SLOW_DRAIN: DrainCase = { regions: 200, datanodes: 5, operationMs: 350, parallel: 2 };

/** How a drain went, in the cluster's time. */
export interface DrainReport {
  /** Until the last region was moved or given up. */
  readonly ms: number;
  readonly moved: number;
  readonly regions: number;
  /** The longest that metasrv heard nothing of a datanode: beyond 10 s its leases are over. */
  readonly longestSilenceMs: number;
  /** The most moves that ran at the same time. */
  readonly mostAtOnce: number;
}

const LEASE_MS = 10_000;

/** Whether a lease ran out. */
export function leaseExpired({ longestSilenceMs }: DrainReport): boolean {
  return longestSilenceMs > LEASE_MS;
}

/** The drain as the product does it, under these limits. */
export async function drainWithin(limits: MoveLimits, drain: DrainCase = SLOW_DRAIN): Promise<DrainReport> {
  const bench = await prepare(drain);
  const { time, model } = bench;
  const process = new Process();
  const clock = processClock(time, process, () => 0);
  const observer = {
    onSubmit: () => ({ accepted: () => undefined, refused: () => undefined, lost: () => undefined }),
    onCount: () => undefined,
  };
  const frontend = new ModelFrontend(model, time, () => 2, observer);
  const port = greptimePort(frontend.open(process), { delay: (ms) => clock.sleep(ms) });
  const declaration = declarationOf(drain, limits);
  const observed = await time.until(port.inspect({ definitions: [] }), 100);
  const plan = planCluster({ cluster: declaration, observed, tableChanges: [] });
  const never = new AbortController().signal;
  return measured(bench, drain, () =>
    executePlan({
      plan,
      declaration,
      port,
      clock,
      journal: memoryJournal(),
      emit: () => undefined,
      drain: never,
      stop: never,
      terms: { verifyRows: "off" },
    }),
  );
}

/** The drain with a fixed number of moves in flight, whatever the cluster says; a failed one is sent again twice. */
export async function drainAtOnce(inFlight: number, drain: DrainCase = SLOW_DRAIN): Promise<DrainReport> {
  const bench = await prepare(drain);
  const { time, model } = bench;
  return measured(bench, drain, async () => {
    const waiting = model
      .routes()
      .flatMap(({ regionId, regionNumber }) => [{ regionId, to: targetOf(drain, regionNumber), attempts: 0 }]);
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => void time.after(ms, resolve));
    const worker = async (): Promise<void> => {
      for (let move = waiting.shift(); move !== undefined; move = waiting.shift()) {
        if (!(await moveOnce(model, move.regionId, move.to, sleep)) && move.attempts < 2)
          waiting.push({ ...move, attempts: move.attempts + 1 });
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
  });
}

/** Submits and waits for the end, at most ten minutes. */
async function moveOnce(
  model: ClusterModelImpl,
  region: bigint,
  to: bigint,
  sleep: (ms: number) => Promise<void>,
): Promise<boolean> {
  try {
    const id = await model.migrateRegion(region, 0n, to, 60);
    for (let seconds = 0; seconds < 600; seconds += 1) {
      await sleep(1_000);
      const { status } = await model.procedure(id);
      if (status === "Done" || status === "Failed") return status === "Done";
    }
  } catch {
    await sleep(1_000);
  }
  return false;
}

interface Bench {
  readonly time: VirtualClock;
  readonly model: ClusterModelImpl;
}

async function prepare(drain: DrainCase): Promise<Bench> {
  const time = virtualClock();
  const { operationMs, parallel } = drain;
  const model = createClusterModel({
    version: "1.1.4",
    clock: time,
    datanodes: drain.datanodes,
    slowStorage: { operationMs, parallel },
    eventRecorder: false,
  });
  const rules = Array.from({ length: drain.regions }, (_, number) => ({
    text: `host = ${number}`,
    expression: number,
  }));
  const schema = {
    database: "public",
    name: "many",
    engine: "mito",
    columns: COLUMNS,
    primaryKey: ["host"],
    timeIndex: "ts",
    partitionColumns: ["host"],
    rules,
    options: {},
    comment: null,
  };
  await time.until(model.createTable(schema), 100);
  for (const { regionId } of model.routes()) model.faults.moveBehindYourBack(regionId, 0n);
  await time.advance(10_000);
  return { time, model };
}

async function measured(bench: Bench, drain: DrainCase, work: () => Promise<unknown>): Promise<DrainReport> {
  const { time, model } = bench;
  const began = time.now();
  let longestSilenceMs = 0;
  let mostAtOnce = 0;
  let over = false;
  const watch = (): void => {
    for (const { heardMs } of model.admin.leases()) longestSilenceMs = Math.max(longestSilenceMs, time.now() - heardMs);
    void model.procedures().then((all) => {
      mostAtOnce = Math.max(
        mostAtOnce,
        all.filter(({ type, endedAtMs }) => type.endsWith("RegionMigration") && endedAtMs === 0).length,
      );
    });
    if (!over) time.after(250, watch, true);
  };
  watch();
  await time.until(work(), 100, 6 * 3_600_000);
  over = true;
  const ms = time.now() - began;
  const moved = model
    .routes()
    .filter(
      ({ leader, regionNumber, status }) => leader === targetOf(drain, regionNumber) && status === "ALIVE",
    ).length;
  model.close();
  return { ms, moved, regions: drain.regions, longestSilenceMs, mostAtOnce };
}

function targetOf(drain: DrainCase, region: number): bigint {
  return BigInt(1 + (region % (drain.datanodes - 1)));
}

function declarationOf(drain: DrainCase, limits: MoveLimits): GreptimeClusterDeclaration {
  const pins = Object.fromEntries(
    Array.from({ length: drain.regions }, (_, number) => [`host = ${number}`, datanodeId(targetOf(drain, number))]),
  );
  return {
    engine: "greptimedb",
    name: "drained",
    connection: {},
    sharedStorage: { kind: "s3", bucket: "regions" },
    tables: [],
    placements: [
      {
        name: "many",
        database: "public",
        table: "many",
        strategy: "pinned",
        pins: pins as Record<string, DatanodeId>,
        replayTimeoutSeconds: 60,
        limits,
        acceptDataLossOf: [],
      },
    ],
  };
}

const column = (name: string, type: string, semantic: ColumnSchema["semantic"]): ColumnSchema => ({
  name,
  type,
  semantic,
  nullable: semantic !== "TIMESTAMP",
  defaultSql: null,
  comment: null,
  indexes: [],
});

const COLUMNS = [column("host", "STRING", "TAG"), column("ts", "TIMESTAMP(3)", "TIMESTAMP")];
