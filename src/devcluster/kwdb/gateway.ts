import type { ClusterModel } from "./model/cluster-model";
import type { KwdbNode } from "./model/nodes";
import type { Transaction } from "./model/store";
import { QueryRunner } from "./query/run-query";
import { SqlError, uncategorized } from "./sql-error";
import { doneResult, type StatementResult } from "./statement-result";
import type { SessionState, StatementContext } from "./statements/context";
import { describeStatement, type Description } from "./statements/describe";
import { runStatement, statementRelation, type TransactionStatement } from "./statements/run-statement";
import { isConstantQuery, readsInternalTable } from "./statements/select";
import { readVariable, startWith } from "./statements/session-variables";
import type { ParsedStatement, Statement } from "./syntax/ast";
import { parseStatements } from "./syntax/parse-statement";
import type { ConnectionSession } from "./wire/connection-session";

export interface LoggedStatement {
  readonly sql: string;
  readonly user: string;
  readonly nodeId: number;
  readonly atMs: number;
}

/** What a client says when it connects. */
export interface SessionStart {
  readonly user: string;
  readonly database: string;
  readonly settings: Readonly<Record<string, string>>;
}

const REPORTED = ["server_version", "server_encoding", "client_encoding", "application_name", "datestyle", "intervalstyle", "timezone", "integer_datetimes", "standard_conforming_strings", "kwdb_version"];
const REPORTED_AS: Readonly<Record<string, string>> = { datestyle: "DateStyle", intervalstyle: "IntervalStyle", timezone: "TimeZone" };

/** The SQL side of all nodes: sessions, and a log of what they were asked. */
export class Gateway {
  readonly runner = new QueryRunner();
  private log: LoggedStatement[] = [];

  constructor(readonly model: ClusterModel) {}

  statements(): readonly LoggedStatement[] {
    return this.log;
  }

  resetLog(): void {
    this.log = [];
  }

  record(statement: LoggedStatement): void {
    this.log.push(statement);
  }

  /** Opens a session for a user that exists. A user other than root is looked up in the cluster's data. */
  async open(node: KwdbNode, { user, database, settings }: SessionStart): Promise<Session> {
    if (user !== "root") await this.model.whenAvailable();
    this.requireUser(user);
    const initial = new Map<string, string>();
    for (const [name, value] of Object.entries({ ...settings, ...optionsOf(settings["options"]) })) startWith(initial, name.toLowerCase(), value);
    const state: SessionState = { user, database, variables: new Map(), initial, initialDatabase: database, transaction: null, failed: false };
    return new Session(this, node, state);
  }

  /** Throws unless the user exists and may log in. */
  requireUser(user: string): void {
    const account = this.model.store.committed.user.get(user);
    if (account === undefined) throw uncategorized(`password authentication failed for user ${user}`);
    if (account.role) throw uncategorized(`${user} does not have login privilege`);
  }

  close(): void {
    this.runner.close();
  }
}

/** `-c name=value` of the start-up parameter `options`. */
function optionsOf(text: string | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries([...(text ?? "").matchAll(/-c\s*([A-Za-z_.]+)=(\S+)/g)].map((match) => [match[1]!, match[2]!]));
}

/** One client's session. */
class Session implements ConnectionSession {
  /** The statement's own transaction, while it runs. */
  private running: Transaction | null = null;

  constructor(
    private readonly gateway: Gateway,
    private readonly node: KwdbNode,
    private readonly state: SessionState,
  ) {}

  get status(): "I" | "T" | "E" {
    return this.state.transaction === null ? "I" : this.state.failed ? "E" : "T";
  }

  get parameters(): Readonly<Record<string, string>> {
    const { model } = this.gateway;
    const variables = Object.fromEntries(REPORTED.map((name) => [REPORTED_AS[name] ?? name, readVariable({ session: this.state, model }, name)]));
    return { ...variables, session_authorization: this.state.user, is_superuser: this.state.user === "root" ? "on" : "off" };
  }

  received(sql: string): void {
    this.gateway.record({ sql, user: this.state.user, nodeId: this.node.nodeId, atMs: this.gateway.model.clock.now() });
  }

  dropsReply(sql: string): boolean {
    return this.gateway.model.statementFaults.take(sql, "drop") !== null;
  }

  parse(sql: string): readonly ParsedStatement[] {
    try {
      return parseStatements(sql, this.gateway.model.version.grammar);
    } catch (error) {
      this.fail();
      throw error;
    }
  }

  async describe(parsed: ParsedStatement): Promise<Description> {
    const { statement } = parsed;
    if (isTransactional(statement)) return { parameters: [], columns: null };
    this.refuseWhenFailed();
    const transaction = this.state.transaction ?? this.gateway.model.store.begin();
    try {
      await this.inTime(this.wait(statement));
      return await describeStatement(this.context(parsed, transaction, []), parsed, statementRelation);
    } catch (error) {
      this.fail();
      throw error;
    }
  }

  async execute(parsed: ParsedStatement, parameters: readonly (string | null)[]): Promise<StatementResult> {
    const { statement } = parsed;
    if (isTransactional(statement)) return this.transact(statement);
    this.refuseWhenFailed();
    const fault = this.gateway.model.statementFaults.take(parsed.sql, "instead", "after");
    try {
      if (fault?.effect === "instead") throw faultError(fault.error!);
      const result = await this.run(parsed, statement, parameters);
      if (fault !== null) throw faultError(fault.error!);
      return result;
    } catch (error) {
      this.fail();
      throw error;
    }
  }

  /** Ends an open transaction without effect, and a statement that still waits. */
  close(): void {
    this.running?.rollback();
    this.state.transaction?.rollback();
    this.state.transaction = null;
  }

  private async run(parsed: ParsedStatement, statement: Exclude<Statement, TransactionStatement>, parameters: readonly (string | null)[]): Promise<StatementResult> {
    const own = this.state.transaction === null;
    const transaction = this.state.transaction ?? this.gateway.model.store.begin();
    if (own) this.running = transaction;
    const going = (): void => {
      if (transaction.ended) throw new SqlError("57014", "query execution canceled");
    };
    try {
      const work = this.wait(statement).then(() => {
        going();
        return runStatement(this.context(parsed, transaction, parameters), statement);
      });
      const result = await this.inTime(work);
      going();
      if (own) transaction.commit();
      return result;
    } catch (error) {
      if (own) transaction.rollback();
      throw error;
    } finally {
      if (own) this.running = null;
    }
  }

  /** Waits until the data that the statement needs can be read; for ever when a quorum is lost for good. */
  private async wait(statement: Statement): Promise<void> {
    if (needsNoData(statement)) return;
    const { model } = this.gateway;
    const readsLeases = statement.kind === "show-ranges" || (statement.kind === "select" && readsInternalTable(statement.query, "ranges"));
    await (readsLeases ? model.whenAllRangesAvailable() : model.whenAvailable());
  }

  /** Ends the wait for an answer after `statement_timeout`. */
  private async inTime<T>(work: Promise<T>): Promise<T> {
    const limit = Number(readVariable({ session: this.state, model: this.gateway.model }, "statement_timeout"));
    if (limit === 0) return work;
    let cancel: () => void = () => undefined;
    const timeout = new Promise<never>((_, reject) => {
      cancel = this.gateway.model.clock.after(limit, () => reject(new SqlError("57014", "query execution canceled due to statement timeout")), true);
    });
    try {
      return await Promise.race([work, timeout]);
    } finally {
      cancel();
      // The abandoned statement may still fail later; nobody listens.
      work.catch(() => undefined);
    }
  }

  private refuseWhenFailed(): void {
    if (this.state.failed) throw new SqlError("25P02", "current transaction is aborted, commands ignored until end of transaction block");
  }

  private fail(): void {
    if (this.state.transaction === null || this.state.failed) return;
    this.state.failed = true;
    // Nothing of it will be kept: whoever waits for its locks may go on.
    this.state.transaction.rollback();
  }

  private async transact({ kind }: TransactionStatement): Promise<StatementResult> {
    const { state } = this;
    if (kind === "begin") {
      this.refuseWhenFailed();
      if (state.transaction !== null) {
        this.fail();
        throw new SqlError("XXUUU", "there is already a transaction in progress");
      }
      state.transaction = this.gateway.model.store.begin();
      return doneResult("BEGIN");
    }
    const { transaction, failed } = state;
    if (transaction === null) throw new SqlError("XXUUU", "there is no transaction in progress");
    if (kind === "commit" && !failed) {
      await this.inTime(this.gateway.model.whenAvailable());
      transaction.commit();
    } else transaction.rollback();
    state.transaction = null;
    state.failed = false;
    return doneResult(kind === "commit" && !failed ? "COMMIT" : "ROLLBACK");
  }

  private context(parsed: ParsedStatement, transaction: StatementContext["transaction"], parameters: readonly (string | null)[]): StatementContext {
    const { model, runner } = this.gateway;
    return { model, runner, node: this.node, session: this.state, transaction, sql: parsed.sql, runAsRoot: (sql) => this.runAsRoot(sql), parameters };
  }

  private async runAsRoot(sql: string): Promise<void> {
    const session = new Session(this.gateway, this.node, { user: "root", database: "", variables: new Map(), initial: new Map(), initialDatabase: "", transaction: null, failed: false });
    for (const parsed of session.parse(sql)) if (!isTransactional(parsed.statement)) await session.run(parsed, parsed.statement, []);
  }
}

const isTransactional = (statement: Statement): statement is TransactionStatement => statement.kind === "begin" || statement.kind === "commit" || statement.kind === "rollback";
const faultError = ({ sqlstate, message, hint, detail }: { readonly sqlstate: string; readonly message: string; readonly hint?: string; readonly detail?: string }): SqlError =>
  new SqlError(sqlstate, message, { ...(hint === undefined ? {} : { hint }), ...(detail === undefined ? {} : { detail }) });

function needsNoData(statement: Statement): boolean {
  return statement.kind === "show-variable" || statement.kind === "set-variable" || (statement.kind === "select" && isConstantQuery(statement.query));
}
