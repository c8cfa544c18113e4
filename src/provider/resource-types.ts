import type { ObjectValue, ResourceDefinition } from "../plugin";
import type { Diagnostic } from "../topology/diagnostic";
import type { ProviderClient } from "./client";

type Definition = ResourceDefinition<ProviderClient>;

/** What the functions of this provider's resources are given and give back. */
export type ApplyRequest = Parameters<Definition["apply"]>[0];
export type ApplyResult = Awaited<ReturnType<Definition["apply"]>>;
export type ReadResult = Awaited<ReturnType<Definition["read"]>>;
export type ImportState = NonNullable<Definition["importState"]>;

/** What an apply comes to, before its diagnostics are put into Terraform's form. */
export interface Outcome {
  readonly state: ObjectValue | null;
  readonly private?: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
}
