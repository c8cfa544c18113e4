import type { ClusterModel } from "../model/cluster-model";
import type { KwdbNode } from "../model/nodes";
import type { Transaction } from "../model/store";
import type { QueryRunner } from "../query/run-query";

/** What a session remembers between statements. */
export interface SessionState {
  readonly user: string;
  database: string;
  /** What SET changed. */
  readonly variables: Map<string, string>;
  /** What the client chose when it connected: RESET goes back to it. */
  readonly initial: ReadonlyMap<string, string>;
  readonly initialDatabase: string;
  /** null outside BEGIN … COMMIT. */
  transaction: Transaction | null;
  /** An error happened in the open transaction. */
  failed: boolean;
}

/** Everything that one statement is run with. */
export interface StatementContext {
  readonly model: ClusterModel;
  /** The node that the client is connected to. */
  readonly node: KwdbNode;
  readonly runner: QueryRunner;
  readonly session: SessionState;
  /** The open transaction, or one of the statement's own. */
  readonly transaction: Transaction;
  readonly sql: string;
  /** Runs a statement as `root` in a transaction of its own, as jobs do. */
  readonly runAsRoot: (sql: string) => Promise<void>;
  /** Texts of `$1`, `$2`, …; null for NULL. */
  readonly parameters: readonly (string | null)[];
}
