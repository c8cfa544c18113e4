import { executePlan, type ExecuteRequest } from "../../src/convergence/execute-plan";
import type { ConvergenceEvent } from "../../src/convergence/events";
import type { Journal } from "../../src/convergence/journal/journal";
import { memoryJournal } from "../../src/convergence/journal/journal-memory";
import { resumeFrom, underWay } from "../../src/convergence/journal/resume";
import type { ConvergenceResult } from "../../src/convergence/result";
import { planCluster } from "../../src/planning/plan-cluster";
import type { ClusterPlan } from "../../src/planning/plan";
import { datanodeId, type DatanodeId } from "../../src/topology/ids";
import { DEFAULT_LIMITS, type GreptimeClusterDeclaration, type MoveLimits } from "../../src/topology/manifest";
import { FakeCluster } from "./fake-cluster";
import { VirtualClock } from "./virtual-clock";

export interface DeclareOptions {
  readonly limits?: MoveLimits;
  readonly acceptDataLossOf?: readonly number[];
  readonly replayTimeoutSeconds?: number;
}

/** A declaration that pins partition number n of each table to the n-th datanode given. */
export function declare(
  tables: Readonly<Record<string, readonly number[]>>,
  options: DeclareOptions = {},
): GreptimeClusterDeclaration {
  return {
    engine: "greptimedb",
    name: "metrics",
    connection: {},
    sharedStorage: { kind: "s3", bucket: "regions" },
    tables: [],
    placements: Object.entries(tables).map(([table, targets]) => ({
      name: table,
      database: "public",
      table,
      strategy: "pinned" as const,
      pins: Object.fromEntries(
        targets.map((target, number) => [targets.length === 1 ? "*" : `a = ${number}`, datanodeId(target)]),
      ) as Record<string, DatanodeId>,
      replayTimeoutSeconds: options.replayTimeoutSeconds ?? 300,
      limits: options.limits ?? DEFAULT_LIMITS,
      acceptDataLossOf: (options.acceptDataLossOf ?? []).map((id) => datanodeId(id)),
    })),
  };
}

export function planOf(
  cluster: FakeCluster,
  declaration: GreptimeClusterDeclaration,
  journal: Journal = memoryJournal(),
): ClusterPlan {
  return planCluster({
    cluster: declaration,
    observed: cluster.observe(),
    tableChanges: [],
    adoptable: underWay(resumeFrom(journal.records())),
  });
}

export interface World {
  readonly clock: VirtualClock;
  readonly cluster: FakeCluster;
  readonly journal: Journal;
  readonly events: ConvergenceEvent[];
  readonly drain: AbortController;
  readonly stop: AbortController;
  run(plan: ClusterPlan, declaration: GreptimeClusterDeclaration, more?: Partial<ExecuteRequest>): Promise<ConvergenceResult>;
}

export function world(datanodes = 3, journal: Journal = memoryJournal()): World {
  const clock = new VirtualClock();
  const cluster = new FakeCluster(clock, datanodes);
  const events: ConvergenceEvent[] = [];
  const drain = new AbortController();
  const stop = new AbortController();
  return {
    clock,
    cluster,
    journal,
    events,
    drain,
    stop,
    run: (plan, declaration, more = {}) =>
      clock.run(
        executePlan({
          plan,
          declaration,
          port: cluster.port,
          journal,
          clock,
          emit: (event) => void events.push(event),
          drain: drain.signal,
          stop: stop.signal,
          ...more,
        }),
      ),
  };
}

export function outcomes(result: ConvergenceResult): readonly string[] {
  return result.moves.map((move) => move.outcome);
}

export function codes(result: ConvergenceResult): readonly string[] {
  return result.diagnostics.map((diagnostic) => diagnostic.code);
}
