import type { Relation } from "../catalog/relation";
import { ServerError } from "../model/types";
import type { ObjectName } from "../syntax/ast";
import type { DataType } from "../types/data-type";

/** One table, derived table or common table expression that stands in FROM. */
export interface Source {
  /** Names that a column may be qualified with, innermost last (`information_schema`, `partitions`), or the alias alone. */
  readonly qualifier: readonly string[];
  /** Its name in the planned SQL. */
  readonly alias: string;
  readonly columns: readonly { readonly name: string; readonly type: DataType }[];
  /** The relation whose columns are read; null for derived tables. */
  readonly used: UsedRelation | null;
}

export interface UsedRelation {
  readonly relation: Relation;
  readonly columns: Set<string>;
}

export interface Scope {
  readonly sources: readonly Source[];
  readonly outer: Scope | null;
  /** Column names match without case (results of SHOW). */
  readonly ignoreCase: boolean;
}

export interface ResolvedColumn {
  readonly source: Source;
  readonly name: string;
  readonly type: DataType;
}

/** Finds a column by its path; refuses unknown and ambiguous names with the server's texts. */
export function resolveColumn(path: ObjectName, scope: Scope): ResolvedColumn {
  for (let s: Scope | null = scope; s !== null; s = s.outer) {
    const found = s.sources.flatMap((source) => matchesIn(path, source, s.ignoreCase));
    if (found.length > 1 && new Set(found.map((f) => f.source)).size > 1) throw planError(`Ambiguous reference to unqualified field ${path.at(-1)!.name}`);
    if (found[0] !== undefined) return found[0];
  }
  throw unknownField(path, scope);
}

function matchesIn(path: ObjectName, source: Source, ignoreCase: boolean): readonly ResolvedColumn[] {
  const name = path.at(-1)!;
  const qualifier = path.slice(0, -1).map((i) => i.name);
  if (!matchesQualifier(qualifier, source)) return [];
  const column = source.columns.find((c) => c.name === name.name || (ignoreCase && c.name.toLowerCase() === name.name.toLowerCase()));
  if (column === undefined) return [];
  source.used?.columns.add(column.name);
  return [{ source, name: column.name, type: column.type }];
}

/** Whether the written qualifier is an ending of the source's own, an optional catalog before it. */
export function matchesQualifier(written: readonly string[], source: Source): boolean {
  const names = written[0] === "greptime" && written.length > 1 ? written.slice(1) : written;
  return names.every((name, i) => source.qualifier[source.qualifier.length - names.length + i] === name);
}

export function planError(message: string): ServerError {
  return new ServerError("PlanQuery", `Failed to plan SQL: ${message}`);
}

function unknownField(path: ObjectName, scope: Scope): ServerError {
  const written = path.map((i) => i.name).join(".");
  const valid = scope.sources.flatMap((s) => s.columns.map((c) => [...s.qualifier, c.name].join(".")));
  return planError(`No field named ${written}.${valid.length === 0 ? "" : ` Valid fields are ${valid.join(", ")}.`}`);
}
