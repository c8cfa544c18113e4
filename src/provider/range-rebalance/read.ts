import type { Context, ObjectValue } from "../../plugin";
import { rebalanceAddress } from "../../planning/kwdb/plan-diff";
import type { ProviderClient } from "../client";
import { expectedFailure } from "../report";
import type { ReadResult } from "../resource-types";
import { rebalanceDeclaration, recordedRebalance, sameTriggers } from "./state";
import { toRebalanceDiagnostics } from "./validate";

/** A rebalance is something that was done: there is nothing to read. The server is not asked. */
export async function readRangeRebalance({ state }: { readonly state: ObjectValue }, context: Context<ProviderClient>): Promise<ReadResult> {
  try {
    const declared = rebalanceDeclaration(state);
    context.client
      .kwdb()
      .records.settle(rebalanceAddress(declared.name), (recorded) => recordedRebalance(recorded, declared.name).every((done) => sameTriggers(done, declared)));
    return { state };
  } catch (error) {
    return { state, diagnostics: toRebalanceDiagnostics(expectedFailure(error)) };
  }
}
