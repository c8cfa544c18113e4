import type { Diagnostic } from "../diagnostics/diagnostic";
import { emptyObject } from "../value/empty-object";
import { secretsOf } from "../value/secrets";
import {
  ConfigureProviderRequest,
  DiagnosticsResponse,
  ValidateProviderConfigRequest,
  ValidateProviderConfigResponse,
} from "../wire/tfplugin6";
import type { Rpc } from "./rpc";
import { rpc } from "./rpc";
import type { Session } from "./session";
import { closeClient } from "./session";

/** ValidateProviderConfig and ConfigureProvider. */
export function providerRpcs<Client>(session: Session<Client>): { readonly [method: string]: Rpc } {
  const { definition } = session;
  return {
    ValidateProviderConfig: rpc(
      session,
      "ValidateProviderConfig",
      ValidateProviderConfigRequest,
      ValidateProviderConfigResponse,
      async (request, call) => {
        const config = call.object(definition.schema, request.config) ?? emptyObject(definition.schema);
        session.redactor.add(secretsOf(definition.schema, config));
        return { diagnostics: (await definition.validate?.({ config })) ?? [] };
      },
    ),
    ConfigureProvider: rpc(
      session,
      "ConfigureProvider",
      ConfigureProviderRequest,
      DiagnosticsResponse,
      async (request, call): Promise<{ readonly diagnostics: readonly Diagnostic[] }> => {
        await closeClient(session);
        const config = call.object(definition.schema, request.config) ?? emptyObject(definition.schema);
        session.redactor.add(secretsOf(definition.schema, config));
        session.configured = true;
        session.stop = new AbortController();
        const terraformVersion = request.terraformVersion ?? "";
        const { client, diagnostics = [] } = await definition.configure({ config, terraformVersion, log: session.log });
        session.client = client;
        return { diagnostics };
      },
    ),
  };
}
