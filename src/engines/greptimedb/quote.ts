import type { TableName } from "../../planning/change";

/** An identifier for the server: back-ticked, back-ticks doubled. Names keep their case; keywords need no care. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** A string literal for the server: quotes doubled. A backslash is a character like any other there. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `` `database`.`table` `` */
export function quoteTable(table: TableName): string {
  return `${quoteIdentifier(table.database)}.${quoteIdentifier(table.name)}`;
}
