import { Catalog } from "./catalog/catalog";
import type { CellValue, ClusterModel } from "./model/types";
import { QueryRunner } from "./query/run-query";
import type { ServerVersion } from "./server-version";
import type { StatementResult } from "./statement-result";
import type { SessionState, StatementContext } from "./statements/context";
import { runStatement, useDatabase } from "./statements/run-statement";
import { parseStatements } from "./syntax/parse-statement";
import { TokenizeError, tokenize } from "./syntax/token";
import type { TextStyle } from "./types/format-cell";
import type { ConnectionSession } from "./wire/mysql-connection";

export interface LoggedStatement {
  readonly sql: string;
  readonly atMs: number;
}

/** The SQL node of the cluster: keeps the catalog's view, the query engine and a log of what it was asked. */
export class Frontend {
  readonly catalog: Catalog;
  private readonly runner = new QueryRunner();
  private log: LoggedStatement[] = [];
  private dropped: ((sql: string) => boolean)[] = [];
  private sessions = 0;

  constructor(
    readonly model: ClusterModel,
    readonly version: ServerVersion,
  ) {
    this.catalog = new Catalog(model, version);
  }

  newSession(): Session {
    return new Session(this, this.runner, ++this.sessions);
  }

  statements(): readonly LoggedStatement[] {
    return this.log;
  }

  resetLog(): void {
    this.log = [];
  }

  record(sql: string): void {
    this.log.push({ sql, atMs: this.model.clock.now() });
  }

  /** The next text that matches is run, and then the connection is closed instead of an answer. */
  dropConnectionAfter(matches: (sql: string) => boolean): void {
    this.dropped.push(matches);
  }

  /** Whether a pending drop matches; it is used up. */
  takeDrop(sql: string): boolean {
    const index = this.dropped.findIndex((matches) => matches(sql));
    if (index >= 0) this.dropped.splice(index, 1);
    return index >= 0;
  }

  close(): void {
    this.runner.close();
  }
}

/** One client's session. */
export class Session implements ConnectionSession {
  private readonly state: SessionState;

  constructor(
    private readonly frontend: Frontend,
    private readonly runner: QueryRunner,
    connectionId: number,
  ) {
    this.state = { database: "public", zone: "UTC", connectionId };
  }

  get textStyle(): TextStyle {
    return { zone: this.state.zone, fraction: this.frontend.version.timestampFraction };
  }

  async execute(sql: string, parameters: readonly CellValue[] = []): Promise<readonly StatementResult[]> {
    this.frontend.record(sql);
    const results: StatementResult[] = [];
    for (const { statement } of parseStatements(sql, this.frontend.version.grammar)) {
      results.push(await runStatement(this.context(parameters), statement));
    }
    return results;
  }

  async useDatabase(name: string): Promise<void> {
    useDatabase(this.context([]), name);
  }

  countParameters(sql: string): number {
    try {
      return tokenize(sql).filter((token) => token.kind === "parameter").length;
    } catch (error) {
      if (error instanceof TokenizeError) return 0;
      throw error;
    }
  }

  dropsReply(sql: string): boolean {
    return this.frontend.takeDrop(sql);
  }

  private context(parameters: readonly CellValue[]): StatementContext {
    const { catalog, model, version } = this.frontend;
    return { catalog, model, version, runner: this.runner, session: this.state, parameters };
  }
}
