/** An identifier for the server, in double quotes whatever it is: no list of key words has to be right. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string literal for the server: quotes doubled; a backslash is a character like any other there. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `"database"."public"."table"`: zones exist for tables of schema public only. */
export function quoteTable({ database, table }: { readonly database: string; readonly table: string }): string {
  return `${quoteIdentifier(database)}.public.${quoteIdentifier(table)}`;
}
