import { notEmulated } from "../sql-error";
import type { Expression, GrantTarget, ObjectName, ParsedStatement, Query, Statement } from "./ast";
import { Cursor } from "./cursor";
import { type CreateGrammar, parseCreateTable, parsePartitioning } from "./parse-create";
import { parseExpression } from "./parse-expression";
import { parseObjectName, parseQuery } from "./parse-query";
import { parseSettingName, parseShow } from "./parse-show";
import { parseAlterTarget, parseZoneAction } from "./parse-zone";
import { tokenize, type Token } from "./token";

/** What the grammar of a version has. */
export interface Grammar extends CreateGrammar {
  /** `CONFIGURE ZONE USING REBALANCE`. */
  readonly rebalance: boolean;
}

/** Reads all statements of a text. Throws the first syntax error: then none of them runs. */
export function parseStatements(sql: string, grammar: Grammar): readonly ParsedStatement[] {
  return split(sql).map((part) => {
    const cursor = new Cursor(part.sql, part.tokens);
    const statement = new StatementParser(cursor, grammar).statement();
    if (cursor.token.kind !== "end") throw cursor.error();
    const parameters = part.tokens.reduce((highest, token) => (token.kind === "parameter" ? Math.max(highest, Number(token.text)) : highest), 0);
    return { sql: part.sql, statement, parameters };
  });
}

/** The statements between semicolons; each keeps its own text and positions in it. */
function split(sql: string): readonly { readonly sql: string; readonly tokens: readonly Token[] }[] {
  const parts: { sql: string; tokens: readonly Token[] }[] = [];
  let own: Token[] = [];
  for (const token of tokenize(sql)) {
    const ends = token.kind === "end" || (token.kind === "operator" && token.text === ";");
    if (!ends) {
      own.push(token);
      continue;
    }
    const first = own[0];
    if (first !== undefined) {
      const text = sql.slice(first.start, token.start).trimEnd();
      const tokens = own.map((t) => ({ ...t, start: t.start - first.start, end: t.end - first.start }));
      parts.push({ sql: text, tokens: [...tokens, { kind: "end", text: "EOF", start: text.length, end: text.length }] });
    }
    own = [];
  }
  return parts;
}

const PRIVILEGES = new Set(["all", "create", "drop", "grant", "select", "insert", "delete", "update", "zoneconfig", "execute"]);

class StatementParser {
  constructor(
    private readonly cursor: Cursor,
    private readonly grammar: Grammar,
  ) {}

  private readonly expression = (): Expression => parseExpression(this.cursor, () => this.query());

  private query(): Query {
    return parseQuery(this.cursor, () => this.statement());
  }

  statement(): Statement {
    const { cursor } = this;
    if (cursor.at("select") || cursor.at("with") || cursor.at("(")) {
      cursor.help = "SELECT";
      return { kind: "select", query: this.query() };
    }
    if (cursor.accept("explain")) return { kind: "explain", statement: this.statement() };
    if (cursor.accept("alter")) return this.alter();
    if (cursor.accept("show")) return parseShow(cursor);
    if (cursor.accept("create")) return this.create();
    if (cursor.accept("drop")) return this.drop();
    if (cursor.accept("set")) return this.set();
    if (cursor.accept("reset")) return this.reset();
    if (cursor.accept("use")) return { kind: "set-variable", name: "database", values: [{ kind: "string", value: cursor.name() }] };
    if (cursor.accept("grant")) return this.grant(false);
    if (cursor.accept("revoke")) return this.grant(true);
    if (cursor.accept("insert", "into")) return this.insert();
    return this.transaction();
  }

  private transaction(): Statement {
    const { cursor } = this;
    if (cursor.accept("begin") || cursor.accept("start", "transaction")) {
      cursor.accept("transaction");
      this.transactionModes();
      return { kind: "begin" };
    }
    const kind = cursor.accept("commit") || cursor.accept("end") ? "commit" : cursor.accept("rollback") || cursor.accept("abort") ? "rollback" : null;
    if (kind === null) throw cursor.error();
    cursor.accept("transaction");
    return { kind };
  }

  /** Modes of a transaction: every one runs serializable here, which is as strict as the others. Answers the isolation level. */
  private transactionModes(): string | null {
    const { cursor } = this;
    let level: string | null = null;
    for (;;) {
      if (cursor.accept("isolation", "level")) level = this.isolationLevel();
      else if (cursor.accept("priority")) this.oneOf("low", "normal", "high");
      else if (cursor.accept("read", "only")) throw notEmulated("read-only transactions");
      else if (!cursor.accept("read", "write")) return level;
      cursor.accept(",");
    }
  }

  private isolationLevel(): string {
    const { cursor } = this;
    if (cursor.accept("read", "committed")) return "read committed";
    if (cursor.accept("repeatable", "read")) return "repeatable read";
    this.oneOf("serializable");
    return "serializable";
  }

  private oneOf(...words: readonly string[]): void {
    if (!words.some((word) => this.cursor.accept(word))) throw this.cursor.error();
  }

  private alter(): Statement {
    const { cursor } = this;
    if (cursor.accept("user") || cursor.accept("role")) return this.alterUser();
    if (cursor.token.kind === "name") cursor.help = `ALTER ${cursor.token.text.toUpperCase()}`;
    const target = parseAlterTarget(cursor);
    if (target.kind === "table" && target.partition === null && cursor.at("partition", "by")) {
      return { kind: "partition-table", table: target.table, partitioning: parsePartitioning(cursor, this.expression, this.grammar) };
    }
    return { kind: "configure-zone", target, action: parseZoneAction(cursor, this.expression, this.grammar) };
  }

  private alterUser(): Statement {
    const name = this.cursor.name();
    return { kind: "alter-user", name, password: this.password() };
  }

  private password(): string | null {
    const { cursor } = this;
    cursor.accept("with");
    if (!cursor.accept("password")) return null;
    return cursor.accept("null") ? null : cursor.string();
  }

  private create(): Statement {
    const { cursor } = this;
    const timeSeries = cursor.accept("ts");
    if (cursor.accept("database")) {
      cursor.help = "CREATE DATABASE";
      const ifNotExists = cursor.accept("if", "not", "exists");
      const name = cursor.name();
      if (timeSeries && cursor.accept("retentions")) cursor.next();
      return { kind: "create-database", name, timeSeries, ifNotExists };
    }
    if (cursor.accept("table")) {
      cursor.help = "CREATE TABLE";
      return parseCreateTable(cursor, this.expression, this.grammar);
    }
    if (timeSeries) throw cursor.error();
    const role = cursor.accept("role");
    if (!role) cursor.expect("user");
    const ifNotExists = cursor.accept("if", "not", "exists");
    const name = cursor.name();
    return { kind: "create-user", name, password: this.password(), role, ifNotExists };
  }

  private drop(): Statement {
    const { cursor } = this;
    if (cursor.accept("database")) {
      const ifExists = cursor.accept("if", "exists");
      const name = cursor.name();
      const behavior = cursor.accept("restrict") ? "restrict" : cursor.accept("cascade") ? "cascade" : null;
      return { kind: "drop-database", name, ifExists, behavior };
    }
    if (cursor.accept("table")) {
      const ifExists = cursor.accept("if", "exists");
      const names = cursor.list(() => parseObjectName(cursor));
      if (!cursor.accept("cascade")) cursor.accept("restrict");
      return { kind: "drop-table", names, ifExists };
    }
    const role = cursor.accept("role");
    if (!role) cursor.expect("user");
    const ifExists = cursor.accept("if", "exists");
    return { kind: "drop-user", name: cursor.name(), ifExists, role };
  }

  private set(): Statement {
    const { cursor } = this;
    if (cursor.accept("cluster", "setting")) {
      cursor.help = "SET CLUSTER SETTING";
      const name = parseSettingName(cursor);
      if (!cursor.accept("=")) cursor.expect("to");
      return { kind: "set-cluster-setting", name, value: cursor.accept("default") ? null : this.settingValue(), reset: false };
    }
    if (cursor.accept("session", "characteristics", "as", "transaction")) {
      const level = this.transactionModes();
      return { kind: "set-variable", name: "default_transaction_isolation", values: level === null ? [] : [{ kind: "string", value: level }] };
    }
    cursor.accept("session");
    if (cursor.accept("names")) return { kind: "set-variable", name: "client_encoding", values: cursor.token.kind === "end" ? null : [this.settingValue()] };
    if (cursor.accept("schema")) return { kind: "set-variable", name: "search_path", values: [this.settingValue()] };
    if (cursor.accept("time", "zone")) return { kind: "set-variable", name: "timezone", values: [this.settingValue()] };
    const name = parseSettingName(cursor);
    if (!cursor.accept("=")) cursor.expect("to");
    return { kind: "set-variable", name, values: cursor.accept("default") ? null : cursor.list(() => this.settingValue()) };
  }

  /** `on` is a reserved word elsewhere. */
  private settingValue(): Expression {
    if (this.cursor.accept("on")) return { kind: "string", value: "on" };
    return this.expression();
  }

  private reset(): Statement {
    const { cursor } = this;
    if (cursor.accept("cluster", "setting")) return { kind: "set-cluster-setting", name: parseSettingName(cursor), value: null, reset: true };
    cursor.accept("session");
    return { kind: "set-variable", name: parseSettingName(cursor), values: null };
  }

  private grant(revoke: boolean): Statement {
    const { cursor } = this;
    const names = cursor.list(() => {
      const name = cursor.unrestrictedName();
      if (name === "all") cursor.accept("privileges");
      return name;
    });
    if (cursor.accept("on")) {
      const on: GrantTarget = cursor.accept("database")
        ? { kind: "database", names: cursor.list(() => cursor.name()) }
        : { kind: "table", names: this.tables() };
      cursor.expect(revoke ? "from" : "to");
      if (names.some((name) => !PRIVILEGES.has(name))) throw cursor.error();
      return { kind: "grant", revoke, privileges: names.map((name) => name.toUpperCase()), on, users: cursor.list(() => cursor.name()) };
    }
    cursor.expect(revoke ? "from" : "to");
    return { kind: "grant-role", revoke, roles: names, users: cursor.list(() => cursor.name()) };
  }

  private tables(): readonly ObjectName[] {
    this.cursor.accept("table");
    return this.cursor.list(() => parseObjectName(this.cursor));
  }

  private insert(): Statement {
    const { cursor } = this;
    const table = parseObjectName(cursor);
    const columns = cursor.at("(") ? cursor.parenthesised(() => cursor.list(() => cursor.name())) : null;
    cursor.expect("values");
    const rows = cursor.list(() => cursor.parenthesised(() => cursor.list(this.expression)));
    return { kind: "insert", table, columns, rows };
  }
}
