import { parseLosslessJson } from "../codec/lossless-json";
import type { ResourceDefinition } from "../definition";
import type { Diagnostic } from "../diagnostics/diagnostic";
import { errorDiagnostic, hasErrors } from "../diagnostics/diagnostic";
import { checkState } from "../rules/state-valid";
import { violationDiagnostics } from "../rules/violation";
import type { DynamicValueMessage } from "../wire/tfplugin6";
import { checkObject } from "./checked-object";
import { objectToWire } from "./wire-values";

/** Stored state in its own schema version. */
export interface StoredState {
  readonly version: bigint;
  readonly json: Uint8Array;
  /** True for state of Terraform 0.11 and older, which is not JSON. */
  readonly flat: boolean;
}

/**
 * Brings stored state to the current schema version. State of this version goes back as the same bytes, so that no digit
 * of a number is lost; Terraform itself drops attributes that have left the schema then.
 */
export async function upgradeState<Client>(
  resource: ResourceDefinition<Client>,
  stored: StoredState,
): Promise<{ readonly upgradedState?: DynamicValueMessage; readonly diagnostics: readonly Diagnostic[] }> {
  const { typeName, schema } = resource;
  if (stored.flat) return { diagnostics: [tooOld(typeName, "It was written by Terraform 0.11 or older.")] };
  if (stored.version === BigInt(schema.version)) return { upgradedState: { json: stored.json }, diagnostics: [] };
  if (resource.upgradeState === undefined || stored.version > BigInt(schema.version)) {
    return { diagnostics: [wrongVersion(typeName, stored.version, schema.version)] };
  }
  const json = parseLosslessJson(Buffer.from(stored.json).toString("utf8"));
  const { state, diagnostics = [] } = await resource.upgradeState({ version: stored.version, state: json });
  if (hasErrors(diagnostics)) return { diagnostics };
  const { object, violations } = checkObject(schema, state);
  const broken = violations.length > 0 ? violations : checkState(schema, object);
  const all = [...diagnostics, ...violationDiagnostics("Provider upgraded state wrongly", typeName, broken)];
  return broken.length > 0 ? { diagnostics: all } : { upgradedState: objectToWire(schema, object), diagnostics: all };
}

function tooOld(typeName: string, why: string): Diagnostic {
  return errorDiagnostic(
    "Stored state is too old",
    `The state of ${typeName} cannot be read. ${why}\n\nRemove it from the state with terraform state rm and import it again.`,
  );
}

function wrongVersion(typeName: string, version: bigint, current: number): Diagnostic {
  if (version < BigInt(current)) {
    return tooOld(typeName, `It has schema version ${version}, and this provider reads version ${current}.`);
  }
  return errorDiagnostic(
    "Stored state is too new",
    `The state of ${typeName} has schema version ${version}, and this provider knows versions up to ${current}.\n\n` +
      "Use the provider version that wrote it, or a newer one.",
  );
}
