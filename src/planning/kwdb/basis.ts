import { createHash } from "node:crypto";
import { canonicalJson } from "../canonical-json";
import type { KwdbClusterDeclaration } from "../../topology/kwdb/cluster";
import { compareTargets, formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { parentsOf } from "../../topology/kwdb/zone-target";
import type { KwdbChange } from "./change";
import { withIndex } from "./desired-zones";
import type { ObservedKwdbCluster } from "./observed";
import type { KwdbOriginals } from "./originals";

/**
 * SHA-256, in hexadecimal, over what a plan was computed from: the declaration without how to connect, the recorded originals, and of
 * the cluster its version, the liveness of its nodes, the declared settings and the zones of all targets and their parents. Zones of
 * other objects, sizes and ages do not count.
 */
export function basisOfKwdb(
  cluster: KwdbClusterDeclaration,
  observed: ObservedKwdbCluster,
  originals: KwdbOriginals,
  changes: readonly KwdbChange[],
): string {
  const { connection: _, ...declared } = cluster;
  const targets = [
    ...cluster.zones.map(({ target }) => withIndex(target, observed)),
    ...originals.zones.map(({ target }) => target),
  ];
  const relevant = new Set(targets.flatMap((target) => [target, ...parentsOf(target)]).map(formatZoneTarget));
  const facts = {
    version: observed.version,
    nodes:
      observed.nodes.kind === "read"
        ? [...observed.nodes.value]
            .sort((a, b) => a.id - b.id)
            .map(({ id, live, decommissioning, locality }) => ({ id, live, decommissioning, locality }))
        : null,
    zones: observed.zones
      .filter(({ target }) => relevant.has(formatZoneTarget(target)))
      .sort((a, b) => compareTargets(a.target, b.target))
      .map(({ target, own }) => ({ target: formatZoneTarget(target), own })),
    settings: observed.settings.kind === "read" ? byName(observed.settings.value) : null,
  };
  const inOrder = {
    ...declared,
    zones: [...declared.zones].sort((a, b) => compareTargets(a.target, b.target)),
    settings: byName(declared.settings),
    rebalances: byName(declared.rebalances),
  };
  return createHash("sha256")
    .update(canonicalJson({ declared: inOrder, originals, facts, changes }))
    .digest("hex");
}

function byName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
