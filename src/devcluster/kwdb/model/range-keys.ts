import { primaryIndex, type Table } from "../catalog/objects";
import type { Zone } from "../zone/zone-config";

/** The part of the key space that begins here and ends where the next one begins. */
export interface Span {
  /** First key, hexadecimal: its order is the order of keys. */
  readonly start: string;
  readonly pretty: string;
  readonly databaseName: string;
  readonly tableName: string;
  readonly tableId: number | null;
  /** Object whose zone applies, when no hash point or partition decides. */
  readonly zoneId: number;
  readonly timeSeries: boolean;
  /** First hash point, in a time-series table. */
  readonly point: number | null;
  readonly partition: string | null;
}

const SMALL = 0x88;

/** An unsigned integer in the server's ascending key encoding, hexadecimal. */
function encodeUnsigned(value: number): string {
  if (value <= 109) return (SMALL + value).toString(16);
  const hex = value.toString(16);
  const padded = hex.length % 2 === 0 ? hex : `0${hex}`;
  return (0xf5 + padded.length / 2).toString(16) + padded;
}

/** Spans of a time-series table: one for every `coefficient` hash points, and a single one on a single node. */
export function timeSeriesSpans(table: Table, databaseName: string, coefficient: number, single: boolean): readonly Span[] {
  const points = table.timeSeries!.hashPoints;
  const spans: Span[] = [];
  for (let point = 0; point < points; point += single ? points : coefficient) {
    spans.push({
      start: encodeUnsigned(table.id) + (point === 0 ? "" : encodeUnsigned(point)),
      pretty: point === 0 ? `/Table/${table.id}` : `/Table/${table.id}/${point}`,
      databaseName, tableName: table.name, tableId: table.id, zoneId: table.id, timeSeries: true, point, partition: null,
    });
  }
  return spans;
}

/** Spans of a relational table: one, or more where partitions have zones. */
export function relationalSpans(table: Table, databaseName: string, zone: Zone | undefined): readonly Span[] {
  const whole: Span = { start: encodeUnsigned(table.id), pretty: `/Table/${table.id}`, databaseName, tableName: table.name, tableId: table.id, zoneId: table.id, timeSeries: false, point: null, partition: null };
  const partitions = primaryIndex(table).partitioning?.partitions ?? [];
  const zoned = partitions.filter((p) => zone?.subzones.some((s) => s.indexId === 1 && s.partition === p.name) === true);
  const cuts = zoned.flatMap((partition) => borders(table.id, partition.value).map(({ from, to, fromPretty, toPretty }) => [{ ...whole, start: from, pretty: fromPretty, partition: partition.name }, { ...whole, start: to, pretty: toPretty }] as const));
  const spans = new Map<string, Span>([[whole.start, whole]]);
  // A partition's own start wins over the end of the one before it.
  for (const [, end] of cuts) if (!spans.has(end.start)) spans.set(end.start, end);
  for (const [begin] of cuts) spans.set(begin.start, begin);
  return [...spans.values()].sort((a, b) => (a.start < b.start ? -1 : 1));
}

interface Border {
  readonly from: string;
  readonly to: string;
  readonly fromPretty: string;
  readonly toPretty: string;
}

/** Key borders of `('a'), ('b')` or `(1) TO (10)` in the primary index. */
function borders(tableId: number, value: string): readonly Border[] {
  const prefix = encodeUnsigned(tableId) + encodeUnsigned(1);
  const pretty = `/Table/${tableId}/1`;
  const tuples = [...value.matchAll(/\(([^()]*)\)/g)].map((match) => match[1]!.split(", "));
  const key = (tuple: readonly string[]): string => prefix + tuple.map(encodeConstant).join("");
  const text = (tuple: readonly string[]): string => pretty + tuple.map((part) => (part === "MINVALUE" || part === "MAXVALUE" ? "" : `/${part.replace(/^e?'(.*)'$/, '"$1"')}`)).join("");
  if (value.includes(" TO ")) return [{ from: key(tuples[0]!), to: key(tuples[1]!), fromPretty: text(tuples[0]!), toPretty: text(tuples[1]!) }];
  return tuples.map((tuple) => ({ from: key(tuple), to: `${key(tuple)}ff`, fromPretty: text(tuple), toPretty: `${text(tuple)}/PrefixEnd` }));
}

function encodeConstant(text: string): string {
  if (text === "MINVALUE" || text === "NULL") return "00";
  if (text === "MAXVALUE") return "ff";
  if (/^-?\d+$/.test(text)) return Number(text) < 0 ? (0x100 ** 4 + Number(text)).toString(16).padStart(10, "8") : encodeUnsigned(Number(text));
  return `12${Buffer.from(text.replace(/^e?'(.*)'$/, "$1"), "utf8").toString("hex")}0001`;
}
