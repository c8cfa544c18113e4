import type { KwdbClusterDeclaration } from "../../topology/kwdb/cluster";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { withIndex } from "./desired-zones";
import type { ObservedKwdbCluster, ObservedZone } from "./observed";
import { isServerZone } from "./server-zones";

/** Who a live zone comes from. `server`: the cluster writes it by itself, so that it is nobody's drift. */
export type ZoneOrigin = "declared" | "server" | "user";

/** Every live zone with who it comes from, in the observed order. */
export function listZones(
  cluster: KwdbClusterDeclaration,
  observed: ObservedKwdbCluster,
): readonly { readonly zone: ObservedZone; readonly origin: ZoneOrigin }[] {
  const declared = new Set(cluster.zones.map(({ target }) => formatZoneTarget(withIndex(target, observed))));
  return observed.zones.map((zone) => {
    if (declared.has(formatZoneTarget(zone.target))) return { zone, origin: "declared" };
    return { zone, origin: isServerZone(zone, observed) ? "server" : "user" };
  });
}
