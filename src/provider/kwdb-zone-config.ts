import type { ResourceDefinition } from "../plugin";
import type { ProviderClient } from "./client";
import { ZONE_CONFIG_SCHEMA, ZONE_CONFIG_TYPE_NAME } from "./zone-config/schema";

/** The zone configuration of one target. */
export const kwdbZoneConfig: ResourceDefinition<ProviderClient> = {
  typeName: ZONE_CONFIG_TYPE_NAME,
  schema: ZONE_CONFIG_SCHEMA,
  read: ({ state }) => Promise.resolve({ state }),
  apply: ({ planned }) => Promise.resolve({ state: planned }),
};
