import type { Context, ObjectValue, ResourceDefinition, Schema } from "../plugin";
import type { TableName } from "../planning/change";
import type { ProviderClient } from "./client";
import { expectedFailure, toPluginDiagnostics } from "./report";
import { findTable } from "./snapshot";
import { noSuchTable, parseTableId } from "./table-id";
import { emptyState } from "./values";

type ImportState = NonNullable<ResourceDefinition<ProviderClient>["importState"]>;

/**
 * Imports by `database.table`, or `table` in the database `public`. The state holds the id and `known`; reading, which follows, fills in
 * the rest.
 */
export function importByTable(typeName: string, schema: Schema, known: (name: TableName) => ObjectValue): ImportState {
  return async ({ id }: { readonly id: string }, context: Context<ProviderClient>) => {
    const name = parseTableId(id);
    try {
      const observed = await context.client.greptimedb().snapshots.read([name]);
      if (findTable(observed, name) === undefined) return { resources: [], diagnostics: [noSuchTable(id)] };
    } catch (error) {
      return { resources: [], diagnostics: toPluginDiagnostics(expectedFailure(error)) };
    }
    return { resources: [{ typeName, state: { ...emptyState(schema), ...known(name), id: `${name.database}.${name.name}` } }] };
  };
}
