import type { ResourceDefinition } from "../plugin";
import type { ProviderClient } from "./client";
import { applyRegionPlacement } from "./region-placement/apply";
import { planRegionPlacement } from "./region-placement/plan";
import { importRegionPlacement, readRegionPlacement } from "./region-placement/read";
import { REGION_PLACEMENT_SCHEMA } from "./region-placement/schema";
import { validateRegionPlacement } from "./region-placement/validate";

/** Which datanode leads each region of one table. */
export const greptimedbRegionPlacement: ResourceDefinition<ProviderClient> = {
  typeName: "topoform_greptimedb_region_placement",
  schema: REGION_PLACEMENT_SCHEMA,
  validate: validateRegionPlacement,
  read: readRegionPlacement,
  plan: planRegionPlacement,
  apply: applyRegionPlacement,
  importState: importRegionPlacement,
};
