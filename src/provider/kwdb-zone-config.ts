import type { ResourceDefinition } from "../plugin";
import type { ProviderClient } from "./client";
import { applyZoneConfig } from "./zone-config/apply";
import { planZoneConfig } from "./zone-config/plan";
import { importZoneConfig, readZoneConfig } from "./zone-config/read";
import { ZONE_CONFIG_SCHEMA, ZONE_CONFIG_TYPE_NAME } from "./zone-config/schema";
import { validateZoneConfig } from "./zone-config/validate";

/** The zone configuration of one target. */
export const kwdbZoneConfig: ResourceDefinition<ProviderClient> = {
  typeName: ZONE_CONFIG_TYPE_NAME,
  schema: ZONE_CONFIG_SCHEMA,
  validate: validateZoneConfig,
  read: readZoneConfig,
  plan: planZoneConfig,
  apply: applyZoneConfig,
  importState: importZoneConfig,
};
