import type { Catalog } from "../catalog/catalog";
import type { Relation } from "../catalog/relation";
import { ServerError } from "../model/types";
import type { Expression, Identifier, OrderItem, Query, QueryBody, Select, SelectItem, TableReference } from "../syntax/ast";
import type { DataType } from "../types/data-type";
import { children, type ExpressionContext, hasAggregate, planExpression, type PlannedExpression } from "./plan-expression";
import { matchesQualifier, planError, type Scope, type Source, type UsedRelation } from "./scope";
import { quoteName } from "./sqlite-engine";

export interface OutputColumn {
  readonly name: string;
  readonly type: DataType;
}

export interface PlannedQuery {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
}

export interface PlanOptions {
  readonly catalog: Catalog;
  readonly database: string;
  readonly expressions: Omit<ExpressionContext, "planSubquery">;
  /** Relations known by name besides the catalog's (the rows that SHOW filters). */
  readonly extra?: { readonly name: string; readonly relation: Relation };
}

/** A planned query and the relations it reads; `@key@` in the SQL stands for the SQLite table of the relation with that key. */
export interface QueryPlan extends PlannedQuery {
  readonly relations: readonly UsedRelation[];
}

const EMPTY: Scope = { sources: [], outer: null, ignoreCase: false };

export function planQuery(query: Query, options: PlanOptions): QueryPlan {
  const planner = new Planner(options);
  const planned = planner.query(query, EMPTY, new Map());
  return { ...planned, relations: [...planner.used.values()] };
}

type NamedQueries = ReadonlyMap<string, PlannedQuery>;

/** The place of a relation in planned SQL, replaced when its SQLite table is known. */
export function placeholder(key: string): string {
  return `"\u0001${key.replaceAll('"', '""')}\u0001"`;
}

class Planner {
  readonly used = new Map<string, UsedRelation>();
  private aliases = 0;
  private named: NamedQueries = new Map();

  constructor(private readonly options: PlanOptions) {}

  query(query: Query, outer: Scope, inherited: NamedQueries): PlannedQuery {
    const named = new Map(inherited);
    for (const { name, query: inner } of query.with) named.set(name.name, this.query(inner, outer, named));
    const before = this.named;
    this.named = named;
    try {
      return query.body.kind === "select" ? this.select(query.body, query, outer) : this.combined(query, outer);
    } finally {
      this.named = before;
    }
  }

  private context(): ExpressionContext {
    return { ...this.options.expressions, planSubquery: (query, scope) => this.query(query, scope, this.named) };
  }

  private plan(e: Expression, scope: Scope): PlannedExpression {
    return planExpression(e, scope, this.context());
  }

  private combined(query: Query, outer: Scope): PlannedQuery {
    const body = this.body(query.body, outer);
    const order = query.orderBy.map((item) => orderTerm(String(ordinalOf(item.expression, body.columns) ?? refuseOrder(item)), item));
    const sql = order.length === 0 && query.limit === null && query.offset === null ? body.sql : `SELECT * FROM (${body.sql})${order.length === 0 ? "" : ` ORDER BY ${order.join(", ")}`}${this.limit(query, outer)}`;
    return { sql, columns: body.columns };
  }

  private body(body: QueryBody, outer: Scope): PlannedQuery {
    switch (body.kind) {
      case "select": return this.select(body, null, outer);
      case "nested": {
        const inner = this.query(body.query, outer, this.named);
        return { ...inner, sql: `SELECT * FROM (${inner.sql})` };
      }
      case "values": return this.values(body.rows, outer);
      case "set": {
        const [left, right] = [this.body(body.left, outer), this.body(body.right, outer)];
        if (left.columns.length !== right.columns.length) throw planError(`Error during planning: ${body.op} queries have different number of columns: left has ${left.columns.length} columns whereas right has ${right.columns.length} columns`);
        return { sql: `SELECT * FROM (${left.sql}) ${body.op}${body.all && body.op === "UNION" ? " ALL" : ""} SELECT * FROM (${right.sql})`, columns: left.columns };
      }
    }
  }

  private values(rows: readonly (readonly Expression[])[], outer: Scope): PlannedQuery {
    const planned = rows.map((row) => row.map((e) => this.plan(e, outer)));
    const columns = (planned[0] ?? []).map((p, i) => ({ name: `column${i + 1}`, type: p.type }));
    return { sql: `VALUES ${planned.map((row) => `(${row.map((p) => p.sql).join(", ")})`).join(", ")}`, columns };
  }

  private limit(query: Query, scope: Scope): string {
    const limit = query.limit === null ? null : this.plan(query.limit, { ...scope, sources: [] }).sql;
    const offset = query.offset === null ? null : this.plan(query.offset, { ...scope, sources: [] }).sql;
    if (limit === null && offset === null) return "";
    return ` LIMIT ${limit ?? "-1"}${offset === null ? "" : ` OFFSET ${offset}`}`;
  }

  private select(select: Select, query: Query | null, outer: Scope): PlannedQuery {
    const sources: Source[] = [];
    const from = select.from.map((reference) => this.from(reference, outer, sources)).join(", ");
    const scope: Scope = { sources, outer: outer === EMPTY ? null : outer, ignoreCase: this.options.extra !== undefined };
    const items = select.items.flatMap((item) => this.item(item, scope, sources));
    const where = select.where === null ? "" : ` WHERE ${this.plan(select.where, scope).sql}`;
    const aliasOf = new Map(items.flatMap((i) => (i.expression === null || i.alias === null ? [] : [[i.alias, i.expression] as const])));
    const groups = select.groupBy.map((e) => resolveOrdinal(e, items, aliasOf));
    const orderBy = query?.orderBy ?? [];
    checkGrouping(items, groups, select, orderBy, scope, (e) => this.plan(e, scope));
    const having = select.having === null ? "" : ` HAVING ${this.plan(substituteAliases(select.having, aliasOf, scope), scope).sql}`;
    const grouping = groups.length === 0 ? "" : ` GROUP BY ${groups.map((e) => this.plan(e, scope).sql).join(", ")}`;
    const columns = items.map(({ name, planned }) => ({ name, type: planned.type }));
    const list = items.map(({ name, planned }) => `${planned.sql} AS ${quoteName(name)}`).join(", ");
    const order = orderBy.map((item) => orderTerm(String(ordinalOf(item.expression, columns) ?? this.plan(item.expression, scope).sql), item));
    const sql = `SELECT ${select.distinct ? "DISTINCT " : ""}${list}${from === "" ? "" : ` FROM ${from}`}${where}${grouping}${having}${order.length === 0 ? "" : ` ORDER BY ${order.join(", ")}`}${query === null ? "" : this.limit(query, scope)}`;
    return { sql, columns };
  }

  private item(item: SelectItem, scope: Scope, sources: readonly Source[]): readonly PlannedItem[] {
    if (item.kind === "expression") {
      const planned = this.plan(item.expression, scope);
      const own = item.expression.kind === "column" ? item.expression.path.at(-1)!.name : planned.name;
      return [{ name: item.alias?.name ?? own, alias: item.alias?.name ?? null, planned, expression: item.expression }];
    }
    const qualifier = item.qualifier?.map((i) => i.name) ?? null;
    const matching = qualifier === null ? sources : sources.filter((s) => matchesQualifier(qualifier, s));
    if (matching.length === 0) throw planError(qualifier === null ? "Error during planning: SELECT * with no tables specified is not valid" : `Error during planning: Invalid qualifier ${qualifier.join(".")}`);
    return matching.flatMap((source) =>
      source.columns.map((column) => {
        source.used?.columns.add(column.name);
        const planned = { sql: `${source.alias}.${quoteName(column.name)}`, type: column.type, name: [...source.qualifier, column.name].join(".") };
        return { name: column.name, alias: null, planned, expression: null };
      }),
    );
  }

  private from(reference: TableReference, outer: Scope, sources: Source[]): string {
    switch (reference.kind) {
      case "table": return this.table(reference.name, reference.alias, sources);
      case "derived": {
        const planned = this.query(reference.query, outer, this.named);
        const alias = `s${this.aliases++}`;
        sources.push({ qualifier: [reference.alias.name], alias, columns: planned.columns, used: null });
        return `(${planned.sql}) AS ${alias}`;
      }
      case "join": {
        const left = this.from(reference.left, outer, sources);
        const split = sources.length;
        const right = this.from(reference.right, outer, sources);
        const word = reference.join === "INNER" ? "JOIN" : `${reference.join} JOIN`;
        const scope: Scope = { sources, outer: outer === EMPTY ? null : outer, ignoreCase: false };
        const using = reference.using.map((name) => usingCondition(name, sources.slice(0, split), sources.slice(split)));
        const on = reference.on !== null ? this.plan(reference.on, scope).sql : using.join(" AND ");
        return `${left} ${word} ${right}${on === "" ? "" : ` ON ${on}`}`;
      }
    }
  }

  private table(name: readonly Identifier[], aliasName: Identifier | null, sources: Source[]): string {
    const alias = `s${this.aliases++}`;
    const path = name.map((i) => i.name);
    const qualifier = aliasName === null ? path : [aliasName.name];
    const named = path.length === 1 ? this.named.get(path[0]!) : undefined;
    if (named !== undefined) {
      sources.push({ qualifier, alias, columns: named.columns, used: null });
      return `(${named.sql}) AS ${alias}`;
    }
    const { extra, catalog, database } = this.options;
    const qualified = catalog.qualify(name, database);
    const relation = extra !== undefined && path.length === 1 && path[0] === extra.name ? extra.relation : catalog.relation(qualified);
    if (relation === null) throw new ServerError("TableNotFound", `Failed to plan SQL: Table not found: greptime.${qualified.database}.${qualified.table}`);
    const used = this.used.get(relation.key) ?? { relation, columns: new Set<string>() };
    this.used.set(relation.key, used);
    sources.push({ qualifier, alias, columns: relation.columns, used });
    return `${placeholder(relation.key)} AS ${alias}`;
  }
}

interface PlannedItem {
  readonly name: string;
  readonly alias: string | null;
  readonly planned: PlannedExpression;
  /** null for a column of a wildcard. */
  readonly expression: Expression | null;
}

function usingCondition(name: Identifier, left: readonly Source[], right: readonly Source[]): string {
  const side = (sources: readonly Source[]): string => {
    const source = sources.find((s) => s.columns.some((c) => c.name === name.name));
    if (source === undefined) throw planError(`No field named ${name.name}.`);
    source.used?.columns.add(name.name);
    return `${source.alias}.${quoteName(name.name)}`;
  };
  return `${side(left)} = ${side(right)}`;
}

/** NULL sorts as the largest value unless the statement says otherwise. */
function orderTerm(sql: string, item: OrderItem): string {
  const nullsFirst = item.nullsFirst ?? item.descending;
  return `${sql}${item.descending ? " DESC" : ""} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
}

function refuseOrder(item: OrderItem): never {
  throw planError(`Error during planning: cannot order by ${item.expression.kind}`);
}

/** The position that ORDER BY 2 or ORDER BY alias names. */
function ordinalOf(e: Expression, columns: readonly OutputColumn[]): number | null {
  if (e.kind === "number" && /^\d+$/.test(e.text)) {
    const position = Number(e.text);
    if (position < 1 || position > columns.length) throw planError(`Error during planning: Order by column out of bounds, specified: ${position}, max: ${columns.length}`);
    return position;
  }
  if (e.kind !== "column" || e.path.length !== 1) return null;
  const index = columns.findIndex((c) => c.name === e.path[0]!.name);
  return index < 0 ? null : index + 1;
}

function resolveOrdinal(e: Expression, items: readonly PlannedItem[], aliases: ReadonlyMap<string, Expression>): Expression {
  if (e.kind === "number" && /^\d+$/.test(e.text)) {
    const item = items[Number(e.text) - 1];
    if (item === undefined || item.expression === null) throw planError(`Error during planning: Cannot find column with position ${e.text} in SELECT clause. Valid columns: 1 to ${items.length}`);
    return item.expression;
  }
  return e.kind === "column" && e.path.length === 1 ? (aliases.get(e.path[0]!.name) ?? e) : e;
}

function substituteAliases(e: Expression, aliases: ReadonlyMap<string, Expression>, scope: Scope): Expression {
  if (e.kind === "column" && e.path.length === 1) {
    const name = e.path[0]!.name;
    return scope.sources.some((s) => s.columns.some((c) => c.name === name)) ? e : (aliases.get(name) ?? e);
  }
  if (e.kind === "binary") return { ...e, left: substituteAliases(e.left, aliases, scope), right: substituteAliases(e.right, aliases, scope) };
  if (e.kind === "nested") return { ...e, inner: substituteAliases(e.inner, aliases, scope) };
  return e;
}

/** Refuses columns that are neither grouped nor aggregated, which SQLite would let pass. */
function checkGrouping(items: readonly PlannedItem[], groups: readonly Expression[], select: Select, orderBy: readonly OrderItem[], scope: Scope, plan: (e: Expression) => PlannedExpression): void {
  const grouped = groups.length > 0 || select.having !== null || items.some((i) => i.expression !== null && hasAggregate(i.expression)) || orderBy.some((o) => hasAggregate(o.expression));
  if (!grouped) return;
  const known = new Set(groups.map((e) => plan(e).sql));
  const visit = (e: Expression): void => {
    if (e.kind === "call" && hasAggregate({ ...e, args: [] })) return;
    if (e.kind !== "column") {
      if (known.size > 0 && known.has(plan(e).sql)) return;
      children(e).forEach(visit);
      return;
    }
    const planned = plan(e);
    if (!known.has(planned.sql)) throw notGrouped(planned.name, [...groups].map((g) => plan(g).name));
  };
  for (const item of items) {
    if (item.expression !== null) visit(item.expression);
    else if (!known.has(item.planned.sql)) throw notGrouped(item.planned.name, groups.map((g) => plan(g).name));
  }
  const names = new Set(items.map((i) => i.name));
  for (const { expression } of orderBy) {
    if (expression.kind === "number" || (expression.kind === "column" && expression.path.length === 1 && names.has(expression.path[0]!.name))) continue;
    if (scope.sources.length > 0) visit(expression);
  }
}

function notGrouped(column: string, groups: readonly string[]): ServerError {
  return planError(
    `Error during planning: Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column "${column}" must appear in the GROUP BY clause or must be part of an aggregate function, currently only "${groups.join(", ")}" appears in the SELECT clause satisfies this requirement`,
  );
}

