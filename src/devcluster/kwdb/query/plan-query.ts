import { SqlError } from "../sql-error";
import type { ResultColumn } from "../statement-result";
import type { Expression, ObjectName, Query, Select, SelectItem, Source, Statement, Union } from "../syntax/ast";
import type { SqlType } from "../types/sql-type";
import { ExpressionPlanner, type Scope, type ScopeColumn } from "./plan-expression";
import type { Relation } from "./relation";
import { quoteSqlite } from "./sqlite-engine";

/** What a query is planned with. */
export interface PlanOptions {
  /** The rows behind a name; throws the server's error when there is none or the user may not read it. */
  readonly relation: (name: ObjectName) => Relation;
  /** The rows of a statement in brackets. */
  readonly statement: (statement: Statement) => Relation;
  /** Values of functions without arguments about the session (`version`, `current_user`, …). */
  readonly sessionValue: (name: string) => { readonly value: string; readonly type: SqlType } | null;
  readonly parameters: readonly (string | null)[];
}

export interface QueryPlan {
  readonly sql: string;
  readonly columns: readonly ResultColumn[];
  readonly relations: readonly Relation[];
}

export function planQuery(query: Query, options: PlanOptions): QueryPlan {
  const planner = new QueryPlanner(options);
  const { sql, columns } = planner.query(query, null, new Map());
  return { sql, columns, relations: planner.relations };
}

interface PlannedQuery {
  readonly sql: string;
  readonly columns: readonly ResultColumn[];
}

type Named = ReadonlyMap<string, PlannedQuery>;

/** Turns queries into SQLite's, with the wire types of their columns. */
class QueryPlanner {
  readonly relations: Relation[] = [];
  private aliases = 0;

  constructor(private readonly options: PlanOptions) {}

  query({ with: definitions, body, orderBy, limit, offset }: Query, outer: Scope | null, outerNamed: Named): PlannedQuery {
    const named = new Map(outerNamed);
    for (const { name, query } of definitions) named.set(name, this.query(query, outer, named));
    const { sql, columns, scope } = this.body(body, outer, named);
    const order = orderBy.map(({ expression, descending }) => `${this.orderKey(expression, columns, scope, body)}${descending ? " DESC" : ""}`);
    const bound = (word: string, expression: Expression | null): string => (expression === null ? "" : ` ${word} ${this.expressions(scope, named).plan(expression).sql}`);
    const limited = `${bound("LIMIT", limit)}${limit === null && offset !== null ? " LIMIT -1" : ""}${bound("OFFSET", offset)}`;
    return { sql: `${sql}${order.length === 0 ? "" : ` ORDER BY ${order.join(", ")}`}${limited}`, columns };
  }

  private orderKey(expression: Expression, columns: readonly ResultColumn[], scope: Scope | null, body: Select | Union): string {
    if (expression.kind === "integer") {
      const position = Number(expression.value);
      if (position < 1 || position > columns.length) throw new SqlError("42P10", `ORDER BY position ${position} is not in select list`);
      return String(position);
    }
    const position = expression.kind === "column" && expression.qualifier === null ? columns.findIndex((c) => c.name === expression.name) : -1;
    if (position >= 0) return String(position + 1);
    if (body.kind === "union") throw new SqlError("42703", `column ${expression.kind === "column" ? `"${expression.name}"` : "expression"} does not exist`);
    return this.expressions(scope, new Map()).plan(expression).sql;
  }

  private body(body: Select | Union, outer: Scope | null, named: Named): PlannedQuery & { readonly scope: Scope | null } {
    if (body.kind === "select") return this.select(body, outer, named);
    const left = this.body(body.left, outer, named);
    const right = this.body(body.right, outer, named);
    if (left.columns.length !== right.columns.length) throw new SqlError("42601", `each UNION query must have the same number of columns: ${left.columns.length} vs ${right.columns.length}`);
    return { sql: `${left.sql} UNION ${body.all ? "ALL " : ""}${right.sql}`, columns: left.columns, scope: null };
  }

  private expressions(scope: Scope | null, named: Named): ExpressionPlanner {
    return new ExpressionPlanner(scope, this.options, (query) => this.query(query, scope, named));
  }

  private select(select: Select, outer: Scope | null, named: Named): PlannedQuery & { readonly scope: Scope } {
    const from = select.from === null ? null : this.source(select.from, outer, named);
    const scope: Scope = { columns: from?.columns ?? [], outer };
    const expressions = this.expressions(scope, named);
    const items = select.items.flatMap((item) => this.item(item, scope, expressions));
    const where = select.where === null ? "" : ` WHERE ${expressions.condition(select.where, "WHERE")}`;
    const groups = select.groupBy.map((group) => {
      if (group.kind !== "integer") return expressions.plan(group).sql;
      const item = items[Number(group.value) - 1];
      if (item === undefined) throw new SqlError("42P10", `GROUP BY position ${group.value} is not in select list`);
      return item.sql;
    });
    const having = select.having === null ? "" : ` HAVING ${expressions.condition(select.having, "HAVING")}`;
    const list = items.map((item) => `${item.sql} AS ${quoteSqlite(item.name)}`).join(", ");
    const sql = `SELECT ${select.distinct ? "DISTINCT " : ""}${list}${from === null ? "" : ` FROM ${from.sql}`}${where}${groups.length === 0 ? "" : ` GROUP BY ${groups.join(", ")}`}${having}`;
    return { sql, columns: items.map(({ name, type }) => ({ name, type })), scope };
  }

  private item({ expression, qualifier, alias }: SelectItem, scope: Scope, expressions: ExpressionPlanner): readonly (ResultColumn & { readonly sql: string })[] {
    if (expression === null) {
      const visible = scope.columns.filter((c) => !c.hidden && (qualifier === null || c.source === qualifier));
      if (visible.length === 0) throw qualifier === null ? new SqlError("42602", 'cannot use "*" without a FROM clause') : new SqlError("42P01", `no data source named "${qualifier}"`);
      return visible.map(({ name, type, sql }) => ({ name, type, sql }));
    }
    const { sql, type, untyped } = expressions.plan(expression);
    return [{ name: alias ?? outputName(expression), type: untyped && type === "unknown" ? "unknown" : type, sql }];
  }

  private source(source: Source, outer: Scope | null, named: Named): { readonly sql: string; readonly columns: readonly ScopeColumn[] } {
    switch (source.kind) {
      case "join": return this.join(source, outer, named);
      case "query": return this.derived(this.query(source.query, outer, named), source.alias ?? "");
      case "statement": return this.scan(this.options.statement(source.statement), source.alias);
      case "relation": {
        const common = source.name.database === null && source.name.schema === null ? named.get(source.name.name) : undefined;
        if (common !== undefined) return this.derived(common, source.alias ?? source.name.name);
        return this.scan(this.options.relation(source.name), source.alias ?? source.name.name);
      }
    }
  }

  private scan(relation: Relation, name: string | null): { readonly sql: string; readonly columns: readonly ScopeColumn[] } {
    const alias = `s${this.aliases++}`;
    const table = `t${this.relations.push(relation) - 1}`;
    return { sql: `${table} AS ${alias}`, columns: relation.columns.map((c) => ({ name: c.name, type: c.type, hidden: c.hidden === true, source: name ?? "", sql: `${alias}.${quoteSqlite(c.name)}` })) };
  }

  private derived({ sql, columns }: PlannedQuery, name: string): { readonly sql: string; readonly columns: readonly ScopeColumn[] } {
    const alias = `s${this.aliases++}`;
    return { sql: `(${sql}) AS ${alias}`, columns: columns.map((c) => ({ name: c.name, type: c.type, hidden: false, source: name, sql: `${alias}.${quoteSqlite(c.name)}` })) };
  }

  private join(join: Extract<Source, { kind: "join" }>, outer: Scope | null, named: Named): { readonly sql: string; readonly columns: readonly ScopeColumn[] } {
    const left = this.source(join.left, outer, named);
    const right = this.source(join.right, outer, named);
    const word = join.join === "left" ? "LEFT JOIN" : join.join === "cross" ? "CROSS JOIN" : "JOIN";
    const columns = [...left.columns, ...right.columns];
    if (join.using.length > 0) {
      const pairs = join.using.map((name) => {
        const [a, b] = [left, right].map((side) => side.columns.find((c) => c.name === name));
        if (a === undefined || b === undefined) throw new SqlError("42703", `column "${name}" specified in USING clause does not exist`);
        return { name, sql: `${a.sql} = ${b.sql}` };
      });
      const merged = [...left.columns, ...right.columns.map((c) => (join.using.includes(c.name) ? { ...c, hidden: true, merged: true } : c))];
      return { sql: `${left.sql} ${word} ${right.sql} ON ${pairs.map((p) => p.sql).join(" AND ")}`, columns: merged };
    }
    if (join.on === null) return { sql: `${left.sql} ${word} ${right.sql}`, columns };
    return { sql: `${left.sql} ${word} ${right.sql} ON ${this.expressions({ columns, outer }, named).condition(join.on, "ON")}`, columns };
  }
}

/** The name that a column gets without AS. */
function outputName(expression: Expression): string {
  switch (expression.kind) {
    case "column": return expression.name;
    case "call": return expression.name.split(".").at(-1)!;
    case "cast": {
      const inner = outputName(expression.operand);
      return inner === "?column?" ? expression.type.replace("[]", "") : inner;
    }
    case "case": return "case";
    case "array": return "array";
    case "exists": return "exists";
    default: return "?column?";
  }
}
