/**
 * What an error means for whoever sent the statement.
 *
 * - `permanent`: sending it again gives the same answer;
 * - `transient`: may pass by itself;
 * - `retry`: the transaction must be run again, nothing of it is stored;
 * - `ambiguous`: nobody knows whether it is stored;
 * - `stored`: it is stored although the server answers with an error;
 * - `not-admin`: the user lacks a privilege.
 */
export type ErrorNature = "permanent" | "transient" | "retry" | "ambiguous" | "stored" | "not-admin";

export interface KnownError {
  /** Without the prefix `KWDB_`. */
  readonly code: string;
  readonly nature: ErrorNature;
  /** Every one that is given must fit. Many errors have SQLSTATE XXUUU, and some a wrong one: text counts first. */
  readonly sqlstate?: string;
  /** One of several texts. */
  readonly contains?: string | readonly string[];
  readonly summary: string;
  /** Why, and the next step. The server's words are put behind it. */
  readonly detail: string;
}
