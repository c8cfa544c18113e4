import type { SqlErrorFields } from "../sql-error";

/** What can go wrong, on request. */
export interface KwdbFaults {
  /** Ends a node's process: its connections close, its port refuses, the others notice after the liveness timeout. With a majority of the replicas of a system range gone no statement is answered. */
  killNode(nodeId: number): Promise<void>;
  /** Starts it again at its address. */
  restartNode(nodeId: number): Promise<void>;
  /** The next matching statement takes effect, and then the connection closes without a reply. */
  dropConnectionAfter(matches: (sql: string) => boolean): void;
  /** The next matching statement is not run and answers with this error. */
  failStatement(matches: (sql: string) => boolean, error: SqlErrorFields): void;
  /** The next matching statement takes effect and answers with this error all the same (`40003`, or a setting that is stored although SET failed). */
  failAfter(matches: (sql: string) => boolean, error: SqlErrorFields): void;
  /** The next rebalance job fails with this text after its first partition. */
  failRebalance(message: string): void;
  /** No replica moves until {@link resumeReplication}. */
  pauseReplication(): void;
  resumeReplication(): void;
}

interface Armed {
  readonly matches: (sql: string) => boolean;
  readonly effect: "drop" | "instead" | "after";
  readonly error: SqlErrorFields | null;
}

/** Faults that wait for their statement; each is used up by the first that matches. */
export class StatementFaults {
  private readonly armed: Armed[] = [];

  arm(fault: Armed): void {
    this.armed.push(fault);
  }

  take(sql: string, ...effects: readonly Armed["effect"][]): Armed | null {
    const index = this.armed.findIndex((fault) => effects.includes(fault.effect) && fault.matches(sql));
    return index < 0 ? null : this.armed.splice(index, 1)[0]!;
  }
}
