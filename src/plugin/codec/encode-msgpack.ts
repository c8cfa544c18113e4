import type { Type } from "../schema/type";
import { typeShape } from "../schema/type";
import { typeToJson } from "../schema/type-json";
import { conform } from "../value/conform";
import { formatNumber } from "../value/number";
import { isUnknown } from "../value/unknown";
import type { DynamicValue, NumberValue, ObjectValue, Value } from "../value/value";
import { MsgpackWriter } from "./msgpack-writer";

/**
 * Encodes a value for Terraform.
 *
 * Every number is a decimal string. Terraform decodes integers with 64 bits of precision and strings with 512, as it does the
 * numbers of its state, and compares precision too: an integer read back as an integer would be a difference that no plan shows, and
 * `plan -refresh-only -detailed-exitcode` would say 2 for ever (observed on 1.11.4).
 *
 * @throws ValueError when the value is not of the type.
 */
export function encodeMsgpack(type: Type, value: Value): Uint8Array {
  const writer = new MsgpackWriter();
  write(writer, type, conform(type, value));
  return writer.finish();
}

/** Writes a value that `conform` returned, so the casts below hold. */
function write(writer: MsgpackWriter, type: Type, value: Value): void {
  if (value === null) return writer.nil();
  if (isUnknown(value)) return writer.unknown();
  const shape = typeShape(type);
  switch (shape.kind) {
    case "string":
      return writer.string(value as string);
    case "bool":
      return writer.bool(value as boolean);
    case "number":
      return writer.string(formatNumber(value as NumberValue));
    case "dynamic":
      return writeDynamic(writer, value as DynamicValue);
    case "list":
    case "set": {
      const elements = value as readonly Value[];
      writer.array(elements.length);
      for (const element of elements) write(writer, shape.element, element);
      return;
    }
    case "tuple":
      writer.array(shape.elements.length);
      shape.elements.forEach((element, index) => write(writer, element, (value as readonly Value[])[index] ?? null));
      return;
    case "map": {
      const entries = Object.entries(value as ObjectValue);
      writer.map(entries.length);
      for (const [key, one] of entries) {
        writer.string(key);
        write(writer, shape.element, one);
      }
      return;
    }
    case "object": {
      const entries = Object.entries(shape.attributes);
      writer.map(entries.length);
      for (const [name, attribute] of entries) {
        writer.string(name);
        write(writer, attribute, (value as ObjectValue)[name] ?? null);
      }
    }
  }
}

function writeDynamic(writer: MsgpackWriter, value: DynamicValue): void {
  writer.array(2);
  writer.binary(Buffer.from(JSON.stringify(typeToJson(value.type))));
  write(writer, value.type, value.value);
}
