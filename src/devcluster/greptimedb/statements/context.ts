import type { Catalog, QualifiedName } from "../catalog/catalog";
import { type CellValue, type ClusterModel, ServerError, type TableMeta } from "../model/types";
import type { QueryRunner } from "../query/run-query";
import type { ServerVersion } from "../server-version";
import type { ObjectName } from "../syntax/ast";

/** What the statements of one session share. */
export interface StatementContext {
  readonly catalog: Catalog;
  readonly model: ClusterModel;
  readonly version: ServerVersion;
  readonly runner: QueryRunner;
  readonly session: SessionState;
  readonly parameters: readonly CellValue[];
}

/** What SET and USE change. */
export interface SessionState {
  database: string;
  zone: string;
  readonly connectionId: number;
}

/** The user table that the name means; refuses with the text that ALTER, DROP and INSERT give. */
export function requireTable(context: StatementContext, name: ObjectName): TableMeta {
  const qualified = context.catalog.qualify(name, context.session.database);
  const meta = context.catalog.userTable(qualified);
  if (meta === undefined) throw new ServerError("TableNotFound", `Table not found: greptime.${qualified.database}.${qualified.table}`);
  return meta;
}

/** The name as the statement wrote it, for texts that repeat it. */
export function writtenName(name: ObjectName): string {
  return name.map((i) => i.name).join(".");
}

export function qualify(context: StatementContext, name: ObjectName): QualifiedName {
  return context.catalog.qualify(name, context.session.database);
}

export function databaseNotFound(name: string): ServerError {
  return new ServerError("InvalidArguments", `Failed to find schema, schema info: ${name}`);
}
