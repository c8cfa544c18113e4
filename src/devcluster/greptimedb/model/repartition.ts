import type { Route, TableEntry } from "./catalog";
import { openRegion, rowsChanged } from "./datanode";
import type { Datanode } from "./datanode";
import { catalogLock, regionLock, schemaLock, tableLock, tableNameLock } from "./locks";
import * as messages from "./messages";
import { DONE, NEXT } from "./procedure";
import type { ProcedureBody, StepContext, StepOutcome } from "./procedure";
import { apply, emptyData, liveEntries } from "./region-data";
import type { RegionData } from "./region-data";
import { roleOf } from "./metasrv";
import { regionId } from "./region-id";
import type { TableWorld } from "./table-procedures";
import type { PartitionRule, Row, ServerError } from "./types";

export interface RepartitionTask {
  readonly tableId: number;
  /** Indexes into the table's rules, in the caller's order. */
  readonly from: readonly number[];
  readonly to: readonly PartitionRule[];
  readonly partitionColumns: readonly string[];
  /** The index into `to` of the rule that a row of the sources falls under. */
  readonly route: (row: Row) => number;
}

/**
 * SPLIT, MERGE and REPARTITION: allocates the new regions (the selector places them), then a child procedure
 * holds the regions STAGING while their rows are shared out, then the regions that were merged away are dropped.
 * Targets reuse the regions of the sources in order; further ones get numbers that were never used.
 */
export function repartitionBody(world: TableWorld, task: RepartitionTask): ProcedureBody {
  const { settings, catalog, store, metasrv, nodes } = world;
  const { durations } = settings;
  const entryNow = catalog.entry(task.tableId);
  const database = entryNow?.meta.schema.database ?? "public";
  const name = entryNow?.meta.schema.name ?? "";
  let phase: "allocate" | "group" | "release" = "allocate";
  let sources: readonly number[] = [];
  let targets: readonly number[] = [];
  let dropped: readonly Route[] = [];

  const failed = (error: ServerError): StepOutcome => ({ kind: "failed", error });

  const allocate = async (context: StepContext): Promise<StepOutcome> => {
    await context.sleep(durations.allocate / 2);
    const entry = catalog.entry(task.tableId);
    if (entry === undefined) return failed(messages.tableIdNotFound(task.tableId));
    sources = task.from.map((index) => entry.meta.regions[index] as number);
    const extra = Math.max(0, task.to.length - sources.length);
    const first = entry.nextRegionNumber;
    const fresh = Array.from({ length: extra }, (_, index) => first + index);
    if (settings.traits.requiresObjectStorage && !settings.sharedStorage) {
      return { kind: "refused", error: messages.repartitionNeedsObjectStorage(regionId(task.tableId, fresh[0] ?? (sources[0] as number))) };
    }
    let placement: readonly Datanode[] = [];
    try {
      placement = extra > 0 ? world.selector.select(extra) : [];
    } catch (error) {
      return failed(error as ServerError);
    }
    const opened = await Promise.all(
      placement.map((node, index) =>
        context.outlive(
          metasrv.send(node, durations.allocate / 2, settings.requestTimeoutMs, () => {
            openRegion(node, regionId(task.tableId, fresh[index] as number), "leader");
          }),
        ),
      ),
    );
    if (!opened.every(({ kind }) => kind === "reply")) return { kind: "retry", error: messages.maskedInternal() };
    placement.forEach((node, index) => catalog.addRoute(entry, fresh[index] as number, node.peerId));
    targets = [...sources, ...fresh].slice(0, task.to.length);
    catalog.invalidate(task.tableId);
    phase = "group";
    return NEXT;
  };

  const group = async (context: StepContext): Promise<StepOutcome> => {
    const error = await context.child(groupBody());
    if (error !== undefined) return failed(error);
    phase = "release";
    return NEXT;
  };

  const release = async (context: StepContext): Promise<StepOutcome> => {
    await context.sleep(dropped.length > 0 ? durations.metadata * 4 : 1);
    for (const { regionId: id } of dropped) {
      store.drop(id);
      for (const node of nodes) {
        node.regions.delete(id);
        node.unflushed.delete(id);
      }
    }
    return DONE;
  };

  const affected = (entry: TableEntry): readonly Route[] =>
    [...new Set([...sources, ...targets])].flatMap((number) => entry.routes.get(number) ?? []);

  const setStatus = (entry: TableEntry, status: Route["status"]): void => {
    for (const route of affected(entry)) {
      route.status = status;
      const replica = nodes.find(({ peerId }) => peerId === route.leader)?.regions.get(route.regionId);
      if (replica !== undefined) replica.role = roleOf(route);
    }
    catalog.changeQuietly();
  };

  function groupBody(): ProcedureBody {
    let staged = false;
    const existing = task.to.length >= task.from.length ? sources : task.from.map((_, index) => sources[index] as number);
    return {
      type: "metasrv-procedure::RepartitionGroup",
      locks: [catalogLock(), schemaLock(database), ...[...existing].sort((a, b) => a - b).map((number) => regionLock(regionId(task.tableId, number)))],
      canRollBack: false,
      async step(context) {
        const entry = catalog.entry(task.tableId);
        if (entry === undefined) return failed(messages.routeNotFound(task.tableId));
        if (!staged) {
          await context.sleep(durations.metadata);
          setStatus(entry, "STAGING");
          staged = true;
          return NEXT;
        }
        const silent = await stagedOn(context, entry);
        if (silent) return { kind: "retry", error: messages.maskedInternal() };
        shareOut(entry);
        setStatus(entry, "ALIVE");
        dropped = sources.filter((number) => !targets.includes(number)).flatMap((number) => entry.routes.get(number) ?? []);
        for (const route of dropped) catalog.removeRoute(entry, route.regionNumber);
        replaceRules(entry);
        catalog.invalidate(task.tableId);
        return DONE;
      },
    };
  }

  /** True when a datanode of an affected region does not answer. */
  const stagedOn = async (context: StepContext, entry: TableEntry): Promise<boolean> => {
    const leaders = new Set(affected(entry).map(({ leader }) => leader));
    const asked = nodes.filter(({ peerId }) => leaders.has(peerId));
    const answers = await Promise.all(
      asked.map((node) => context.outlive(metasrv.send(node, durations.staging, settings.requestTimeoutMs, () => undefined))),
    );
    return answers.some(({ kind }) => kind !== "reply");
  };

  const leaderOf = (route: Route): Datanode | undefined => nodes.find(({ peerId }) => peerId === route.leader);

  const shareOut = (entry: TableEntry): void => {
    const tables = [entry.meta.tableId, ...catalog.logicalTablesOf(entry.meta.tableId).map(({ meta }) => meta.tableId)];
    const shares: RegionData[] = targets.map(() => emptyData());
    for (const number of sources) {
      const route = entry.routes.get(number);
      const node = route === undefined ? undefined : leaderOf(route);
      if (route === undefined || node === undefined) continue;
      for (const tableId of tables) {
        for (const [key, row] of liveEntries(store.files(node.peerId, route.regionId)?.data, node.unflushed.get(route.regionId), tableId)) {
          const share = shares[task.route(row)];
          if (share !== undefined) apply(share, tableId, [{ kind: "put", key, row }]);
        }
      }
    }
    for (const [index, number] of targets.entries()) {
      const route = entry.routes.get(number);
      const node = route === undefined ? undefined : leaderOf(route);
      if (route === undefined || node === undefined) continue;
      store.replace(node.peerId, route.regionId, shares[index]);
      node.unflushed.delete(route.regionId);
      rowsChanged(node, route.regionId);
    }
  };

  /** The rules come in the order of region numbers. */
  const replaceRules = (entry: TableEntry): void => {
    const { meta } = entry;
    const rules = new Map(meta.regions.map((number, index) => [number, meta.schema.rules[index] ?? null]));
    for (const number of sources) rules.delete(number);
    for (const [index, number] of targets.entries()) rules.set(number, task.to[index] ?? null);
    const regions = [...rules.keys()].sort((a, b) => a - b);
    const schema = { ...meta.schema, partitionColumns: task.partitionColumns, rules: regions.map((number) => rules.get(number) ?? null) };
    catalog.replaceMeta(meta.tableId, { ...meta, regions, schema });
    for (const logical of catalog.logicalTablesOf(meta.tableId)) {
      const own = { ...logical.meta.schema, partitionColumns: task.partitionColumns, rules: schema.rules };
      catalog.replaceMeta(logical.meta.tableId, { ...logical.meta, regions, schema: own });
    }
  };

  return {
    type: "metasrv-procedure::Repartition",
    locks: [catalogLock(), schemaLock(database), tableLock(task.tableId), tableNameLock(database, name)],
    canRollBack: false,
    step(context) {
      switch (phase) {
        case "allocate":
          return allocate(context);
        case "group":
          return group(context);
        case "release":
          return release(context);
      }
    },
  };
}
