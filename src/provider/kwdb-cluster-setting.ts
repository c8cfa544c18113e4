import type { ResourceDefinition } from "../plugin";
import type { ProviderClient } from "./client";
import { CLUSTER_SETTING_SCHEMA, CLUSTER_SETTING_TYPE_NAME } from "./cluster-setting/schema";

/** One cluster setting. */
export const kwdbClusterSetting: ResourceDefinition<ProviderClient> = {
  typeName: CLUSTER_SETTING_TYPE_NAME,
  schema: CLUSTER_SETTING_SCHEMA,
  read: ({ state }) => Promise.resolve({ state }),
  apply: ({ planned }) => Promise.resolve({ state: planned }),
};
