import type { Catalog } from "./catalog";
import { flushRegion, refusedState, writeRows } from "./datanode";
import type { Datanode } from "./datanode";
import * as messages from "./messages";
import type { Metasrv } from "./metasrv";
import type { ObjectStore } from "./object-store";
import type { Settings } from "./options";
import { liveRows } from "./region-data";
import { regionId, regionNumberOf, tableIdOf } from "./region-id";
import type { RegionRoute, Row, RowOperation, ServerError } from "./types";
import type { Workload } from "./workload";

/** What frontends ask of datanodes, by the routes that they have cached. */
export interface Requests {
  write(tableId: number, regionNumber: number, operations: readonly RowOperation[]): Promise<void>;
  scan(tableId: number, regionNumber: number): Promise<readonly Row[]>;
  flush(region: bigint): Promise<void>;
}

export function createRequests(
  settings: Settings, catalog: Catalog, metasrv: Metasrv, store: ObjectStore, workload: Workload, nodes: ReadonlyMap<bigint, Datanode>,
): Requests {
  const { clock } = settings;

  /** The region that holds the rows: a logical table's are in its physical table's regions. */
  const ownRegion = (route: RegionRoute): bigint => {
    const physical = catalog.entry(route.tableId)?.meta.physicalTableId;
    return physical === undefined || physical === null ? route.regionId : regionId(physical, route.regionNumber);
  };

  const routeOf = (tableId: number, regionNumber: number, unreachable: () => ServerError): RegionRoute => {
    if (settings.mode === "distributed" && !metasrv.up()) throw unreachable();
    const route = catalog.cachedRoute(tableId, regionNumber);
    if (route === undefined) throw messages.routeNotFound(regionId(tableId, regionNumber));
    return route;
  };

  /** Resolves when the leader works on the request. */
  const leader = async (route: RegionRoute, unreachable: () => ServerError): Promise<Datanode> => {
    const node = route.leader === null ? undefined : nodes.get(route.leader);
    if (node === undefined || node.state === "dead" || node.state === "starting") throw unreachable();
    if (node.state === "hung") await answered(node, unreachable);
    return node;
  };

  const answered = (node: Datanode, unreachable: () => ServerError): Promise<void> =>
    new Promise((resolve, reject) => {
      const goOn = (): void => {
        cancel();
        resolve();
      };
      const cancel = clock.after(settings.requestTimeoutMs, () => {
        node.waiters.delete(goOn);
        reject(unreachable());
      });
      node.waiters.add(goOn);
    });

  return {
    async write(tableId, regionNumber, operations) {
      const route = routeOf(tableId, regionNumber, messages.maskedInternal);
      const node = await leader(route, messages.maskedInternal);
      if (workload.overloaded(node)) throw messages.maskedInternal();
      const id = ownRegion(route);
      const state = refusedState(node, id, settings, clock.now());
      const replica = node.regions.get(id);
      if (state !== undefined || replica === undefined) throw messages.regionNotWritable(id, state ?? "Follower");
      writeRows(node, replica, tableId, operations);
      catalog.touch();
    },
    async scan(tableId, regionNumber) {
      const route = routeOf(tableId, regionNumber, messages.routeUnreachable);
      const node = await leader(route, messages.readUnreachable);
      if (workload.overloaded(node)) throw messages.readOverloaded();
      const id = ownRegion(route);
      const replica = node.regions.get(id);
      if (replica === undefined || replica.role === "follower" || replica.role === "candidate") throw messages.regionNotReady(id);
      let rows = replica.scans.get(tableId);
      if (rows === undefined) {
        rows = liveRows(store.files(node.peerId, id)?.data, node.unflushed.get(id), tableId);
        replica.scans.set(tableId, rows);
      }
      return rows;
    },
    async flush(region) {
      const route = routeOf(tableIdOf(region), regionNumberOf(region), messages.maskedInternal);
      const node = await leader(route, messages.maskedInternal);
      const id = ownRegion(route);
      await new Promise<void>((resolve, reject) => {
        const cancel = clock.after(settings.requestTimeoutMs, () => reject(messages.maskedInternal()));
        workload.run(node, settings.durations.flush, () => {
          cancel();
          if (node.regions.has(id) && catalog.route(id)?.leader === node.peerId) flushRegion(node, store, id);
          resolve();
        }, true);
      });
    },
  };
}
