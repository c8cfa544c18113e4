import type { Diagnostic } from "./diagnostics/diagnostic";
import type { Path } from "./diagnostics/path";
import type { Logger } from "./log/logger";
import type { Schema } from "./schema/schema";
import type { LosslessJson } from "./codec/lossless-json";
import type { ObjectValue } from "./value/value";

/** What the caller of the provider is able to do, as it says itself. */
export interface ClientCapabilities {
  /** Write-only attributes may have values in the configuration. The framework refuses them itself when false. */
  readonly writeOnlyAttributesAllowed: boolean;
  /** The caller accepts deferred answers. The framework never defers. */
  readonly deferralAllowed: boolean;
}

/** What a running operation is given. */
export interface Context<Client> {
  /** What `configure` returned. */
  readonly client: Client;
  /**
   * Aborted when the user interrupts Terraform, and when Terraform is gone. A running operation should stop at the next
   * safe point and return the state reached with an error diagnostic. The process stays until it has returned.
   */
  readonly stop: AbortSignal;
  readonly log: Logger;
}

/** Answer of the validate functions. */
export type Validation = Promise<readonly Diagnostic[]> | readonly Diagnostic[];

/** A provider: its own configuration, resources and data sources. `Client` is what `configure` makes of the configuration. */
export interface ProviderDefinition<Client> {
  /** Local type name, for example `topoform`. Every resource and data source name is it or begins with it and `_`. */
  readonly name: string;
  /** Full source address, for example `registry.terraform.io/topoform/topoform`. */
  readonly address: string;
  readonly version: string;
  readonly schema: Schema;
  /** Checks the provider block. The configuration may hold unknown values. Default: no findings. */
  validate?(request: { readonly config: ObjectValue }): Validation;
  /**
   * Makes the client. The configuration may hold unknown values while planning: then leave `client` out, and reading
   * and applying resources will answer with a diagnostic that says so. May be called again in one process.
   */
  configure(request: {
    readonly config: ObjectValue;
    readonly terraformVersion: string;
    readonly log: Logger;
  }): Promise<{ readonly client?: Client; readonly diagnostics?: readonly Diagnostic[] }>;
  /** Called before the process ends and before a new `configure`. It has one second at the end of the process. */
  close?(client: Client): Promise<void>;
  /** Takes secrets out of a text before it is logged. Sensitive values of the provider block are always taken out. */
  redact?(text: string): string;
  readonly resources: readonly ResourceDefinition<Client>[];
  readonly dataSources: readonly DataSourceDefinition<Client>[];
}

/** A kind of managed object. */
export interface ResourceDefinition<Client> {
  readonly typeName: string;
  readonly schema: Schema;
  /** Checks a configuration. It may hold unknown values, and is called again when more of them are known. */
  validate?(request: { readonly config: ObjectValue; readonly clientCapabilities: ClientCapabilities }): Validation;
  /** Reads the live object. `state: null` says that it is gone. Without `private`, the stored bytes are kept. */
  read(
    request: { readonly state: ObjectValue; readonly private: Uint8Array },
    context: Context<Client>,
  ): Promise<{
    readonly state: ObjectValue | null;
    readonly private?: Uint8Array;
    readonly diagnostics?: readonly Diagnostic[];
  }>;
  /**
   * Decides what apply will do. Pure: the same answer for the same arguments, since it runs again at apply.
   *
   * `prior` null is a creation; `proposed` (and `config`) null is a destruction, whose `planned` is null.
   * `proposed` is the configuration completed with prior values of computed attributes; on creation and when something
   * changes, computed attributes without configuration are already unknown (except those that are `stable`);
   * write-only values are already null. Default: what is proposed is planned.
   */
  plan?(request: PlanRequest): PlanResult;
  /**
   * Makes it so. `prior` null is a creation, `planned` null a destruction. The result must agree with every known planned value.
   * With an error: `state: null` keeps the prior state (on creation: records nothing); an object on creation is recorded as
   * tainted, and the next plan destroys it; an object on update or destruction is recorded as it is.
   * Without `private`, the planned bytes are kept.
   */
  apply(
    request: {
      readonly prior: ObjectValue | null;
      readonly planned: ObjectValue | null;
      readonly config: ObjectValue | null;
      readonly private: Uint8Array;
    },
    context: Context<Client>,
  ): Promise<{
    readonly state: ObjectValue | null;
    readonly private?: Uint8Array;
    readonly diagnostics?: readonly Diagnostic[];
  }>;
  /** Finds an existing object by what the user typed. `read` is called next, so a partial state is enough. Default: not importable. */
  importState?(
    request: { readonly id: string },
    context: Context<Client>,
  ): Promise<{ readonly resources: readonly ImportedResource[]; readonly diagnostics?: readonly Diagnostic[] }>;
  /**
   * Rewrites state that an older schema version stored. Not called for the current version.
   * Default: older versions are refused with a diagnostic.
   */
  upgradeState?(request: {
    readonly version: bigint | number;
    readonly state: LosslessJson;
  }): Promise<{ readonly state: ObjectValue | null; readonly diagnostics?: readonly Diagnostic[] }>;
}

/** Arguments of `ResourceDefinition.plan`. */
export interface PlanRequest {
  readonly prior: ObjectValue | null;
  readonly proposed: ObjectValue | null;
  readonly config: ObjectValue | null;
  readonly private: Uint8Array;
}

/** Answer of `ResourceDefinition.plan`. */
export interface PlanResult {
  readonly planned: ObjectValue | null;
  /** Paths whose change replaces the object, beside those marked in the schema. Unchanged ones are ignored. */
  readonly requiresReplace?: readonly Path[];
  /** Before Terraform 1.16 this reaches only the apply of a destruction. Default: the private bytes of the request. */
  readonly private?: Uint8Array;
  readonly diagnostics?: readonly Diagnostic[];
}

/** One object found by an import. */
export interface ImportedResource {
  readonly typeName: string;
  readonly state: ObjectValue;
  readonly private?: Uint8Array;
}

/** A kind of object that is only read. */
export interface DataSourceDefinition<Client> {
  readonly typeName: string;
  readonly schema: Schema;
  /** Checks a configuration, which may hold unknown values. */
  validate?(request: { readonly config: ObjectValue }): Validation;
  /** Reads it. The configuration is wholly known. `state` is null only together with an error. */
  read(
    request: { readonly config: ObjectValue },
    context: Context<Client>,
  ): Promise<{ readonly state: ObjectValue | null; readonly diagnostics?: readonly Diagnostic[] }>;
}
