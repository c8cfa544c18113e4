/**
 * The messages of `tfplugin6.Provider`, protocol 6.8 (Terraform 1.11), as far as this framework answers them.
 * Later minor versions only add fields and RPCs, which are passed over and answered UNIMPLEMENTED.
 */
import { bool, bytes, embedded, enumeration, int64, map, message, recursive, repeated, string } from "./message";
import type { Decoded, Message } from "./message";

export const SEVERITY = { error: 1, warning: 2 } as const;
export const BLOCK_NESTING = { single: 1, list: 2, set: 3, map: 4, group: 5 } as const;
export const ATTRIBUTE_NESTING = { single: 1, list: 2, set: 3, map: 4 } as const;
export const MARKDOWN = 1;

export const DynamicValueMessage = message({ msgpack: bytes(1), json: bytes(2) });
export type DynamicValueMessage = Decoded<typeof DynamicValueMessage>;

export const PathStepMessage = message({
  attributeName: string(1),
  elementKeyString: string(2),
  elementKeyInt: int64(3),
});
export const AttributePathMessage = message({ steps: repeated(embedded(1, PathStepMessage)) });
export type AttributePathMessage = Decoded<typeof AttributePathMessage>;

export const DiagnosticMessage = message({
  severity: enumeration(1),
  summary: string(2),
  detail: string(3),
  attribute: embedded(4, AttributePathMessage),
});
export type DiagnosticMessage = Decoded<typeof DiagnosticMessage>;

/** An attribute contains the attributes of its nested object, so these two are written out. */
export interface AttributeMessage {
  readonly name?: string | undefined;
  readonly type?: Uint8Array | undefined;
  readonly description?: string | undefined;
  readonly required?: boolean | undefined;
  readonly optional?: boolean | undefined;
  readonly computed?: boolean | undefined;
  readonly sensitive?: boolean | undefined;
  readonly descriptionKind?: number | undefined;
  readonly deprecated?: boolean | undefined;
  readonly nestedType?: ObjectMessage | undefined;
  readonly writeOnly?: boolean | undefined;
}
export interface ObjectMessage {
  readonly attributes?: readonly AttributeMessage[] | undefined;
  readonly nesting?: number | undefined;
}

export const AttributeMessage: Message<AttributeMessage> = message({
  name: string(1),
  type: bytes(2),
  description: string(3),
  required: bool(4),
  optional: bool(5),
  computed: bool(6),
  sensitive: bool(7),
  descriptionKind: enumeration(8),
  deprecated: bool(9),
  nestedType: recursive<ObjectMessage>(10, () => ObjectMessage),
  writeOnly: bool(11),
});
export const ObjectMessage: Message<ObjectMessage> = message({
  attributes: repeated(embedded(1, AttributeMessage)),
  nesting: enumeration(3),
});

export interface BlockMessage {
  readonly version?: bigint | undefined;
  readonly attributes?: readonly AttributeMessage[] | undefined;
  readonly blockTypes?: readonly NestedBlockMessage[] | undefined;
  readonly description?: string | undefined;
  readonly descriptionKind?: number | undefined;
  readonly deprecated?: boolean | undefined;
}
export interface NestedBlockMessage {
  readonly typeName?: string | undefined;
  readonly block?: BlockMessage | undefined;
  readonly nesting?: number | undefined;
  readonly minItems?: bigint | undefined;
  readonly maxItems?: bigint | undefined;
}

export const BlockMessage: Message<BlockMessage> = message({
  version: int64(1),
  attributes: repeated(embedded(2, AttributeMessage)),
  blockTypes: repeated(recursive<NestedBlockMessage>(3, () => NestedBlockMessage)),
  description: string(4),
  descriptionKind: enumeration(5),
  deprecated: bool(6),
});
export const NestedBlockMessage: Message<NestedBlockMessage> = message({
  typeName: string(1),
  block: embedded(2, BlockMessage),
  nesting: enumeration(3),
  minItems: int64(4),
  maxItems: int64(5),
});
export const SchemaMessage = message({ version: int64(1), block: embedded(2, BlockMessage) });
export type SchemaMessage = Decoded<typeof SchemaMessage>;

const diagnostics = (id: number) => repeated(embedded(id, DiagnosticMessage));
const value = (id: number) => embedded(id, DynamicValueMessage);

export const ServerCapabilitiesMessage = message({
  planDestroy: bool(1),
  getProviderSchemaOptional: bool(2),
  moveResourceState: bool(3),
});
export const ClientCapabilitiesMessage = message({ deferralAllowed: bool(1), writeOnlyAttributesAllowed: bool(2) });
export type ClientCapabilitiesMessage = Decoded<typeof ClientCapabilitiesMessage>;

const typeNames = (id: number) => repeated(embedded(id, message({ typeName: string(1) })));

export const Empty = message({});
export const GetMetadataResponse = message({
  serverCapabilities: embedded(1, ServerCapabilitiesMessage),
  diagnostics: diagnostics(2),
  dataSources: typeNames(3),
  resources: typeNames(4),
});
export const GetProviderSchemaResponse = message({
  provider: embedded(1, SchemaMessage),
  resourceSchemas: map(2, (id) => embedded(id, SchemaMessage)),
  dataSourceSchemas: map(3, (id) => embedded(id, SchemaMessage)),
  diagnostics: diagnostics(4),
  serverCapabilities: embedded(6, ServerCapabilitiesMessage),
});
export const ValidateProviderConfigRequest = message({ config: value(1) });
/** In this one response the diagnostics are field 2. */
export const ValidateProviderConfigResponse = message({ diagnostics: diagnostics(2) });
export const ConfigureProviderRequest = message({
  terraformVersion: string(1),
  config: value(2),
  clientCapabilities: embedded(3, ClientCapabilitiesMessage),
});
/** The response that holds nothing but diagnostics. */
export const DiagnosticsResponse = message({ diagnostics: diagnostics(1) });
export const ValidateResourceConfigRequest = message({
  typeName: string(1),
  config: value(2),
  clientCapabilities: embedded(3, ClientCapabilitiesMessage),
});
export const UpgradeResourceStateRequest = message({
  typeName: string(1),
  version: int64(2),
  rawState: embedded(3, message({ json: bytes(1), flatmap: map(2, string) })),
});
export const UpgradeResourceStateResponse = message({ upgradedState: value(1), diagnostics: diagnostics(2) });
export const ReadResourceRequest = message({ typeName: string(1), currentState: value(2), private: bytes(3) });
export const ReadResourceResponse = message({ newState: value(1), diagnostics: diagnostics(2), private: bytes(3) });
export const PlanResourceChangeRequest = message({
  typeName: string(1),
  priorState: value(2),
  proposedNewState: value(3),
  config: value(4),
  priorPrivate: bytes(5),
});
export const PlanResourceChangeResponse = message({
  plannedState: value(1),
  requiresReplace: repeated(embedded(2, AttributePathMessage)),
  plannedPrivate: bytes(3),
  diagnostics: diagnostics(4),
});
export const ApplyResourceChangeRequest = message({
  typeName: string(1),
  priorState: value(2),
  plannedState: value(3),
  config: value(4),
  plannedPrivate: bytes(5),
});
export const ApplyResourceChangeResponse = message({
  newState: value(1),
  private: bytes(2),
  diagnostics: diagnostics(3),
});
export const ImportResourceStateRequest = message({ typeName: string(1), id: string(2) });
export const ImportResourceStateResponse = message({
  importedResources: repeated(embedded(1, message({ typeName: string(1), state: value(2), private: bytes(3) }))),
  diagnostics: diagnostics(2),
});
export const ValidateDataResourceConfigRequest = message({ typeName: string(1), config: value(2) });
export const ReadDataSourceRequest = message({ typeName: string(1), config: value(2) });
export const ReadDataSourceResponse = message({ state: value(1), diagnostics: diagnostics(2) });
export const StopProviderResponse = message({ error: string(1) });
