import type { Context, ObjectValue } from "../../plugin";
import { tableKey } from "../../planning/table-key";
import { errorDiagnostic } from "../../topology/diagnostic";
import type { ProviderClient } from "../client";
import { importByTable } from "../import-by-table";
import { writePrivate } from "../private-data";
import { expectedFailure, toPluginDiagnostics } from "../report";
import type { ReadResult } from "../resource-types";
import { findTable } from "../snapshot";
import { parseTableId } from "../table-id";
import { tableDeclaration, tableName } from "./declaration";
import { importedState, withLiveDifferences } from "./live-state";
import { TABLE_SCHEMA, TABLE_TYPE_NAME } from "./schema";

/** The live table in the state's own spelling where it means the same; gone when the table is gone. */
export async function readTable(request: { readonly state: ObjectValue }, context: Context<ProviderClient>): Promise<ReadResult> {
  const { state } = request;
  try {
    const cluster = context.client.greptimedb();
    const name = tableName(state);
    const observed = await cluster.snapshots.read([name]);
    const table = findTable(observed, name);
    if (table === undefined) return { state: null };
    const data = writePrivate({ serverVersion: observed.version });
    if (table.definition === null) return { state, diagnostics: toPluginDiagnostics([definitionMissing(String(state["id"]))]) };
    if (state["columns"] === null) return { state: importedState(table, table.definition), private: data };
    const changes = cluster.port.diffTable(tableDeclaration(state, "live"), observed);
    return { state: withLiveDifferences(state, changes, table, table.definition), private: data };
  } catch (error) {
    return { state, diagnostics: toPluginDiagnostics(expectedFailure(error), TABLE_SCHEMA.attributes) };
  }
}

export const importTable = importByTable(TABLE_TYPE_NAME, TABLE_SCHEMA, (id) => {
  const table = parseTableId(id);
  return { tables: [table], known: { ...table, id: tableKey(table) } };
});

/** A view, or a table that was dropped while it was being read. */
function definitionMissing(id: string): ReturnType<typeof errorDiagnostic> {
  return errorDiagnostic({
    code: "TABLE_NOT_READ",
    summary: `The definition of ${id} could not be read`,
    detail: "The cluster lists it, but SHOW CREATE TABLE gives no table. It may be a view, or somebody is dropping it: look at it and try again.",
  });
}
