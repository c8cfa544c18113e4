import type { SqlType } from "../types/sql-type";

export type Expression =
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "decimal"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bytes"; readonly hex: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" }
  | { readonly kind: "duration"; readonly text: string }
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "column"; readonly qualifier: string | null; readonly name: string }
  | { readonly kind: "unary"; readonly operator: "-" | "+" | "not"; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "between"; readonly not: boolean; readonly operand: Expression; readonly low: Expression; readonly high: Expression }
  | { readonly kind: "in"; readonly not: boolean; readonly operand: Expression; readonly items: readonly Expression[] | Query }
  | { readonly kind: "like"; readonly not: boolean; readonly insensitive: boolean; readonly operand: Expression; readonly pattern: Expression }
  | { readonly kind: "is"; readonly not: boolean; readonly operand: Expression; readonly what: "null" | "true" | "false" }
  | { readonly kind: "any"; readonly operator: string; readonly left: Expression; readonly array: Expression }
  | { readonly kind: "cast"; readonly operand: Expression; readonly type: SqlType; readonly typeName: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly star: boolean; readonly distinct: boolean }
  | { readonly kind: "case"; readonly operand: Expression | null; readonly branches: readonly { readonly when: Expression; readonly then: Expression }[]; readonly otherwise: Expression | null }
  | { readonly kind: "array"; readonly items: readonly Expression[] }
  | { readonly kind: "exists"; readonly query: Query }
  | { readonly kind: "subquery"; readonly query: Query };

export interface SelectItem {
  /** null: all columns (of `qualifier`, when there is one). */
  readonly expression: Expression | null;
  readonly qualifier: string | null;
  readonly alias: string | null;
}

export type Source =
  | { readonly kind: "relation"; readonly name: ObjectName; readonly alias: string | null }
  | { readonly kind: "statement"; readonly statement: Statement; readonly alias: string | null }
  | { readonly kind: "query"; readonly query: Query; readonly alias: string | null }
  | { readonly kind: "join"; readonly join: "inner" | "left" | "cross"; readonly left: Source; readonly right: Source; readonly on: Expression | null; readonly using: readonly string[] };

export interface Select {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: Source | null;
  readonly where: Expression | null;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | null;
}

export interface Union {
  readonly kind: "union";
  readonly all: boolean;
  readonly left: Select | Union;
  readonly right: Select | Union;
}

export interface OrderItem {
  readonly expression: Expression;
  readonly descending: boolean;
}

export interface Query {
  readonly with: readonly { readonly name: string; readonly query: Query }[];
  readonly body: Select | Union;
  readonly orderBy: readonly OrderItem[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
}

/** `d.public.t`, `d.t` or `t`. */
export interface ObjectName {
  readonly database: string | null;
  readonly schema: string | null;
  readonly name: string;
}

export type ZoneTarget =
  | { readonly kind: "range"; readonly name: string }
  | { readonly kind: "database"; readonly name: string }
  | { readonly kind: "table"; readonly table: ObjectName; readonly partition: string | null }
  /** `table` null: the index is looked for in all tables of `database` (null or absent: the current one). `index` `*`: every index that has the partition. */
  | { readonly kind: "index"; readonly table: ObjectName | null; readonly index: string; readonly database?: string | null; readonly partition: string | null };

export interface ZoneAssignment {
  readonly variable: string;
  /** null: COPY FROM PARENT. */
  readonly value: Expression | null;
}

export type ZoneAction =
  | { readonly kind: "set"; readonly assignments: readonly ZoneAssignment[] }
  | { readonly kind: "default" }
  | { readonly kind: "discard" }
  | { readonly kind: "yaml"; readonly value: Expression }
  | { readonly kind: "rebalance" };

export interface ColumnDefinition {
  readonly name: string;
  /** As SHOW CREATE prints it, `INT4`, say. */
  readonly typeText: string;
  readonly type: SqlType;
  readonly notNull: boolean;
  readonly primaryKey: boolean;
}

export interface IndexDefinition {
  readonly name: string | null;
  readonly unique: boolean;
  readonly columns: readonly string[];
  readonly partitioning: Partitioning | null;
}

export interface PartitionDefinition {
  readonly name: string;
  /** Texts in the server's form: `('a')`, `(1) TO (10)`. */
  readonly value: string;
  /** The tuples of a LIST, or the two bounds of a RANGE, as they were written; empty for hash points. */
  readonly tuples: readonly (readonly Expression[])[];
  /** Of a HASHPOINT partition. */
  readonly points: HashPoints | null;
}

export type HashPoints = { readonly kind: "list"; readonly points: readonly number[] } | { readonly kind: "span"; readonly from: number; readonly to: number };

export interface Partitioning {
  readonly by: "list" | "range" | "hash" | "hashpoint";
  readonly columns: readonly string[];
  readonly partitions: readonly PartitionDefinition[];
}

export interface CreateTable {
  readonly kind: "create-table";
  readonly name: ObjectName;
  readonly ifNotExists: boolean;
  readonly columns: readonly ColumnDefinition[];
  readonly primaryKey: readonly string[] | null;
  readonly indexes: readonly IndexDefinition[];
  readonly partitioning: Partitioning | null;
  /** null for a relational table. */
  readonly timeSeries: { readonly tags: readonly ColumnDefinition[]; readonly primaryTags: readonly string[]; readonly hashPoints: number | null; readonly retentions: string } | null;
}

export type GrantTarget = { readonly kind: "database"; readonly names: readonly string[] } | { readonly kind: "table"; readonly names: readonly ObjectName[] };

export type Statement =
  | { readonly kind: "select"; readonly query: Query }
  | { readonly kind: "explain"; readonly statement: Statement }
  | { readonly kind: "configure-zone"; readonly target: ZoneTarget; readonly action: ZoneAction }
  | { readonly kind: "show-zone"; readonly target: ZoneTarget }
  | { readonly kind: "show-zones" }
  | { readonly kind: "set-cluster-setting"; readonly name: string; readonly value: Expression | null; readonly reset: boolean }
  | { readonly kind: "show-cluster-setting"; readonly name: string }
  | { readonly kind: "show-cluster-settings"; readonly all: boolean }
  | { readonly kind: "show-databases" }
  | { readonly kind: "show-tables"; readonly database: string | null }
  | { readonly kind: "show-users" }
  | { readonly kind: "show-jobs" }
  | { readonly kind: "show-create-table"; readonly table: ObjectName }
  | { readonly kind: "show-partitions"; readonly from: { readonly kind: "table"; readonly table: ObjectName } | { readonly kind: "database"; readonly name: string } | { readonly kind: "index"; readonly table: ObjectName; readonly index: string } }
  | { readonly kind: "show-ranges"; readonly from: { readonly kind: "table"; readonly table: ObjectName } | { readonly kind: "database"; readonly name: string } }
  | { readonly kind: "show-variable"; readonly name: string }
  | { readonly kind: "set-variable"; readonly name: string; readonly values: readonly Expression[] | null }
  | { readonly kind: "begin" }
  | { readonly kind: "commit" }
  | { readonly kind: "rollback" }
  | { readonly kind: "create-database"; readonly name: string; readonly timeSeries: boolean; readonly ifNotExists: boolean }
  | { readonly kind: "drop-database"; readonly name: string; readonly ifExists: boolean; readonly behavior: "restrict" | "cascade" | null }
  | CreateTable
  | { readonly kind: "drop-table"; readonly names: readonly ObjectName[]; readonly ifExists: boolean }
  | { readonly kind: "partition-table"; readonly table: ObjectName; readonly partitioning: Partitioning | null }
  | { readonly kind: "insert"; readonly table: ObjectName; readonly columns: readonly string[] | null; readonly rows: readonly (readonly Expression[])[] }
  | { readonly kind: "create-user"; readonly name: string; readonly password: string | null; readonly role: boolean; readonly ifNotExists: boolean }
  | { readonly kind: "alter-user"; readonly name: string; readonly password: string | null }
  | { readonly kind: "drop-user"; readonly name: string; readonly ifExists: boolean; readonly role: boolean }
  | { readonly kind: "grant"; readonly revoke: boolean; readonly privileges: readonly string[]; readonly on: GrantTarget; readonly users: readonly string[] }
  | { readonly kind: "grant-role"; readonly revoke: boolean; readonly roles: readonly string[]; readonly users: readonly string[] };

/** One statement of a text, with the part of the text that it is. */
export interface ParsedStatement {
  readonly sql: string;
  readonly statement: Statement;
  /** Highest `$n` in it; 0 without. */
  readonly parameters: number;
}
