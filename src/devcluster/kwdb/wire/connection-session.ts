import type { ResultColumn, StatementResult } from "../statement-result";
import type { ParsedStatement } from "../syntax/ast";
import type { SqlType } from "../types/sql-type";

/** What a connection needs of the session behind it. */
export interface ConnectionSession {
  readonly status: "I" | "T" | "E";
  /** Parameters that the server reports at the start. */
  readonly parameters: Readonly<Record<string, string>>;
  parse(sql: string): readonly ParsedStatement[];
  /** Types of the parameters and columns of the result (null: none). */
  describe(statement: ParsedStatement): Promise<{ readonly parameters: readonly SqlType[]; readonly columns: readonly ResultColumn[] | null }>;
  execute(statement: ParsedStatement, parameters: readonly (string | null)[]): Promise<StatementResult>;
  /** Whether the reply to this text is to be lost. */
  dropsReply(sql: string): boolean;
  /** Tells that a text arrived. */
  received(sql: string): void;
  close(): void;
}
