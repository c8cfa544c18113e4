import type { ObjectValue } from "../../plugin";
import type { ObservedTable } from "../../planning/observed";
import type { PartitionKey } from "../../topology/ids";
import { mapOf } from "../values";
import { livePlacement, liveRegions } from "./live";
import { knownPlacement } from "./state";

/**
 * What changed since the plan was made, one line each; empty when the plan still holds. A region that is already
 * where the plan wants it is no difference.
 */
export function differencesSincePlan(prior: ObjectValue, planned: ObjectValue, tables: readonly ObservedTable[]): readonly string[] {
  const before = knownPlacement(prior) ?? new Map();
  const target = knownPlacement(planned);
  if (target === undefined) return [];
  const regions = liveRegions(planned, tables);
  const live = livePlacement(regions);
  const regionsBefore = mapOf(prior, "region_ids") ?? {};
  const regionsNow = new Map(regions.map(({ name, region }) => [name, region.id.toString()]));
  const lines: string[] = [];
  for (const key of [...new Set([...Object.keys(regionsBefore), ...regionsNow.keys()])].sort() as PartitionKey[]) {
    const idBefore = regionsBefore[key];
    const idNow = regionsNow.get(key);
    if (idNow === undefined) lines.push(`${key}: the partition is gone`);
    else if (idBefore === undefined) lines.push(`${key}: the partition is new`);
    else if (idBefore !== idNow) lines.push(`${key}: was region ${String(idBefore)} when planned, is region ${idNow} now`);
    else if (live.get(key) !== before.get(key) && live.get(key) !== target.get(key)) {
      lines.push(`${key}: was led by ${datanodeText(before.get(key))} when planned, is led by ${datanodeText(live.get(key))} now`);
    }
  }
  return lines;
}

function datanodeText(id: bigint | undefined): string {
  return id === undefined ? "no datanode" : `datanode ${id}`;
}
