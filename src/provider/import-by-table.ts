import type { Context, ObjectValue, ResourceDefinition, Schema } from "../plugin";
import type { TableName } from "../planning/change";
import type { ProviderClient } from "./client";
import { expectedFailure, toPluginDiagnostics } from "./report";
import { findTable } from "./snapshot";
import { noSuchTable } from "./table-id";
import { emptyState } from "./values";

type ImportState = NonNullable<ResourceDefinition<ProviderClient>["importState"]>;

/** What an import id says of a resource. */
export interface ImportId {
  /** The tables that the resource is about: all must exist. */
  readonly tables: readonly TableName[];
  /** What is known before the first reading, the id among it. */
  readonly known: ObjectValue;
}

/** Imports a resource by its tables. The state holds what the id says; reading, which follows, fills in the rest. */
export function importByTable(typeName: string, schema: Schema, parse: (id: string) => ImportId): ImportState {
  return async ({ id }: { readonly id: string }, context: Context<ProviderClient>) => {
    const { tables, known } = parse(id);
    try {
      const observed = await context.client.greptimedb().snapshots.read(tables);
      const missing = tables.filter((name) => findTable(observed, name) === undefined);
      if (missing.length > 0) return { resources: [], diagnostics: missing.map(noSuchTable) };
    } catch (error) {
      return { resources: [], diagnostics: toPluginDiagnostics(expectedFailure(error)) };
    }
    return { resources: [{ typeName, state: { ...emptyState(schema), ...known } }] };
  };
}
