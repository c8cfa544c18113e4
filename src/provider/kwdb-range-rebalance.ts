import type { ResourceDefinition } from "../plugin";
import type { ProviderClient } from "./client";
import { RANGE_REBALANCE_SCHEMA, RANGE_REBALANCE_TYPE_NAME } from "./range-rebalance/schema";

/** One manual rebalance of time-series ranges. */
export const kwdbRangeRebalance: ResourceDefinition<ProviderClient> = {
  typeName: RANGE_REBALANCE_TYPE_NAME,
  schema: RANGE_REBALANCE_SCHEMA,
  read: ({ state }) => Promise.resolve({ state }),
  apply: ({ planned }) => Promise.resolve({ state: planned }),
};
