import { hasErrors } from "../diagnostics/diagnostic";
import { checkState } from "../rules/state-valid";
import type { Violation } from "../rules/violation";
import { violationDiagnostics } from "../rules/violation";
import { emptyObject } from "../value/empty-object";
import {
  DiagnosticsResponse,
  ReadDataSourceRequest,
  ReadDataSourceResponse,
  ValidateDataResourceConfigRequest,
} from "../wire/tfplugin6";
import { checkObject } from "./checked-object";
import { finder } from "./resource-rpcs";
import type { Rpc } from "./rpc";
import { rpc } from "./rpc";
import type { Session } from "./session";
import { contextOf } from "./session";
import { objectToWire } from "./wire-values";

/** ValidateDataResourceConfig and ReadDataSource. */
export function dataSourceRpcs<Client>(session: Session<Client>): { readonly [method: string]: Rpc } {
  const find = finder("data source", session.definition.dataSources);
  return {
    ValidateDataResourceConfig: rpc(
      session,
      "ValidateDataResourceConfig",
      ValidateDataResourceConfigRequest,
      DiagnosticsResponse,
      async (request, call) => {
        const dataSource = find(request.typeName);
        const config = call.object(dataSource.schema, request.config) ?? emptyObject(dataSource.schema);
        return { diagnostics: (await dataSource.validate?.({ config })) ?? [] };
      },
    ),
    ReadDataSource: rpc(
      session,
      "ReadDataSource",
      ReadDataSourceRequest,
      ReadDataSourceResponse,
      async (request, call) => {
        const dataSource = find(request.typeName);
        const { schema, typeName } = dataSource;
        const config = call.object(schema, request.config) ?? emptyObject(schema);
        const found = contextOf(session, typeName);
        if ("diagnostic" in found) return { diagnostics: [found.diagnostic] };
        const { state, diagnostics = [] } = await dataSource.read({ config }, found.context);
        if (hasErrors(diagnostics)) return { diagnostics };
        const { object, violations } = checkObject(schema, state);
        const missing: readonly Violation[] = [{ path: [], problem: "nothing was read, and no error says why" }];
        const broken = violations.length > 0 ? violations : object === null ? missing : checkState(schema, object);
        return {
          state: objectToWire(schema, object),
          diagnostics: [...diagnostics, ...violationDiagnostics("Provider read an invalid object", typeName, broken)],
        };
      },
    ),
  };
}
