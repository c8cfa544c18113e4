import type { ResourceDefinition } from "../plugin";
import type { ProviderClient } from "./client";
import { applyTable } from "./table/apply";
import { planTable } from "./table/plan";
import { importTable, readTable } from "./table/read";
import { TABLE_SCHEMA, TABLE_TYPE_NAME } from "./table/schema";
import { validateTableConfig } from "./table/validate";

/** A table: columns, keys, partition rule and options. */
export const greptimedbTable: ResourceDefinition<ProviderClient> = {
  typeName: TABLE_TYPE_NAME,
  schema: TABLE_SCHEMA,
  validate: validateTableConfig,
  read: readTable,
  plan: planTable,
  apply: applyTable,
  importState: importTable,
};
