import { type ClusterModel, type Row, ServerError, type TableMeta } from "../model/types";
import type { ServerVersion } from "../server-version";
import type { ObjectName } from "../syntax/ast";
import { UINT32 } from "../types/data-type";
import { columnType } from "./column-facts";
import type { Relation } from "./relation";
import { systemRevision, systemRows, temporaryTables } from "./system-rows";
import { type SystemTable, systemTables } from "./system-table";

export interface QualifiedName {
  readonly database: string;
  readonly table: string;
}

/** Everything that a statement can name, as the frontend sees the cluster. */
export class Catalog {
  readonly systemTables: ReadonlyMap<string, SystemTable>;

  constructor(
    readonly model: ClusterModel,
    readonly version: ServerVersion,
  ) {
    this.systemTables = systemTables(version);
  }

  /** `[catalog.][database.]table`, with the session's database where none is named. */
  qualify(name: ObjectName, database: string): QualifiedName {
    const parts = name.map((i) => i.name);
    if (parts.length > 3) throw new ServerError("InvalidArguments", `expect table name to be <catalog>.<schema>.<table>, <schema>.<table> or <table>, actual: ${parts.join(".")}`);
    return { database: parts.at(-2) ?? database, table: parts.at(-1)! };
  }

  hasDatabase(name: string): boolean {
    return name === "information_schema" || this.model.databases().some((d) => d.name === name);
  }

  databaseNames(): readonly string[] {
    return [...this.model.databases().map((d) => d.name), "information_schema"].sort();
  }

  /** Names and kinds of a database's tables, by name. */
  tableList(database: string): readonly { readonly name: string; readonly type: "BASE TABLE" | "LOCAL TEMPORARY" }[] {
    const user = this.model.tables().filter((t) => t.schema.database === database).map((t) => ({ name: t.schema.name, type: "BASE TABLE" as const }));
    const system = temporaryTables(this.systemTables).filter(([db]) => db === database).map(([, name]) => ({ name, type: "LOCAL TEMPORARY" as const }));
    return [...user, ...system].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  userTable({ database, table }: QualifiedName): TableMeta | undefined {
    return this.model.table(database, table);
  }

  /** The table as statements show it: a physical table of the metric engine has the tags of its logical tables, too. */
  shown(meta: TableMeta): TableMeta {
    if (meta.schema.engine !== "metric" || meta.physicalTableId !== null) return meta;
    const logical = this.model.tables().filter((t) => t.physicalTableId === meta.tableId);
    const known = new Set(meta.schema.columns.map((c) => c.name));
    const tags = new Map(logical.flatMap((t) => t.schema.columns.filter((c) => c.semantic === "TAG" && !known.has(c.name)).map((c) => [c.name, c] as const)));
    if (tags.size === 0) return meta;
    return { ...meta, schema: { ...meta.schema, columns: [...meta.schema.columns, ...tags.values()], primaryKey: [...meta.schema.primaryKey, ...tags.keys()] } };
  }

  relation(name: QualifiedName): Relation | null {
    const meta = this.userTable(name);
    if (meta !== undefined) return this.userRelation(meta);
    if (name.database === "public" && name.table === "numbers") return NUMBERS;
    if (name.database !== "information_schema") return null;
    const table = this.systemTables.get(name.table);
    return table === undefined ? null : this.systemRelation(table);
  }

  private systemRelation(table: SystemTable): Relation {
    return {
      key: `information_schema.${table.name}`,
      revision: systemRevision(table.name, this.model),
      columns: table.columns,
      rows: () => systemRows(table, this),
    };
  }

  private userRelation(meta: TableMeta): Relation {
    return {
      key: `table ${meta.tableId}`,
      // Reads of a region can fail although nothing changed, so user tables are always read.
      revision: null,
      columns: meta.schema.columns.map((c) => ({ name: c.name, type: columnType(c), nullable: c.nullable })),
      rows: async () => (await Promise.all(meta.regions.map((region) => this.model.scan(meta.tableId, region)))).flat(),
    };
  }
}

const NUMBERS: Relation = {
  key: "numbers",
  revision: "0",
  columns: [{ name: "number", type: UINT32, nullable: false }],
  rows: async () => Array.from({ length: 100 }, (_, i): Row => [BigInt(i)]),
};
