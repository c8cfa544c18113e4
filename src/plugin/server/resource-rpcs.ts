import type { ClientCapabilities, ResourceDefinition } from "../definition";
import type { Diagnostic } from "../diagnostics/diagnostic";
import { errorDiagnostic, hasErrors } from "../diagnostics/diagnostic";
import { checkShape, checkState } from "../rules/state-valid";
import { violationDiagnostics } from "../rules/violation";
import { ValueError } from "../value/conform";
import { emptyObject } from "../value/empty-object";
import type { ClientCapabilitiesMessage } from "../wire/tfplugin6";
import {
  ApplyResourceChangeRequest,
  ApplyResourceChangeResponse,
  DiagnosticsResponse,
  PlanResourceChangeRequest,
  PlanResourceChangeResponse,
  ReadResourceRequest,
  ReadResourceResponse,
  UpgradeResourceStateRequest,
  UpgradeResourceStateResponse,
  ValidateResourceConfigRequest,
} from "../wire/tfplugin6";
import { applyObject } from "./apply-object";
import { checkObject } from "./checked-object";
import { planObject } from "./plan-object";
import type { Rpc } from "./rpc";
import { rpc } from "./rpc";
import type { Session } from "./session";
import { contextOf } from "./session";
import { upgradeState } from "./upgrade-state";
import { objectToWire, pathToWire } from "./wire-values";

const noBytes = new Uint8Array();

/** The calls for managed resources, except import. */
export function resourceRpcs<Client>(session: Session<Client>): { readonly [method: string]: Rpc } {
  const find = finder("resource", session.definition.resources);
  return {
    ValidateResourceConfig: rpc(
      session,
      "ValidateResourceConfig",
      ValidateResourceConfigRequest,
      DiagnosticsResponse,
      async (request, call) => {
        const resource = find(request.typeName);
        const config = call.object(resource.schema, request.config) ?? emptyObject(resource.schema);
        const clientCapabilities = capabilitiesOf(request.clientCapabilities);
        const refused = clientCapabilities.writeOnlyAttributesAllowed ? [] : writeOnlyRefusals(resource, config);
        return { diagnostics: [...refused, ...((await resource.validate?.({ config, clientCapabilities })) ?? [])] };
      },
    ),
    UpgradeResourceState: rpc(
      session,
      "UpgradeResourceState",
      UpgradeResourceStateRequest,
      UpgradeResourceStateResponse,
      ({ typeName, version = 0n, rawState = {} }) => {
        const { json = noBytes, flatmap } = rawState;
        return upgradeState(find(typeName), { version, json, flat: json.length === 0 && flatmap !== undefined });
      },
    ),
    ReadResource: rpc(session, "ReadResource", ReadResourceRequest, ReadResourceResponse, async (request, call) => {
      const resource = find(request.typeName);
      const { schema, typeName } = resource;
      const state = call.object(schema, request.currentState);
      const privateBytes = request.private ?? noBytes;
      if (state === null) return { newState: objectToWire(schema, null), private: privateBytes };
      const found = contextOf(session, typeName);
      if ("diagnostic" in found)
        return { newState: request.currentState, private: privateBytes, diagnostics: [found.diagnostic] };
      const result = await resource.read({ state, private: privateBytes }, found.context);
      const { diagnostics = [] } = result;
      if (hasErrors(diagnostics)) return { newState: request.currentState, private: privateBytes, diagnostics };
      const { object, violations } = checkObject(schema, result.state);
      const broken = violations.length > 0 ? violations : checkState(schema, object);
      return {
        newState: objectToWire(schema, object),
        private: result.private ?? privateBytes,
        diagnostics: [...diagnostics, ...violationDiagnostics("Provider read an invalid object", typeName, broken)],
      };
    }),
    PlanResourceChange: rpc(
      session,
      "PlanResourceChange",
      PlanResourceChangeRequest,
      PlanResourceChangeResponse,
      (request, call) => {
        const resource = find(request.typeName);
        const plan = planObject(resource, {
          prior: call.object(resource.schema, request.priorState),
          proposed: call.object(resource.schema, request.proposedNewState),
          config: call.object(resource.schema, request.config),
          private: request.priorPrivate ?? noBytes,
        });
        return {
          plannedState: objectToWire(resource.schema, plan.planned),
          requiresReplace: plan.requiresReplace.map(pathToWire),
          plannedPrivate: plan.private,
          diagnostics: plan.diagnostics,
        };
      },
    ),
    ApplyResourceChange: rpc(
      session,
      "ApplyResourceChange",
      ApplyResourceChangeRequest,
      ApplyResourceChangeResponse,
      async (request, call) => {
        const resource = find(request.typeName);
        const input = {
          prior: call.object(resource.schema, request.priorState),
          planned: call.object(resource.schema, request.plannedState),
          config: call.object(resource.schema, request.config),
          private: request.plannedPrivate ?? noBytes,
        };
        const found = contextOf(session, resource.typeName);
        if ("diagnostic" in found) {
          return { newState: request.priorState, private: input.private, diagnostics: [found.diagnostic] };
        }
        const result = await applyObject(resource, input, found.context);
        return {
          newState: objectToWire(resource.schema, result.state),
          private: result.private,
          diagnostics: result.diagnostics,
        };
      },
    ),
  };
}

/** Looks up a kind of object by its type name. */
export function finder<Kind extends { readonly typeName: string }>(
  what: string,
  kinds: readonly Kind[],
): (typeName: string | undefined) => Kind {
  const byName = new Map(kinds.map((kind) => [kind.typeName, kind]));
  return (typeName = "") => {
    const kind = byName.get(typeName);
    if (kind === undefined) throw new ValueError([], `the provider has no ${what} "${typeName}"`);
    return kind;
  };
}

/** What the caller said that it can do; nothing when it said nothing. */
export function capabilitiesOf(message: ClientCapabilitiesMessage | undefined): ClientCapabilities {
  return {
    deferralAllowed: message?.deferralAllowed ?? false,
    writeOnlyAttributesAllowed: message?.writeOnlyAttributesAllowed ?? false,
  };
}

function writeOnlyRefusals<Client>(
  { schema, typeName }: ResourceDefinition<Client>,
  config: Parameters<typeof checkShape>[1],
): readonly Diagnostic[] {
  return checkShape(schema, config).map(({ path }) =>
    errorDiagnostic(
      "Write-only attribute is not supported",
      `${typeName} has a write-only attribute set, which needs Terraform 1.11 or OpenTofu 1.11 or newer.`,
      path,
    ),
  );
}
