/** What the client gets as an ErrorResponse. */
export interface SqlErrorFields {
  readonly sqlstate: string;
  readonly message: string;
  readonly hint?: string;
  readonly detail?: string;
}

/** An error that a statement answers with: SQLSTATE, text, and hint and detail where the server sends them. */
export class SqlError extends Error {
  readonly fields: SqlErrorFields;

  constructor(sqlstate: string, message: string, extra: { readonly hint?: string; readonly detail?: string } = {}) {
    super(message);
    this.fields = { sqlstate, message, ...extra };
  }
}

/** The server's "uncategorized" SQLSTATE: most of its errors carry it. */
export const uncategorized = (message: string): SqlError => new SqlError("XXUUU", message);

/** For what the real server takes and this one does not: never taken for the server's own words. */
export const notEmulated = (what: string): SqlError => new SqlError("0A000", `the dev cluster does not emulate ${what}`);

/** Fields of any thrown value; an unexpected one is an internal error of the emulator. */
export function errorFields(error: unknown): SqlErrorFields {
  if (error instanceof SqlError) return error.fields;
  return { sqlstate: "XX000", message: `internal error of the dev cluster: ${error instanceof Error ? error.message : String(error)}` };
}
