import type { Schema } from "../../plugin";

/** Schema of `topoform_greptimedb_table`. */
export const TABLE_SCHEMA: Schema = {
  version: 0,
  description:
    "A table: columns, keys, partition rule and options. What the server can change in place is changed in place. " +
    "What would lose data is refused while `deletion_protection` is true. Import by `database.table`.",
  attributes: {
    database: { type: "string", optional: true, computed: true, description: "Database of the table. Default `public`." },
    name: { type: "string", required: true, description: "Name of the table." },
    columns: {
      required: true,
      description: "Columns in the order of their creation. Another order alone is no change.",
      nested: {
        nesting: "list",
        attributes: {
          name: { type: "string", required: true, description: "Name of the column." },
          type: { type: "string", required: true, description: "Any type that the server accepts: `STRING`, `BIGINT UNSIGNED`, `TIMESTAMP(3)`. Aliases are no change (`INT8` is `BIGINT`)." },
          nullable: { type: "bool", optional: true, computed: true, description: "Whether it may be null. Default true; false for the time index." },
          default: { type: "string", optional: true, description: "Default as the server prints it: `5`, `x`, `now()`, `current_timestamp()`." },
          comment: { type: "string", optional: true, description: "Comment on the column." },
        },
      },
    },
    primary_key: { type: { list: "string" }, optional: true, description: "Columns of the primary key (tags), in key order, without the time index." },
    time_index: { type: "string", required: true, description: "The column that is the time index." },
    partition_columns: { type: { list: "string" }, optional: true, description: "Columns that the table is partitioned by." },
    partition_less_than: {
      type: { list: { list: "string" } },
      optional: true,
      description:
        "Ranges by their exclusive upper bounds, one value per partition column, strictly increasing. The last bound is the text `MAXVALUE` in every column. Not together with `partition_rules`.",
    },
    partition_rules: {
      type: { list: "string" },
      optional: true,
      computed: true,
      description: "Rules in the server's grammar, one per partition: `host < 'g'`. Computed from the ranges when these are given; empty for a table with one region.",
    },
    engine: { type: "string", optional: true, computed: true, description: "Storage engine. Default `mito`." },
    options: { type: { map: "string" }, optional: true, description: "Table options such as `ttl` or `append_mode`. Another spelling of the same value is no change (`7d` is `7days`)." },
    ignore_undeclared_columns: { type: "bool", optional: true, computed: true, description: "Columns that others add are left alone and not shown. Default false: they show as a change." },
    deletion_protection: {
      type: "bool",
      optional: true,
      computed: true,
      description: "While true nothing that loses data of this table is done: it cannot be destroyed or replaced, and no column is dropped. Default true. Apply false first, then destroy.",
    },
    id: { type: "string", computed: true, description: "`database.table`." },
    table_id: { type: "number", computed: true, description: "Id that the server gave this incarnation of the table." },
    region_ids: { type: { map: "string" }, computed: true, description: "Region of each partition, by the partition's rule; `*` is the only region of a table without partitions." },
  },
};

export const TABLE_TYPE_NAME = "topoform_greptimedb_table";
