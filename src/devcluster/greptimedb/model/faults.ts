import type { Catalog } from "./catalog";
import { closeRegion, flushRegion, openRegion } from "./datanode";
import type { Datanode } from "./datanode";
import { routeNotFound } from "./messages";
import type { Metasrv } from "./metasrv";
import type { NodeControl } from "./nodes";
import type { ObjectStore } from "./object-store";
import type { ProcedureManager } from "./procedure-manager";
import { tableIdOf } from "./region-id";
import { printLocks } from "./locks";
import { ServerError } from "./types";

/** A procedure as predicates see it. */
export interface ProcedureSubject {
  /** e.g. `metasrv-procedure::RegionMigration`. */
  readonly type: string;
  /** As `procedure_info.lock_keys` prints them. */
  readonly lockKeys: string;
}

export type ProcedurePredicate = (procedure: ProcedureSubject) => boolean;

/** What can go wrong, on request. Unknown peer ids throw a RangeError. */
export interface Faults {
  /** `kill -9`: memory is gone, the local log stays on the node's disk. */
  killDatanode(peerId: bigint): void;
  /** `SIGSTOP`: it answers nothing and sends no heartbeat. */
  hangDatanode(peerId: bigint): void;
  /** `SIGCONT` after {@link hangDatanode}. */
  continueDatanode(peerId: bigint): void;
  /** Starts it again (kills it first when it runs); it replays the log of the regions that it still leads. */
  restartDatanode(peerId: bigint): void;
  /** Heartbeats of the datanode do not arrive while `lost`, although it works. */
  loseHeartbeats(peerId: bigint, lost: boolean): void;

  killMetasrv(): void;
  /** Finished procedures are forgotten, running ones go on with the same id, `cluster_info` fills with the heartbeats. */
  restartMetasrv(): void;
  /** As a restart, but another process takes over at once. */
  changeMetasrvLeader(): void;
  pauseProcedureManager(): void;
  resumeProcedureManager(): void;
  /** Failover rests; moves on request go on. */
  setMaintenance(enabled: boolean): void;

  /** The next matching procedure (default: the next migration) fails in its first step. A text becomes an error of status Unexpected. */
  failNextProcedure(error: ServerError | string, matches?: ProcedurePredicate, times?: number): void;
  /** The next matching procedure stays Running until {@link clearProcedureFaults}. */
  hangNextProcedure(matches?: ProcedurePredicate, times?: number): void;
  /** The next matching migration gets an id and never starts. */
  vanishNextProcedure(matches?: ProcedurePredicate, times?: number): void;
  clearProcedureFaults(): void;

  /** Moves a region at once, without a procedure, as if failover had done it long ago. Rows that a silent leader had not flushed are lost. */
  moveBehindYourBack(regionId: bigint, to: bigint): void;
}

export interface FaultWorld {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly metasrv: Metasrv;
  readonly manager: ProcedureManager;
  readonly control: NodeControl;
  readonly nodes: ReadonlyMap<bigint, Datanode>;
  setMaintenance(enabled: boolean): void;
}

const isMigration: ProcedurePredicate = ({ type }) => type.endsWith("::RegionMigration");

export function createFaults(world: FaultWorld): Faults {
  const { catalog, store, metasrv, manager, control } = world;
  const node = (peerId: bigint): Datanode => {
    const found = world.nodes.get(peerId);
    if (found === undefined) throw new RangeError(`There is no datanode ${peerId}.`);
    return found;
  };
  const plant = (fault: Parameters<ProcedureManager["plant"]>[0], matches: ProcedurePredicate, times: number): void =>
    manager.plant(fault, ({ type, locks }) => matches({ type, lockKeys: printLocks(locks) }), times);

  return {
    killDatanode: (peerId) => control.kill(node(peerId)),
    hangDatanode: (peerId) => control.hang(node(peerId)),
    continueDatanode: (peerId) => control.resume(node(peerId)),
    restartDatanode: (peerId) => control.restart(node(peerId)),
    loseHeartbeats(peerId, lost) {
      node(peerId);
      if (lost) control.muted.add(peerId);
      else control.muted.delete(peerId);
    },

    killMetasrv: metasrv.kill,
    restartMetasrv: metasrv.restart,
    changeMetasrvLeader: metasrv.changeLeader,
    pauseProcedureManager: manager.pause,
    resumeProcedureManager: manager.resume,
    setMaintenance: world.setMaintenance,

    failNextProcedure: (error, matches = isMigration, times = 1) =>
      plant({ kind: "fail", error: typeof error === "string" ? new ServerError("Unexpected", error, "metasrv") : error }, matches, times),
    hangNextProcedure: (matches = isMigration, times = 1) => plant({ kind: "hang" }, matches, times),
    vanishNextProcedure: (matches = isMigration, times = 1) => plant({ kind: "vanish" }, matches, times),
    clearProcedureFaults: manager.clearFaults,

    moveBehindYourBack(regionId, to) {
      const target = node(to);
      const route = catalog.route(regionId);
      if (route === undefined) throw routeNotFound(regionId);
      const source = route.leader === null ? undefined : world.nodes.get(route.leader);
      if (source === target) return;
      if (source?.state === "running") {
        flushRegion(source, store, regionId);
        closeRegion(source, regionId);
      }
      route.leader = to;
      route.status = "ALIVE";
      route.downSinceMs = null;
      if (target.state !== "dead" && target.state !== "starting") openRegion(target, regionId, "leader");
      catalog.invalidate(tableIdOf(regionId));
    },
  };
}
