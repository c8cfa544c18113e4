import { decodeMsgpack } from "../codec/decode-msgpack";
import { encodeMsgpack } from "../codec/encode-msgpack";
import { valueFromJson } from "../codec/json-values";
import { parseLosslessJson } from "../codec/lossless-json";
import type { Diagnostic } from "../diagnostics/diagnostic";
import type { Path } from "../diagnostics/path";
import { blockType } from "../schema/implied-type";
import type { Block } from "../schema/schema";
import { ValueError } from "../value/conform";
import type { ObjectValue } from "../value/value";
import { isObjectValue } from "../value/narrow";
import type { AttributePathMessage, DiagnosticMessage, DynamicValueMessage } from "../wire/tfplugin6";
import { SEVERITY } from "../wire/tfplugin6";

/**
 * The object that Terraform sent for a block, or null. A message with neither encoding is null, too.
 *
 * @throws ValueError when it is not an object of the schema.
 */
export function objectFromWire(block: Block, message: DynamicValueMessage | undefined): ObjectValue | null {
  const type = blockType(block);
  const value = decode();
  if (value === null || isObjectValue(value)) return value;
  throw new ValueError([], "an object or null is required");

  function decode() {
    if (message?.msgpack !== undefined && message.msgpack.length > 0) return decodeMsgpack(type, message.msgpack);
    if (message?.json === undefined || message.json.length === 0) return null;
    return valueFromJson(type, parseLosslessJson(Buffer.from(message.json).toString("utf8")));
  }
}

/**
 * The wire form of an object or null.
 *
 * @throws ValueError when it is not an object of the schema.
 */
export function objectToWire(block: Block, object: ObjectValue | null): DynamicValueMessage {
  return { msgpack: encodeMsgpack(blockType(block), object) };
}

/** The wire form of diagnostics. */
export function diagnosticsToWire(diagnostics: readonly Diagnostic[]): readonly DiagnosticMessage[] {
  return diagnostics.map(({ severity, summary, detail, path }) => ({
    severity: SEVERITY[severity],
    summary,
    detail,
    attribute: path === undefined || path.length === 0 ? undefined : pathToWire(path),
  }));
}

/** The wire form of a path. */
export function pathToWire(path: Path): AttributePathMessage {
  return {
    steps: path.map((step) => {
      if (typeof step === "string") return { attributeName: step };
      return typeof step === "number" ? { elementKeyInt: BigInt(step) } : { elementKeyString: step.key };
    }),
  };
}
