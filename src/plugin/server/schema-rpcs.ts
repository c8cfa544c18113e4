import type { Diagnostic } from "../diagnostics/diagnostic";
import { errorDiagnostic } from "../diagnostics/diagnostic";
import { checkSchemas } from "../schema/check-schema";
import type { Schema } from "../schema/schema";
import { Empty, GetMetadataResponse, GetProviderSchemaResponse } from "../wire/tfplugin6";
import type { Rpc } from "./rpc";
import { rpc } from "./rpc";
import { schemaMessage } from "./schema-message";
import type { Session } from "./session";

const serverCapabilities = { planDestroy: true, getProviderSchemaOptional: true, moveResourceState: false };

/** GetMetadata and GetProviderSchema. */
export function schemaRpcs<Client>(session: Session<Client>): { readonly [method: string]: Rpc } {
  const { definition } = session;
  return {
    GetMetadata: rpc(session, "GetMetadata", Empty, GetMetadataResponse, () => ({
      serverCapabilities,
      resources: definition.resources.map(({ typeName }) => ({ typeName })),
      dataSources: definition.dataSources.map(({ typeName }) => ({ typeName })),
    })),
    GetProviderSchema: rpc(session, "GetProviderSchema", Empty, GetProviderSchemaResponse, () => {
      const diagnostics = schemaDiagnostics(session);
      if (diagnostics.length > 0) return { provider: schemaMessage({ version: 0, attributes: {} }), diagnostics };
      return {
        provider: schemaMessage(definition.schema),
        resourceSchemas: schemaMessages(definition.resources),
        dataSourceSchemas: schemaMessages(definition.dataSources),
        serverCapabilities,
      };
    }),
  };
}

function schemaMessages(kinds: readonly { readonly typeName: string; readonly schema: Schema }[]) {
  return new Map(kinds.map(({ typeName, schema }) => [typeName, schemaMessage(schema)]));
}

function schemaDiagnostics<Client>({ definition }: Session<Client>): readonly Diagnostic[] {
  return checkSchemas(definition).map(({ where, problem }) =>
    errorDiagnostic(
      `Invalid schema in the provider "${definition.name}"`,
      `${where}: ${problem}.\n\nThis is a bug in the provider, which should be reported in its issue tracker.`,
    ),
  );
}
