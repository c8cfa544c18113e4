import { equalValues } from "../../plugin";
import type { Context, ObjectValue } from "../../plugin";
import type { TableName } from "../../planning/change";
import { NO_MOVES } from "../../planning/render-plan";
import { tableKey } from "../../planning/table-key";
import type { Diagnostic } from "../../topology/diagnostic";
import { placedByAnother } from "../claims";
import type { ProviderClient } from "../client";
import { importByTable } from "../import-by-table";
import { writePrivate } from "../private-data";
import { expectedFailure, toPluginDiagnostics } from "../report";
import type { ReadResult } from "../resource-types";
import { findTable } from "../snapshot";
import { parseTableIds } from "../table-id";
import { mapOf } from "../values";
import { liveAttributes } from "./live";
import { REGION_PLACEMENT_SCHEMA } from "./schema";
import { placedTables, placementId, tablesAttribute, withDefaults } from "./state";

/** The live placement beside what the state declares; gone when the table is gone. */
export async function readRegionPlacement(
  request: { readonly state: ObjectValue },
  context: Context<ProviderClient>,
): Promise<ReadResult> {
  const { state } = request;
  const names = placedTables(state);
  try {
    const cluster = context.client.greptimedb();
    const observed = await cluster.snapshots.read(names);
    const tables = names.flatMap((name) => findTable(observed, name) ?? []);
    if (tables.length < names.length) return { state: null };
    const declared = isImported(state) ? withDefaults(state) : state;
    const live = liveAttributes(declared, observed, tables, mapOf(state, "region_sizes") ?? {});
    return {
      state: { ...declared, ...live, ...(isWhereItWas(state, live) ? {} : { planned_moves: NO_MOVES }) },
      private: writePrivate({ serverVersion: observed.version }),
      diagnostics: toPluginDiagnostics(sharedTables(names, state, cluster.placedInState), REGION_PLACEMENT_SCHEMA.attributes),
    };
  } catch (error) {
    return { state, diagnostics: toPluginDiagnostics(expectedFailure(error), REGION_PLACEMENT_SCHEMA.attributes) };
  }
}

/** Imports by the resource's own id: `database.table`, or `database.table,table` for several that are placed together. */
export const importRegionPlacement = importByTable("topoform_greptimedb_region_placement", REGION_PLACEMENT_SCHEMA, (id) => {
  const tables = parseTableIds(id);
  const { database, name } = tables[0]!;
  return { tables, known: { database, table: name, tables: tables.length === 1 ? null : tables.map((each) => each.name), id: placementId(tables) } };
});

/** Tables that another resource has, too: Terraform reads each resource once in a run of the provider. */
function sharedTables(names: readonly TableName[], state: ObjectValue, inState: Set<string>): readonly Diagnostic[] {
  const keys = names.map(tableKey);
  const shared = keys.filter((key) => inState.has(key));
  keys.forEach((key) => inState.add(key));
  return shared.map((key) => placedByAnother(key, tablesAttribute(state)));
}

/**
 * Whether every region is where the state has it. When one is not, the moves of an earlier plan are no longer what a reader of the next
 * plan wants to see beside the new ones; when all are, the state must not change by a byte.
 */
function isWhereItWas(state: ObjectValue, live: ObjectValue): boolean {
  return equalValues({ map: "number" }, state["placement"] ?? null, live["placement"] ?? null);
}

/** An imported state has nothing but the names of tables until it is read for the first time. */
function isImported(state: ObjectValue): boolean {
  return state["placement"] === null && state["strategy"] === null;
}
