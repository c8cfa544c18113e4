/** Syntax trees of the statements that the emulated frontend reads. */

export interface Identifier {
  /** Unquoted names are folded to lower case. */
  readonly name: string;
  /** As written. */
  readonly written: string;
  readonly quoted: boolean;
}

export type ObjectName = readonly Identifier[];

export interface TypeSyntax {
  /** Upper-case words, e.g. `DOUBLE PRECISION`. */
  readonly name: string;
  readonly written: string;
  readonly args: readonly string[];
  readonly line: number;
  readonly column: number;
}

export type BinaryOperator = "AND" | "OR" | "=" | "<>" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%" | "||" | "XOR" | "&" | "|";

export type Expression =
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "hex"; readonly digits: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "column"; readonly path: ObjectName }
  | { readonly kind: "binary"; readonly op: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "unary"; readonly op: "-" | "+" | "NOT"; readonly operand: Expression }
  | { readonly kind: "nested"; readonly inner: Expression }
  | { readonly kind: "is"; readonly operand: Expression; readonly what: "NULL" | "TRUE" | "FALSE"; readonly negated: boolean }
  | { readonly kind: "between"; readonly operand: Expression; readonly low: Expression; readonly high: Expression; readonly negated: boolean }
  | { readonly kind: "in"; readonly operand: Expression; readonly list: readonly Expression[]; readonly negated: boolean }
  | { readonly kind: "in-query"; readonly operand: Expression; readonly query: Query; readonly negated: boolean }
  | { readonly kind: "like"; readonly operand: Expression; readonly pattern: Expression; readonly negated: boolean; readonly ignoreCase: boolean }
  | { readonly kind: "call"; readonly name: Identifier; readonly args: readonly Expression[]; readonly star: boolean; readonly distinct: boolean; readonly parentheses: boolean }
  | { readonly kind: "cast"; readonly operand: Expression; readonly type: TypeSyntax }
  | { readonly kind: "case"; readonly operand: Expression | null; readonly branches: readonly { readonly when: Expression; readonly then: Expression }[]; readonly otherwise: Expression | null }
  | { readonly kind: "subquery"; readonly query: Query }
  | { readonly kind: "exists"; readonly query: Query; readonly negated: boolean }
  | { readonly kind: "tuple"; readonly items: readonly Expression[] }
  /** A call that ran before planning (admin functions); keeps the call for the result column's name. */
  | { readonly kind: "evaluated"; readonly call: Expression; readonly value: string | bigint | null };

export type SelectItem =
  | { readonly kind: "expression"; readonly expression: Expression; readonly alias: Identifier | null }
  | { readonly kind: "wildcard"; readonly qualifier: ObjectName | null };

export type TableReference =
  | { readonly kind: "table"; readonly name: ObjectName; readonly alias: Identifier | null }
  | { readonly kind: "derived"; readonly query: Query; readonly alias: Identifier }
  | {
      readonly kind: "join";
      readonly join: "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS";
      readonly left: TableReference;
      readonly right: TableReference;
      readonly on: Expression | null;
      readonly using: readonly Identifier[];
    };

export interface Select {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly TableReference[];
  readonly where: Expression | null;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | null;
}

export interface OrderItem {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean | null;
}

export type QueryBody =
  | Select
  | { readonly kind: "set"; readonly op: "UNION" | "INTERSECT" | "EXCEPT"; readonly all: boolean; readonly left: QueryBody; readonly right: QueryBody }
  | { readonly kind: "values"; readonly rows: readonly (readonly Expression[])[] }
  | { readonly kind: "nested"; readonly query: Query };

export interface Query {
  readonly with: readonly { readonly name: Identifier; readonly query: Query }[];
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
}

export interface OptionEntry {
  readonly key: string;
  /** null for the keyword NULL. */
  readonly value: string | null;
}

export interface IndexClause {
  readonly kind: "INVERTED" | "SKIPPING" | "FULLTEXT";
  readonly options: readonly OptionEntry[];
}

export interface ColumnSyntax {
  readonly name: Identifier;
  readonly type: TypeSyntax;
  /** null when neither NULL nor NOT NULL was written. */
  readonly nullable: boolean | null;
  readonly defaultValue: Expression | null;
  readonly comment: string | null;
  readonly timeIndex: boolean;
  readonly primaryKey: boolean;
  readonly indexes: readonly IndexClause[];
}

export interface RangeBound {
  readonly name: Identifier;
  /** null stands for MAXVALUE. */
  readonly values: readonly (Expression | null)[];
}

export type PartitionSyntax =
  | { readonly kind: "rules"; readonly columns: readonly Identifier[]; readonly rules: readonly Expression[] }
  | { readonly kind: "ranges"; readonly columns: readonly Identifier[]; readonly bounds: readonly RangeBound[] };

export interface CreateTableSyntax {
  readonly kind: "create-table";
  readonly ifNotExists: boolean;
  readonly name: ObjectName;
  readonly columns: readonly ColumnSyntax[];
  readonly primaryKeys: readonly (readonly Identifier[])[];
  readonly timeIndexes: readonly Identifier[];
  readonly partition: PartitionSyntax | null;
  readonly engine: string;
  readonly options: readonly OptionEntry[];
}

export type AlterAction =
  | { readonly kind: "add-columns"; readonly columns: readonly { readonly column: ColumnSyntax; readonly ifNotExists: boolean; readonly place: { readonly kind: "first" } | { readonly kind: "after"; readonly name: Identifier } | null }[] }
  | { readonly kind: "drop-column"; readonly name: Identifier }
  | { readonly kind: "modify-type"; readonly name: Identifier; readonly type: TypeSyntax }
  | { readonly kind: "set-default"; readonly name: Identifier; readonly value: Expression }
  | { readonly kind: "drop-default"; readonly name: Identifier }
  | { readonly kind: "set-index"; readonly name: Identifier; readonly index: IndexClause }
  | { readonly kind: "unset-index"; readonly name: Identifier; readonly index: IndexClause["kind"] }
  | { readonly kind: "set-options"; readonly options: readonly OptionEntry[] }
  | { readonly kind: "unset-options"; readonly keys: readonly string[] }
  | { readonly kind: "rename"; readonly name: ObjectName }
  | { readonly kind: "repartition"; readonly form: "SPLIT" | "MERGE" | "REPARTITION"; readonly from: readonly Expression[]; readonly to: readonly Expression[]; readonly columns: readonly Identifier[]; readonly options: readonly OptionEntry[] }
  | { readonly kind: "partition"; readonly columns: readonly Identifier[]; readonly rules: readonly Expression[]; readonly options: readonly OptionEntry[] };

export type ShowFilter = { readonly kind: "like"; readonly pattern: string } | { readonly kind: "where"; readonly expression: Expression } | null;

export type Statement =
  | { readonly kind: "query"; readonly query: Query }
  | { readonly kind: "explain"; readonly statement: Statement }
  | CreateTableSyntax
  | { readonly kind: "create-database"; readonly name: Identifier; readonly ifNotExists: boolean; readonly options: readonly OptionEntry[] }
  | { readonly kind: "alter-database"; readonly name: Identifier; readonly set: readonly OptionEntry[]; readonly unset: readonly string[] }
  | { readonly kind: "drop-database"; readonly name: Identifier; readonly ifExists: boolean }
  | { readonly kind: "drop-table"; readonly names: readonly ObjectName[]; readonly ifExists: boolean }
  | { readonly kind: "truncate"; readonly name: ObjectName }
  | { readonly kind: "alter-table"; readonly name: ObjectName; readonly action: AlterAction }
  | { readonly kind: "comment-on"; readonly target: "TABLE" | "COLUMN"; readonly name: ObjectName; readonly comment: string | null }
  | { readonly kind: "insert"; readonly table: ObjectName; readonly columns: readonly Identifier[]; readonly source: Query }
  | { readonly kind: "delete"; readonly table: ObjectName; readonly where: Expression | null }
  | { readonly kind: "describe"; readonly name: ObjectName }
  | { readonly kind: "show-create-table"; readonly name: ObjectName }
  | { readonly kind: "show-create-database"; readonly name: Identifier }
  | { readonly kind: "show-databases"; readonly full: boolean; readonly filter: ShowFilter }
  | { readonly kind: "show-tables"; readonly full: boolean; readonly database: Identifier | null; readonly filter: ShowFilter }
  | { readonly kind: "show-table-status"; readonly database: Identifier | null; readonly filter: ShowFilter }
  | { readonly kind: "show-columns"; readonly full: boolean; readonly table: ObjectName; readonly database: Identifier | null; readonly filter: ShowFilter }
  | { readonly kind: "show-index" | "show-region"; readonly table: ObjectName; readonly database: Identifier | null; readonly filter: ShowFilter }
  | { readonly kind: "show-variable"; readonly name: string }
  | { readonly kind: "show-variables" | "show-status" | "show-warnings" | "show-processlist" | "show-collation" | "show-charset"; readonly filter: ShowFilter }
  | { readonly kind: "admin"; readonly call: Expression & { readonly kind: "call" } }
  | { readonly kind: "use"; readonly database: Identifier }
  | { readonly kind: "set"; readonly assignments: readonly { readonly name: string; readonly value: Expression }[] }
  /** Transactions, LOCK TABLES and the like: answered with an empty OK. */
  | { readonly kind: "ignored" };
