import type { Catalog } from "./catalog";
import { closeRegion, flushRegion, openRegion } from "./datanode";
import type { Datanode } from "./datanode";
import { catalogLock, regionLock, schemaLock, tableLock } from "./locks";
import type { LockKey } from "./locks";
import * as messages from "./messages";
import type { Metasrv } from "./metasrv";
import type { ObjectStore } from "./object-store";
import type { Durations, Settings } from "./options";
import { DONE, NEXT, isFinal } from "./procedure";
import type { ProcedureBody, StepContext, StepOutcome } from "./procedure";
import type { Random } from "./random";
import { tableIdOf } from "./region-id";
import type { ProcedureStatus, ServerError } from "./types";

export type MigrationTrigger = "Manual" | "Failover";

export interface MigrationTask {
  readonly regionId: bigint;
  readonly from: Datanode;
  readonly to: Datanode;
  readonly timeoutMs: number;
  readonly trigger: MigrationTrigger;
}

/** What a migration works with. */
export interface MigrationWorld {
  readonly settings: Settings;
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly metasrv: Metasrv;
  readonly random: Random;
  onChange(task: MigrationTask, id: string, status: ProcedureStatus, error: ServerError | undefined): void;
  /** The region is free for another migration. */
  onEnd(task: MigrationTask): void;
}

/** An unreachable source is asked again this often. */
const RETRY_MS = 500;

type Step = "start" | "open" | "flush" | "mark" | "downgrade" | "upgrade" | "switch" | "close";

/** The procedure that moves one region; its steps, their order and what fails them are those of the server. */
export function migrationBody(world: MigrationWorld, task: MigrationTask): ProcedureBody {
  const { settings, catalog, store, metasrv } = world;
  const { traits, clock } = settings;
  const durations = stretched(settings.durations, 1 + settings.jitter * (world.random.below(1_000) / 1_000));
  const { regionId, from, to } = task;
  const tableId = tableIdOf(regionId);
  let step: Step = "start";
  /** What is left of the client's timeout; opening does not use it up, flushing, downgrading and upgrading do. */
  let budgetMs = task.timeoutMs;

  const failed = (error: ServerError): StepOutcome => ({ kind: "failed", error });
  const go = (next: Step): StepOutcome => {
    step = next;
    return NEXT;
  };
  const spend = async <T>(work: () => Promise<T>): Promise<T> => {
    const since = clock.now();
    const result = await work();
    budgetMs -= clock.now() - since;
    return result;
  };
  const missing = (): ServerError | undefined => (catalog.entry(tableId) === undefined ? messages.routeNotFound(tableId) : undefined);

  const steps: Record<Step, (context: StepContext) => Promise<StepOutcome>> = {
    async start(context) {
      await context.sleep(durations.start);
      const gone = missing();
      if (gone !== undefined) return failed(gone);
      const route = catalog.route(regionId);
      if (route === undefined) return failed(messages.routeNotFound(regionId));
      if (route.leader === to.peerId && route.status !== "DOWNGRADING") return DONE;
      if (route.leader !== from.peerId) return failed(messages.migrationAborted(`Invalid region leader peer: ${route.leader ?? "None"}`));
      return go("open");
    },

    async open(context) {
      const timeoutMs = traits.openTimeout === "budget" ? Math.max(budgetMs / 2, settings.leaseMs) : traits.openTimeout;
      const since = clock.now();
      const outcome = await context.outlive(metasrv.send(to, durations.open, timeoutMs, () => openCandidate(), true));
      switch (outcome.kind) {
        case "no pusher":
          return failed(messages.pusherNotFound(to.peerId));
        case "closed":
          return failed(messages.mailboxClosed(to.peerId));
        case "timeout":
          return { kind: "retry", error: messages.openTimedOut(regionId, to.peerId, to.address, outcome.elapsedMs) };
        case "reply":
          if (!outcome.value) return { kind: "retry", error: messages.notOpened(regionId, to.peerId, to.address, clock.now() - since) };
          return go(traits.flushBeforeDowngrade ? "flush" : "mark");
      }
    },

    async flush(context) {
      const gone = missing();
      if (gone !== undefined) return failed(gone);
      if (budgetMs <= 0) return failed(messages.exceededDeadline("Flush regions"));
      const outcome = await spend(() => context.outlive(metasrv.send(from, durations.flush, budgetMs, () => flushLeader(), true)));
      // A source that cannot be reached is met again in the downgrade.
      return outcome.kind === "timeout" ? failed(messages.exceededDeadline("Flush regions")) : go("mark");
    },

    async mark(context) {
      await context.sleep(durations.metadata);
      const gone = missing();
      if (gone !== undefined) return failed(gone);
      const route = catalog.route(regionId);
      if (route === undefined) return failed(messages.routeNotFound(regionId));
      route.status = "DOWNGRADING";
      route.downSinceMs = clock.now();
      catalog.changeQuietly();
      return go("downgrade");
    },

    async downgrade(context) {
      for (;;) {
        if (budgetMs <= 0) return failed(messages.exceededDeadline("Downgrade region"));
        const outcome = await spend(() => context.outlive(metasrv.send(from, durations.downgrade, budgetMs, () => flushDowngraded(), true)));
        if (outcome.kind === "timeout") return failed(messages.exceededDeadline("Downgrade region"));
        if (outcome.kind === "reply") return go("upgrade");
        // Nobody answers: the source may still take writes until its lease ends.
        const heard = metasrv.lastHeartbeat(from.peerId) ?? metasrv.startedAtMs();
        const leftMs = heard + settings.leaseMs - clock.now();
        if (leftMs <= 0) return go("upgrade");
        await context.sleep(Math.min(RETRY_MS, leftMs));
      }
    },

    async upgrade(context) {
      const gone = missing();
      if (gone !== undefined) return failed(gone);
      const outcome = await spend(() => context.outlive(metasrv.send(to, durations.upgrade, Math.max(budgetMs, durations.upgrade + 1), () => upgradeCandidate(), true)));
      return outcome.kind === "reply" && outcome.value ? go("switch") : failed(messages.migrationAborted("Failed to upgrade the candidate region."));
    },

    async switch(context) {
      await context.sleep(durations.metadata);
      const gone = missing();
      if (gone !== undefined) return failed(gone);
      const route = catalog.route(regionId);
      if (route === undefined) return failed(messages.routeNotFound(regionId));
      route.leader = to.peerId;
      route.status = "ALIVE";
      route.downSinceMs = null;
      catalog.changeQuietly();
      clock.after(durations.invalidate, () => catalog.invalidate(tableId));
      return go("close");
    },

    async close(context) {
      const told = clock.now() + durations.invalidate;
      const replica = from.regions.get(regionId);
      if (replica !== undefined) replica.role = "follower";
      const outcome = await context.outlive(metasrv.send(from, durations.close, settings.leaseMs, () => closeIfMoved()));
      if (outcome.kind !== "reply" || clock.now() < told) await context.sleep(Math.max(0, told - clock.now()));
      return DONE;
    },
  };

  /** False when the target could not read the region's files. */
  const openCandidate = (): boolean => {
    if (traits.requiresObjectStorage && !settings.sharedStorage) return false;
    if (catalog.route(regionId)?.leader === to.peerId) return true;
    // What the node may still have of an earlier time as leader is not replayed.
    closeRegion(to, regionId);
    openRegion(to, regionId, "candidate");
    return true;
  };

  /** A datanode that wakes up when the region has moved on must not add its old rows to the shared files. */
  const flushLeader = (): void => {
    if (catalog.route(regionId)?.leader === from.peerId) flushRegion(from, store, regionId);
  };

  const flushDowngraded = (): void => {
    const replica = from.regions.get(regionId);
    const route = catalog.route(regionId);
    if (replica === undefined || route?.leader !== from.peerId || route.status !== "DOWNGRADING") return;
    replica.role = "downgrading";
    if (traits.flushOnDowngrade) flushLeader();
  };

  const upgradeCandidate = (): boolean => {
    const route = catalog.route(regionId);
    if (route?.status !== "DOWNGRADING" || route.leader !== from.peerId || !to.regions.has(regionId)) return false;
    const replica = openRegion(to, regionId, "leader");
    replica.scans.clear();
    to.changed.add(regionId);
    const log = from.unflushed.get(regionId);
    // A remote log is replayed by the new leader; a local one is out of its reach.
    if (settings.wal === "kafka" && log !== undefined) to.unflushed.set(regionId, log);
    catalog.touch();
    return true;
  };

  const closeIfMoved = (): void => {
    if (catalog.route(regionId)?.leader !== from.peerId) closeRegion(from, regionId);
  };

  return {
    type: "metasrv-procedure::RegionMigration",
    locks: locksOf(world, tableId, regionId),
    canRollBack: true,
    step: (context) => steps[step](context),
    async rollBack() {
      const gone = missing();
      if (gone !== undefined) return gone;
      const route = catalog.route(regionId);
      if (route === undefined) return undefined;
      if (route.leader === from.peerId && route.status === "DOWNGRADING") {
        route.status = "ALIVE";
        route.downSinceMs = null;
        const replica = from.regions.get(regionId);
        if (replica !== undefined && from.state === "running") replica.role = "leader";
        // Frontends are told only when there was something to undo: failed moves onto a dead datanode do not reveal a DOWNGRADING neighbour.
        catalog.invalidate(tableId);
      }
      if (route.leader !== to.peerId && to.state === "running") closeRegion(to, regionId);
      return undefined;
    },
    changed(id, status, error) {
      world.onChange(task, id, status, error);
      if (isFinal(status)) world.onEnd(task);
    },
    neverStarted: () => world.onEnd(task),
  };
}

function stretched(durations: Durations, factor: number): Durations {
  const { start, open, flush, metadata, downgrade, upgrade, close } = durations;
  return {
    ...durations,
    start: start * factor, open: open * factor, flush: flush * factor, metadata: metadata * factor,
    downgrade: downgrade * factor, upgrade: upgrade * factor, close: close * factor,
  };
}

function locksOf({ settings, catalog }: MigrationWorld, tableId: number, regionId: bigint): readonly LockKey[] {
  const database = catalog.entry(tableId)?.meta.schema.database ?? "public";
  const keys = [catalogLock(), schemaLock(database)];
  switch (settings.traits.migrationTableLock) {
    case "shared":
      keys.push(tableLock(tableId, "Share"));
      break;
    case "exclusive":
      keys.push(tableLock(tableId));
      break;
    case "none":
      break;
  }
  return [...keys, regionLock(regionId)];
}
