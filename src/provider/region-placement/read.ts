import { equalValues } from "../../plugin";
import type { Context, ObjectValue, ResourceDefinition } from "../../plugin";
import { writePrivate } from "../private-data";
import type { ProviderClient } from "../client";
import { expectedFailure, toPluginDiagnostics } from "../report";
import { findTable } from "../snapshot";
import { mapOf } from "../values";
import { noSuchTable, parseTableId } from "../table-id";
import { liveAttributes } from "./live";
import { NO_MOVES } from "./plan";
import { REGION_PLACEMENT_SCHEMA } from "./schema";
import { placedTables, withDefaults } from "./state";

type Definition = ResourceDefinition<ProviderClient>;
type ReadResult = Awaited<ReturnType<Definition["read"]>>;

/** The live placement beside what the state declares; gone when the table is gone. */
export async function readRegionPlacement(
  request: { readonly state: ObjectValue },
  context: Context<ProviderClient>,
): Promise<ReadResult> {
  const { state } = request;
  const names = placedTables(state);
  try {
    const observed = await context.client.cluster.snapshots.read(names);
    const tables = names.flatMap((name) => findTable(observed, name) ?? []);
    if (tables.length < names.length) return { state: null };
    const declared = isImported(state) ? withDefaults(state) : state;
    const live = liveAttributes(declared, observed, tables, mapOf(state, "region_sizes") ?? {});
    return {
      state: { ...declared, ...live, ...(isWhereItWas(state, live) ? {} : { planned_moves: NO_MOVES }) },
      private: writePrivate({ serverVersion: observed.version }),
    };
  } catch (error) {
    return { state, diagnostics: toPluginDiagnostics(expectedFailure(error), REGION_PLACEMENT_SCHEMA.attributes) };
  }
}

/** `database.table`, or `table` in the database `public`. Reading, which follows, fills in the rest. */
export async function importRegionPlacement(
  request: { readonly id: string },
  context: Context<ProviderClient>,
): ReturnType<NonNullable<Definition["importState"]>> {
  const name = parseTableId(request.id);
  try {
    const observed = await context.client.cluster.snapshots.read([name]);
    if (findTable(observed, name) === undefined) return { resources: [], diagnostics: [noSuchTable(request.id)] };
  } catch (error) {
    return { resources: [], diagnostics: toPluginDiagnostics(expectedFailure(error)) };
  }
  const empty = Object.fromEntries(Object.keys(REGION_PLACEMENT_SCHEMA.attributes).map((attribute) => [attribute, null]));
  return {
    resources: [
      { typeName: "topoform_greptimedb_region_placement", state: { ...empty, database: name.database, table: name.name, id: `${name.database}.${name.name}` } },
    ],
  };
}

/**
 * Whether every region is where the state has it. When one is not, the moves of an earlier plan are no longer what a reader of the next
 * plan wants to see beside the new ones; when all are, the state must not change by a byte.
 */
function isWhereItWas(state: ObjectValue, live: ObjectValue): boolean {
  return equalValues({ map: "number" }, state["placement"] ?? null, live["placement"] ?? null);
}

/** An imported state has nothing but the table's name until it is read for the first time. */
function isImported(state: ObjectValue): boolean {
  return state["placement"] === null && state["strategy"] === null;
}
