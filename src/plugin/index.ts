export type {
  ClientCapabilities,
  Context,
  DataSourceDefinition,
  ImportedResource,
  PlanRequest,
  PlanResult,
  ProviderDefinition,
  ResourceDefinition,
  Validation,
} from "./definition";
export type { Diagnostic, Severity } from "./diagnostics/diagnostic";
export {
  equalDiagnostics,
  errorDiagnostic,
  hasErrors,
  uniqueDiagnostics,
  warningDiagnostic,
} from "./diagnostics/diagnostic";
export type { Path, PathStep } from "./diagnostics/path";
export { renderPath } from "./diagnostics/path";
export type { LosslessJson } from "./codec/lossless-json";
export { parseLosslessJson, renderLosslessJson } from "./codec/lossless-json";
export type { LogFields, Logger, LogLevel } from "./log/logger";
export type {
  Attribute,
  AttributeBehaviour,
  AttributeNesting,
  Block,
  BlockNesting,
  NestedAttribute,
  NestedAttributes,
  NestedBlock,
  Schema,
  TypedAttribute,
} from "./schema/schema";
export type { Type } from "./schema/type";
export { DecimalNumber } from "./value/decimal-number";
export { canonicalNumber, formatNumber, parseNumber } from "./value/number";
export { isUnknown, UNKNOWN } from "./value/unknown";
export type { Unknown } from "./value/unknown";
export type { NumberValue, ObjectValue, Value } from "./value/value";
export { DynamicValue } from "./value/value";
export { isNullValue, isObjectValue, isSequence, isWhollyKnown } from "./value/narrow";
export { distinct, equalValues, valueKey } from "./value/equal-values";
export { conform, ValueError } from "./value/conform";
export { emptyObject } from "./value/empty-object";
export { valueFromJson, valueToJson } from "./codec/json-values";
export { decodeMsgpack } from "./codec/decode-msgpack";
export { encodeMsgpack } from "./codec/encode-msgpack";
export { attributeType, blockType } from "./schema/implied-type";
export { checkSchemas } from "./schema/check-schema";
export type { SchemaProblem } from "./schema/check-schema";
export { renderSchemaJson } from "./schema/render-schema-json";
export type { SchemaJson } from "./schema/render-schema-json";
export { changedPaths } from "./rules/replacement";
export { markComputedUnknown } from "./rules/propose";
export { planObject } from "./server/plan-object";
export type { CheckedPlan, PlanInput } from "./server/plan-object";
export { applyObject } from "./server/apply-object";
export type { ApplyInput, CheckedState } from "./server/apply-object";
export { serve } from "./serve";
export type { DefinitionSource, ServeOptions } from "./serve";
