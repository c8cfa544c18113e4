import { ProtobufReader } from "./protobuf-reader";
import { ProtobufWriter } from "./protobuf-writer";

/** One field of a message: how to write its value, and how to add what was read to what was read before. */
export interface Field<T> {
  readonly id: number;
  write(writer: ProtobufWriter, value: T): void;
  read(reader: ProtobufReader, before: T | undefined): T;
}

/** A message type: a codec between bytes and plain objects. */
export interface Message<T> {
  encode(value: T): Uint8Array;
  /** Fields that are not in the bytes are absent; unknown fields are passed over. */
  decode(bytes: Uint8Array): T;
}

type Fields = { readonly [name: string]: Field<never> };
type ValueOf<F> = F extends Field<infer T> ? T : never;
/** The plain object of a message with these fields. An absent field has the default of protocol buffers. */
export type MessageValue<F> = { readonly [K in keyof F]?: ValueOf<F[K]> | undefined };
/** The plain object of a message type. */
export type Decoded<M> = M extends Message<infer T> ? T : never;

/** Declares a message by its fields. */
export function message<F extends { readonly [name: string]: unknown }>(fields: F): Message<MessageValue<F>> {
  const byName = Object.entries(fields as Fields);
  const byId = new Map(byName.map(([name, field]) => [field.id, { name, field }]));
  return {
    encode(value) {
      const writer = new ProtobufWriter();
      for (const [name, field] of byName) {
        const one = (value as { readonly [name: string]: unknown })[name];
        if (one !== undefined) field.write(writer, one as never);
      }
      return writer.finish();
    },
    decode(bytes) {
      const reader = new ProtobufReader(bytes);
      const value: { [name: string]: unknown } = {};
      for (let id = reader.field(); id !== undefined; id = reader.field()) {
        const known = byId.get(id);
        if (known === undefined) reader.skip();
        else value[known.name] = known.field.read(reader, value[known.name] as never);
      }
      return value as MessageValue<F>;
    },
  };
}

export function string(id: number): Field<string> {
  return {
    id,
    write: (writer, value) => writer.bytes(id, Buffer.from(value)),
    read: (reader) => reader.bytes().toString("utf8"),
  };
}

export function bytes(id: number): Field<Uint8Array> {
  return { id, write: (writer, value) => writer.bytes(id, value), read: (reader) => reader.bytes() };
}

export function bool(id: number): Field<boolean> {
  return {
    id,
    write: (writer, value) => writer.varint(id, value ? 1n : 0n),
    read: (reader) => reader.varint() !== 0n,
  };
}

export function int64(id: number): Field<bigint> {
  return {
    id,
    write: (writer, value) => writer.varint(id, value),
    read: (reader) => BigInt.asIntN(64, reader.varint()),
  };
}

/** An enumeration; numbers that have no name are kept. */
export function enumeration(id: number): Field<number> {
  return {
    id,
    write: (writer, value) => writer.varint(id, BigInt(value)),
    read: (reader) => Number(BigInt.asIntN(32, reader.varint())),
  };
}

export function embedded<T>(id: number, type: Message<T>): Field<T> {
  return {
    id,
    write: (writer, value) => writer.bytes(id, type.encode(value)),
    read: (reader) => type.decode(reader.bytes()),
  };
}

/** A message that contains itself, named by a function since it is not declared yet. */
export function recursive<T>(id: number, type: () => Message<T>): Field<T> {
  return {
    id,
    write: (writer, value) => writer.bytes(id, type().encode(value)),
    read: (reader) => type().decode(reader.bytes()),
  };
}

/** Repeated strings or messages. (Repeated numbers would have to be packed; the protocol has none.) */
export function repeated<T>(field: Field<T>): Field<readonly T[]> {
  return {
    id: field.id,
    write: (writer, values) => values.forEach((value) => field.write(writer, value)),
    read: (reader, before = []) => [...before, field.read(reader, undefined)],
  };
}

/** A map from strings. */
export function map<T>(id: number, value: (id: 2) => Field<T>): Field<ReadonlyMap<string, T>> {
  const entry = message({ key: string(1), value: value(2) });
  return {
    id,
    write: (writer, values) => {
      for (const [key, one] of values) writer.bytes(id, entry.encode({ key, value: one } as never));
    },
    read: (reader, before = new Map()) => {
      const { key = "", value: one } = entry.decode(reader.bytes()) as { readonly key?: string; readonly value?: T };
      return one === undefined ? before : new Map(before).set(key, one);
    },
  };
}
