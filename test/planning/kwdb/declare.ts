import type { KwdbClusterDeclaration, ZoneConfigDeclaration } from "../../../src/topology/kwdb/cluster";
import type { ZoneTarget } from "../../../src/topology/kwdb/zone-target";
import type { ZoneValues } from "../../../src/topology/kwdb/zone-values";

/** The declared zone of a target; system ranges are allowed. */
export function zone(target: ZoneTarget, values: ZoneValues, more: Partial<ZoneConfigDeclaration> = {}): ZoneConfigDeclaration {
  return { target, values, copyFromParent: [], allowSystemRange: true, waitForReplicas: false, ...more };
}

/** A declared cluster with these zones. */
export function declare(zones: readonly ZoneConfigDeclaration[], more: Partial<KwdbClusterDeclaration> = {}): KwdbClusterDeclaration {
  return { engine: "kwdb", name: "kw", connection: {}, zones, settings: [], rebalances: [], reportUndeclaredZones: false, ...more };
}
