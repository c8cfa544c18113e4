import type { Catalog, Route, TableEntry } from "./catalog";
import { openRegion, rewriteUnflushed, rowsChanged } from "./datanode";
import type { Datanode } from "./datanode";
import { catalogLock, schemaLock, tableLock, tableNameLock } from "./locks";
import type { LockKey } from "./locks";
import * as messages from "./messages";
import type { Metasrv } from "./metasrv";
import type { ObjectStore } from "./object-store";
import type { Settings } from "./options";
import { DONE, NEXT } from "./procedure";
import type { ProcedureBody, StepContext, StepOutcome } from "./procedure";
import { rewriteRows } from "./region-data";
import { regionId } from "./region-id";
import type { Selector } from "./selector";
import type { ServerError } from "./types";
import type { ColumnSchema, Row, TableMeta, TableSchema } from "./types";
import type { VersionTraits } from "./version-traits";

export interface TableWorld {
  readonly settings: Settings;
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly metasrv: Metasrv;
  readonly selector: Selector;
  readonly nodes: readonly Datanode[];
  /** Whether a region of the table is being moved. */
  moving(tableId: number): boolean;
}

const ENGINES = new Set(["mito", "metric", "file"]);

type Step = (context: StepContext) => Promise<StepOutcome>;

/** A procedure of fixed steps that needs no rollback. */
function sequence(type: string, locks: readonly LockKey[], steps: readonly Step[]): ProcedureBody {
  let index = 0;
  return {
    type: `metasrv-procedure::${type}`,
    locks,
    canRollBack: false,
    async step(context) {
      const current = steps[index];
      if (current === undefined) return DONE;
      const outcome = await current(context);
      if (outcome.kind === "next") index++;
      return outcome;
    },
  };
}

const refused = (error: ServerError): StepOutcome => ({ kind: "refused", error });

/** `created` has the table once the procedure is done. */
export interface TableCreation {
  readonly body: ProcedureBody;
  created(): TableMeta | undefined;
}

export function createTableBody(world: TableWorld, schema: TableSchema, physicalTableId: number | null): TableCreation {
  const { settings, catalog, metasrv, selector } = world;
  const count = Math.max(1, schema.rules.length);
  let tableId = 0;
  let placement: readonly Datanode[] = [];
  let created: TableMeta | undefined;

  const steps: Step[] = [
    async (context) => {
      await context.sleep(settings.durations.createTable / 4);
      if (catalog.table(schema.database, schema.name) !== undefined) return refused(messages.tableExists(schema.database, schema.name));
      tableId = catalog.allocateTableId();
      if (physicalTableId !== null) return NEXT;
      try {
        placement = selector.select(count);
      } catch (error) {
        return refused(error as ServerError);
      }
      return NEXT;
    },
    async (context) => {
      const problem = engineProblem(schema, settings.traits);
      if (problem !== undefined) {
        await context.sleep(1);
        return refused(problem);
      }
      const done = await Promise.all(
        placement.map((node, index) =>
          context.outlive(
            metasrv.send(node, settings.durations.createTable / 2, settings.requestTimeoutMs, () => {
              openRegion(node, regionId(tableId, index), "leader");
            }),
          ),
        ),
      );
      return done.every(({ kind }) => kind === "reply") ? NEXT : { kind: "retry", error: messages.maskedInternal() };
    },
    async (context) => {
      await context.sleep(settings.durations.createTable / 4);
      const numbers = physicalTableId === null ? placement.map((_, index) => index) : (catalog.entry(physicalTableId)?.meta.regions ?? []);
      created = { tableId, schema, regions: numbers, createdAtMs: settings.clock.now(), physicalTableId };
      catalog.putTable(created, placement.map((node, index) => ({ regionNumber: index, leader: node.peerId })));
      return DONE;
    },
  ];
  const base = [catalogLock(), schemaLock(schema.database)];
  const name = tableNameLock(schema.database, schema.name);
  const body =
    physicalTableId === null
      ? sequence("CreateTable", [...base, name], steps)
      : sequence("CreateLogicalTables", [...base, tableLock(physicalTableId), name], steps);
  return { body, created: () => created };
}

function engineProblem(schema: TableSchema, { lastRowInAppendMode }: VersionTraits): ServerError | undefined {
  if (!ENGINES.has(schema.engine)) return messages.unknownEngine(schema.engine);
  const { append_mode: append, merge_mode: merge } = schema.options;
  if (append === "true" && merge !== undefined && !(lastRowInAppendMode && merge === "last_row")) return messages.mergeModeInAppendMode(lastRowInAppendMode);
  const { storage } = schema.options;
  return storage === undefined ? undefined : messages.objectStoreNotFound(storage);
}

/** How rows follow a change of columns when the caller does not say. */
export function rowMapping(before: readonly ColumnSchema[], after: readonly ColumnSchema[]): (row: Row) => Row {
  const positions = after.map((column) => before.findIndex(({ name }) => name === column.name));
  return (row) => positions.map((position) => (position < 0 ? null : (row[position] ?? null)));
}

export function alterTableBody(world: TableWorld, entry: TableEntry, schema: TableSchema, rewrite?: (row: Row) => Row): ProcedureBody {
  const { settings, catalog, store, nodes } = world;
  const { tableId } = entry.meta;
  const steps: Step[] = [
    async (context) => {
      await context.sleep(settings.durations.alterTable);
      const current = catalog.entry(tableId);
      if (current === undefined) return refused(messages.tableIdNotFound(tableId));
      const before = current.meta.schema;
      catalog.replaceMeta(tableId, { ...current.meta, schema });
      if (!sameColumns(before, schema) || rewrite !== undefined) {
        const map = rewrite ?? rowMapping(before.columns, schema.columns);
        for (const files of store.all()) rewriteRows(files.data, tableId, map);
        for (const node of nodes) rewriteUnflushed(node, tableId, map);
      }
      return DONE;
    },
  ];
  return sequence(...alterKind(world, entry, schema), steps);
}

const sameColumns = (a: TableSchema, b: TableSchema): boolean =>
  a.columns.length === b.columns.length && a.columns.every((column, index) => column.name === b.columns[index]?.name);

function alterKind({ settings }: TableWorld, entry: TableEntry, schema: TableSchema): [string, readonly LockKey[]] {
  const before = entry.meta.schema;
  const base = [catalogLock(), schemaLock(before.database)];
  const own = tableLock(entry.meta.tableId);
  if (isCommentOnly(before, schema)) {
    const name = tableNameLock(before.database, before.name);
    return ["CommentOn", settings.traits.commentLocksTable ? [...base, own, name] : [...base, name]];
  }
  const { physicalTableId } = entry.meta;
  if (physicalTableId !== null) return ["AlterLogicalTables", [...base, tableLock(physicalTableId), own]];
  const renamed = before.name === schema.name ? [] : [tableNameLock(schema.database, schema.name)];
  return ["AlterTable", [...base, own, ...renamed]];
}

function isCommentOnly(before: TableSchema, after: TableSchema): boolean {
  // Some frontends keep the comment of a table among its options as well.
  const bare = ({ comment: _, columns, options: { comment: __, ...options }, ...rest }: TableSchema): string =>
    JSON.stringify({ ...rest, options, rules: rest.rules.map((rule) => rule?.text), columns: columns.map(({ comment: ___, ...column }) => column) });
  const comments = ({ comment, columns }: TableSchema): string => JSON.stringify([comment, columns.map((column) => column.comment)]);
  return bare(before) === bare(after) && comments(before) !== comments(after);
}

export function dropTableBody(world: TableWorld, entry: TableEntry): ProcedureBody {
  const { settings, catalog, metasrv, store, nodes } = world;
  const { tableId, schema, physicalTableId } = entry.meta;
  const regions = [...entry.routes.values()];
  let waitMs = 0;
  const steps: Step[] = [
    async (context) => {
      await context.sleep(settings.durations.dropTable / 2);
      if (catalog.entry(tableId) === undefined) return refused(messages.tableIdNotFound(tableId));
      waitMs = world.moving(tableId) ? settings.traits.dropDuringMoveMs : 0;
      catalog.removeTable(tableId);
      return NEXT;
    },
    async (context) => {
      await context.sleep(settings.durations.dropTable / 2 + waitMs);
      const leaders = new Set(regions.map(({ leader }) => leader));
      const touched = nodes.filter((node) => leaders.has(node.peerId));
      await Promise.all(touched.map((node) => context.outlive(metasrv.send(node, 1, settings.requestTimeoutMs, () => undefined))));
      for (const { regionId: id } of regions) {
        store.drop(id);
        for (const node of nodes) {
          node.unflushed.delete(id);
          node.regions.delete(id);
          node.changed.delete(id);
        }
      }
      return DONE;
    },
  ];
  const owner = physicalTableId === null ? [] : [tableLock(physicalTableId)];
  return sequence("DropTable", [catalogLock(), schemaLock(schema.database), ...owner, tableLock(tableId)], steps);
}

export function truncateTableBody(world: TableWorld, entry: TableEntry): ProcedureBody {
  const { settings, catalog, metasrv, store, nodes } = world;
  const { tableId, schema } = entry.meta;
  const clear = async (context: StepContext, { leader, regionId: id }: Route): Promise<boolean> => {
    const node = nodes.find(({ peerId }) => peerId === leader);
    if (node === undefined) return false;
    const outcome = await context.outlive(
      metasrv.send(node, settings.durations.truncateTable, settings.requestTimeoutMs, () => {
        store.replace(node.peerId, id, undefined);
        node.unflushed.delete(id);
        rowsChanged(node, id);
      }),
    );
    return outcome.kind === "reply";
  };
  const steps: Step[] = [
    async (context) => {
      const routes = [...(catalog.entry(tableId)?.routes.values() ?? [])];
      const cleared = await Promise.all(routes.map((route) => clear(context, route)));
      if (!cleared.every(Boolean)) return { kind: "retry", error: messages.maskedInternal() };
      catalog.touch();
      return DONE;
    },
  ];
  return sequence("TruncateTable", [catalogLock(), schemaLock(schema.database), tableLock(tableId)], steps);
}

/** CREATE, ALTER and DROP DATABASE: `change` happens at the end. */
export function databaseBody(world: TableWorld, type: "CreateDatabase" | "AlterDatabase" | "DropDatabase", name: string, change: () => void): ProcedureBody {
  const steps: Step[] = [
    async (context) => {
      await context.sleep(world.settings.durations.database);
      change();
      return DONE;
    },
  ];
  return sequence(type, [catalogLock(), schemaLock(name, "Exclusive")], steps);
}
