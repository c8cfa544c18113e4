import type { Path } from "../diagnostics/path";
import type { Type } from "../schema/type";
import { typeShape } from "../schema/type";
import { typeFromJson } from "../schema/type-json";
import { ValueError } from "../value/conform";
import { distinct } from "../value/equal-values";
import { canonicalNumber, parseNumber } from "../value/number";
import { UNKNOWN } from "../value/unknown";
import type { Value } from "../value/value";
import { DynamicValue } from "../value/value";
import { parseLosslessJson } from "./lossless-json";
import type { MsgpackToken } from "./msgpack-reader";
import { MsgpackReader } from "./msgpack-reader";

/**
 * Decodes a value that Terraform sent. Every extension type is an unknown value: type 0 plain, type 12 with
 * refinements, which are dropped, since a plain unknown may always be returned for a refined one.
 *
 * @throws ValueError when the bytes are not msgpack or not a value of the type.
 */
export function decodeMsgpack(type: Type, bytes: Uint8Array): Value {
  const reader = new MsgpackReader(bytes);
  try {
    const value = read(reader, type, []);
    if (!reader.ended) throw new ValueError([], "bytes follow the msgpack value");
    return value;
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) throw new ValueError([], error.message);
    throw error;
  }
}

function read(reader: MsgpackReader, type: Type, path: Path): Value {
  const token = reader.next();
  if (token.kind === "nil") return null;
  if (token.kind === "extension") return UNKNOWN;
  const shape = typeShape(type);
  switch (shape.kind) {
    case "string":
      if (token.kind === "string") return token.value.normalize("NFC");
      break;
    case "bool":
      if (token.kind === "bool") return token.value;
      break;
    case "number": {
      const value = readNumber(token);
      if (value !== undefined) return value;
      break;
    }
    case "dynamic":
      if (token.kind === "array" && token.length === 2) return readDynamic(reader, path);
      break;
    case "list":
      if (token.kind === "array") return repeat(token.length, (index) => read(reader, shape.element, [...path, index]));
      break;
    case "set":
      if (token.kind === "array") {
        return distinct(
          shape.element,
          repeat(token.length, () => read(reader, shape.element, path)),
        );
      }
      break;
    case "tuple":
      if (token.kind === "array" && token.length === shape.elements.length) {
        return shape.elements.map((element, index) => read(reader, element, [...path, index]));
      }
      break;
    case "map":
      if (token.kind === "map") {
        const entry = () => {
          const key = readKey(reader, path);
          return [key, read(reader, shape.element, [...path, { key }])] as const;
        };
        return Object.fromEntries(repeat(token.length, entry));
      }
      break;
    case "object":
      if (token.kind === "map") return readObject(reader, shape.attributes, token.length, path);
  }
  throw new ValueError(path, `msgpack ${token.kind} where ${shape.kind} is expected`);
}

function readNumber(token: MsgpackToken): Value | undefined {
  if (token.kind === "number") return canonicalNumber(token.value);
  return token.kind === "string" ? parseNumber(token.value) : undefined;
}

function readDynamic(reader: MsgpackReader, path: Path): Value {
  const token = reader.next();
  if (token.kind !== "binary") throw new ValueError(path, "a dynamic value does not begin with its type");
  const type = typeFromJson(parseLosslessJson(Buffer.from(token.value).toString("utf8")));
  return new DynamicValue(type, read(reader, type, path));
}

function readObject(
  reader: MsgpackReader,
  attributes: { readonly [name: string]: Type },
  length: number,
  path: Path,
): Value {
  const given = new Map<string, Value>();
  for (let index = 0; index < length; index++) {
    const name = readKey(reader, path);
    const type = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (type === undefined) throw new ValueError([...path, name], "the schema has no such attribute");
    given.set(name, read(reader, type, [...path, name]));
  }
  const entries = Object.keys(attributes).map((name) => {
    const value = given.get(name);
    if (value === undefined) throw new ValueError([...path, name], "the attribute is missing");
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

function readKey(reader: MsgpackReader, path: Path): string {
  const token = reader.next();
  if (token.kind !== "string") throw new ValueError(path, "a key is not a string");
  return token.value.normalize("NFC");
}

function repeat<T>(length: number, one: (index: number) => T): T[] {
  const all: T[] = [];
  for (let index = 0; index < length; index++) all.push(one(index));
  return all;
}
