import type { ImportedResource, ProviderDefinition } from "../definition";
import { errorDiagnostic, hasErrors } from "../diagnostics/diagnostic";
import type { Diagnostic } from "../diagnostics/diagnostic";
import { checkState } from "../rules/state-valid";
import { violationDiagnostics } from "../rules/violation";
import { emptyObject } from "../value/empty-object";
import type { DynamicValueMessage } from "../wire/tfplugin6";
import { ImportResourceStateRequest, ImportResourceStateResponse } from "../wire/tfplugin6";
import { checkObject } from "./checked-object";
import { finder } from "./resource-rpcs";
import type { Rpc } from "./rpc";
import { rpc } from "./rpc";
import type { Session } from "./session";
import { contextOf } from "./session";
import { objectToWire } from "./wire-values";

/** ImportResourceState. */
export function importRpcs<Client>(session: Session<Client>): { readonly [method: string]: Rpc } {
  const find = finder("resource", session.definition.resources);
  return {
    ImportResourceState: rpc(
      session,
      "ImportResourceState",
      ImportResourceStateRequest,
      ImportResourceStateResponse,
      async ({ typeName, id = "" }) => {
        const resource = find(typeName);
        if (resource.importState === undefined) return { diagnostics: [notImportable(resource.typeName)] };
        const found = contextOf(session, resource.typeName);
        if ("diagnostic" in found) return { diagnostics: [found.diagnostic] };
        const { resources, diagnostics = [] } = await resource.importState({ id }, found.context);
        if (hasErrors(diagnostics)) return { diagnostics };
        const imported = resources.map((one) => importedMessage(session.definition, one));
        return {
          importedResources: imported.map(({ message }) => message),
          diagnostics: [...diagnostics, ...imported.flatMap((one) => one.diagnostics)],
        };
      },
    ),
  };
}

function importedMessage<Client>(definition: ProviderDefinition<Client>, imported: ImportedResource) {
  const { typeName, schema } = finder("resource", definition.resources)(imported.typeName);
  const { object, violations } = checkObject(schema, { ...emptyObject(schema), ...imported.state });
  const broken = violations.length > 0 ? violations : checkState(schema, object);
  const message: { typeName: string; state: DynamicValueMessage; private: Uint8Array } = {
    typeName,
    state: objectToWire(schema, object),
    private: imported.private ?? new Uint8Array(),
  };
  return { message, diagnostics: violationDiagnostics("Provider imported an invalid object", typeName, broken) };
}

function notImportable(typeName: string): Diagnostic {
  return errorDiagnostic(
    "Resource cannot be imported",
    `${typeName} has no import. Create it, or manage it elsewhere.`,
  );
}
