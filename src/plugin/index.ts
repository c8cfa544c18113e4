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
