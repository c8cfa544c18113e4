import { SqlError } from "../sql-error";
import type { ColumnDefinition, CreateTable } from "../syntax/ast";

/** Types that columns and tags of time-series tables may have, by the name that SHOW CREATE prints. */
const TYPES = ["INT2", "INT4", "INT8", "FLOAT4", "FLOAT8", "BOOL", "CHAR", "NCHAR", "VARCHAR"];
const COLUMN_TYPES = [...TYPES, "TIMESTAMP", "TIMESTAMPTZ"];
const MAX_PRIMARY_TAGS = 4;
const MAX_PRIMARY_TAG_WIDTH = 128;
const MAX_NAME = 128;

const baseOf = ({ typeText }: ColumnDefinition): string => typeText.replace(/\(.*$/, "");
const widthOf = ({ typeText }: ColumnDefinition): number => Number(/\((\d+)/.exec(typeText)?.[1] ?? "0");

/** Names of time-series objects are letters, digits and punctuation. */
export function checkTimeSeriesName(kind: "database" | "table", name: string, longest: number): void {
  if (/[^\x20-\x7e\s]/.test(name)) throw new SqlError("42602", `invalid name: ${name}, naming of time series objects only supports letters, numbers and symbols`);
  if (Buffer.byteLength(name) > longest) throw new SqlError("42602", `ts ${kind} name "${name}" exceeds max length (${longest})`);
}

/** What the server checks of a time-series table's columns and tags, in its order. */
export function validateTimeSeriesTable({ columns }: CreateTable, { tags, primaryTags }: NonNullable<CreateTable["timeSeries"]>): void {
  if (columns.length < 2) throw new SqlError("42P16", "ts table must have at least 2 columns");
  const names = new Set<string>();
  for (const tag of tags) {
    if (names.has(tag.name)) throw new SqlError("42701", `duplicate tag name: "${tag.name}"`);
    names.add(tag.name);
    checkName(tag.name, "tag");
    if (!TYPES.includes(baseOf(tag))) throw new SqlError("42809", `tag ${tag.name}: unsupported tag type ${tag.typeText} in timeseries table`);
  }
  if (primaryTags.length > MAX_PRIMARY_TAGS) throw new SqlError("54000", `the max number of primary tags is ${MAX_PRIMARY_TAGS}`);
  for (const name of primaryTags) {
    const tag = tags.find((one) => one.name === name);
    if (tag === undefined) throw new SqlError("42602", `primary tag ${name} is not a tag`);
    checkPrimaryTag(tag);
  }
  for (const [i, column] of columns.entries()) {
    if (i === 0) checkTimeColumn(column);
    checkName(column.name, "column");
    if (column.primaryKey) throw new SqlError("0A000", "primary key is not supported in timeseries table");
    if (!COLUMN_TYPES.includes(baseOf(column))) throw new SqlError("42809", `column ${column.name}: unsupported column type ${column.typeText} in timeseries table`);
    if (names.has(column.name)) throw new SqlError("42701", `duplicate column name: "${column.name}"`);
    names.add(column.name);
  }
}

function checkName(name: string, kind: "column" | "tag"): void {
  if (Buffer.byteLength(name) > MAX_NAME) throw new SqlError("42602", `ts ${kind} name "${name}" exceeds max length (${MAX_NAME})`);
  if (/[^\x20-\x7e\s]/.test(name)) throw new SqlError("42602", `invalid name: ${name}, naming of column/tag in timeseries table only supports letters, numbers and symbols`);
}

function checkTimeColumn(column: ColumnDefinition): void {
  if (!column.type.startsWith("timestamp")) throw new SqlError("42804", `column ${column.name}: the 1st column's type in timeseries table must be TimestampTZ`);
  if (!column.notNull) throw new SqlError("23502", `the 1st TimestampTZ column ${column.name} must be not null`);
}

function checkPrimaryTag(tag: ColumnDefinition): void {
  if (!tag.notNull) throw new SqlError("23502", `tag ${tag.name} can not be a nullable tag as primary tag`);
  if (baseOf(tag).startsWith("FLOAT")) throw new SqlError("42809", `data type ${tag.typeText} is not supported for primary tag ${tag.name}`);
  if (baseOf(tag) === "VARCHAR" && widthOf(tag) > MAX_PRIMARY_TAG_WIDTH) throw new SqlError("42611", `tag ${tag.name}: ${widthOf(tag)} exceeded the maximum width limit of the type ${tag.typeText} as primary tag`);
}
