import * as messages from "./messages";
import { migrationBody } from "./migration";
import type { MigrationTask, MigrationTrigger, MigrationWorld } from "./migration";
import type { Datanode } from "./datanode";
import type { ProcedureManager } from "./procedure-manager";
import { tableIdOf } from "./region-id";

/** The service that takes orders to move regions. */
export interface Migrations {
  /**
   * Checks in the server's order, then answers with an id before the procedure starts.
   * @returns an empty string where the version answers "already there" without a procedure.
   */
  submit(regionId: bigint, from: bigint, to: bigint, timeoutMs: number): string;
  /** As failover does: the source need not be alive. Undefined when the region cannot be moved now. */
  submitFailover(regionId: bigint, from: Datanode, to: Datanode, timeoutMs: number): string | undefined;
  moving(regionId: bigint): boolean;
  movingTable(tableId: number): boolean;
}

export function createMigrations(world: Omit<MigrationWorld, "onEnd">, nodes: readonly Datanode[], manager: ProcedureManager): Migrations {
  const { catalog, metasrv, settings } = world;
  const running = new Map<bigint, MigrationTask>();
  const complete: MigrationWorld = {
    ...world,
    onEnd(task) {
      running.delete(task.regionId);
    },
  };

  const start = (regionId: bigint, from: Datanode, to: Datanode, timeoutMs: number, trigger: MigrationTrigger): string => {
    const task: MigrationTask = { regionId, from, to, timeoutMs, trigger };
    running.set(regionId, task);
    return manager.submitInBackground(migrationBody(complete, task));
  };

  const aliveNode = (peerId: bigint): Datanode => {
    const node = nodes.find((candidate) => candidate.peerId === peerId);
    if (node === undefined || !metasrv.alive(peerId)) throw messages.peerUnavailable(peerId);
    return node;
  };

  const named = (node: Datanode): string => `peer-${node.peerId}(${node.address})`;

  return {
    submit(regionId, fromPeer, toPeer, timeoutMs) {
      const from = aliveNode(fromPeer);
      const to = aliveNode(toPeer);
      if (running.has(regionId)) throw messages.anotherMigration(regionId);
      if (fromPeer === toPeer) throw messages.samePeers();
      const tableId = tableIdOf(regionId);
      const entry = catalog.entry(tableId);
      if (entry === undefined) throw messages.routeNotFound(tableId);
      if (entry.meta.physicalTableId !== null) throw messages.logicalTable(regionId, named(from), named(to));
      const route = catalog.route(regionId);
      if (route === undefined) throw messages.routeNotFound(regionId);
      if (route.leader === toPeer && route.status !== "DOWNGRADING") {
        if (settings.traits.alreadyThere === "no procedure") return "";
        throw messages.alreadyMigrated(regionId, toPeer);
      }
      if (route.leader !== fromPeer) throw messages.leaderChanged(settings, regionId, route.leader, fromPeer);
      return start(regionId, from, to, timeoutMs, "Manual");
    },
    submitFailover(regionId, from, to, timeoutMs) {
      const route = catalog.route(regionId);
      if (running.has(regionId) || route === undefined || route.leader !== from.peerId) return undefined;
      return start(regionId, from, to, timeoutMs, "Failover");
    },
    moving: (regionId) => running.has(regionId),
    movingTable: (tableId) => [...running.keys()].some((regionId) => tableIdOf(regionId) === tableId),
  };
}
