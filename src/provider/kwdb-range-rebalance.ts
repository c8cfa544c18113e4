import type { ResourceDefinition } from "../plugin";
import type { ProviderClient } from "./client";
import { applyRangeRebalance } from "./range-rebalance/apply";
import { planRangeRebalance } from "./range-rebalance/plan";
import { readRangeRebalance } from "./range-rebalance/read";
import { RANGE_REBALANCE_SCHEMA, RANGE_REBALANCE_TYPE_NAME } from "./range-rebalance/schema";
import { validateRangeRebalance } from "./range-rebalance/validate";

/** One manual rebalance of time-series ranges. */
export const kwdbRangeRebalance: ResourceDefinition<ProviderClient> = {
  typeName: RANGE_REBALANCE_TYPE_NAME,
  schema: RANGE_REBALANCE_SCHEMA,
  validate: validateRangeRebalance,
  read: readRangeRebalance,
  plan: planRangeRebalance,
  apply: applyRangeRebalance,
};
