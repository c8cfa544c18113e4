import type { ResourceDefinition } from "../plugin";
import type { ProviderClient } from "./client";
import { applyClusterSetting } from "./cluster-setting/apply";
import { planClusterSetting } from "./cluster-setting/plan";
import { importClusterSetting, readClusterSetting } from "./cluster-setting/read";
import { CLUSTER_SETTING_SCHEMA, CLUSTER_SETTING_TYPE_NAME } from "./cluster-setting/schema";
import { validateSettingConfig } from "./cluster-setting/validate";

/** One cluster setting. */
export const kwdbClusterSetting: ResourceDefinition<ProviderClient> = {
  typeName: CLUSTER_SETTING_TYPE_NAME,
  schema: CLUSTER_SETTING_SCHEMA,
  validate: validateSettingConfig,
  read: readClusterSetting,
  plan: planClusterSetting,
  apply: applyClusterSetting,
  importState: importClusterSetting,
};
