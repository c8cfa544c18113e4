import { emptyState } from "../values";
import { errorDiagnostic, type Context, type ObjectValue } from "../../plugin";
import { clusterWarnings } from "../../planning/kwdb/warnings";
import type { Diagnostic } from "../../topology/diagnostic";
import type { ZoneConfigDeclaration } from "../../topology/kwdb/cluster";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { parseZoneTarget } from "../../topology/kwdb/parse-zone-target";
import { validateZone } from "../../topology/kwdb/validate-zone";
import { isAdopted, isSystemTarget } from "../../topology/kwdb/zone-target";
import { differingVariables } from "../../topology/kwdb/zone-values";
import type { ObservedKwdbCluster } from "../../planning/kwdb/observed";
import type { ProviderClient } from "../client";
import { expectedFailure, toPluginDiagnostics } from "../report";
import type { ImportState, ReadResult } from "../resource-types";
import { foundText, targetOf, zoneCluster, zoneDeclaration } from "./declaration";
import { liveState, NO_CHANGES, zoneReading } from "./live";
import { writeLastReading } from "./private-data";
import { ZONE_CONFIG_SCHEMA, ZONE_CONFIG_TYPE_NAME } from "./schema";
import { toZoneDiagnostics } from "./validate";
import { toAttributes } from "./variables";

/** The live zone beside what the state declares. The zone of a user's object is gone when it has none; a range always has one, if an empty one. */
export async function readZoneConfig(
  { state, private: privateData }: { readonly state: ObjectValue; readonly private: Uint8Array },
  context: Context<ProviderClient>,
): Promise<ReadResult> {
  try {
    const kwdb = context.client.kwdb();
    const reading = await kwdb.snapshots.read();
    const zone = zoneReading(targetOf(state), reading);
    if (zone.own === null && !isAdopted(zone.target)) return { state: null };
    // Without private data the state comes from an import and is not stored yet.
    if (privateData.length > 0) kwdb.records.settle(formatZoneTarget(zone.target));
    const live = liveState(state, zone);
    return {
      state: live,
      private: writeLastReading(live, zone),
      diagnostics: toZoneDiagnostics(liveWarnings(zoneDeclaration(state), reading.observed), state),
    };
  } catch (error) {
    return { state, diagnostics: toZoneDiagnostics(expectedFailure(error), state) };
  }
}

/** What one should know of a zone on this cluster, without what its validation says already. */
export function liveWarnings(zone: ZoneConfigDeclaration, observed: ObservedKwdbCluster): readonly Diagnostic[] {
  const said = new Set(validateZone(zone).map(({ code }) => code));
  return clusterWarnings(zoneCluster("kwdb", [zone]), observed).filter(({ code }) => !said.has(code));
}

/** Imports by target. All variables of the zone count as declared, so that the first plan shows what the configuration changes. */
export const importZoneConfig: ImportState = async ({ id }, context) => {
  const parsed = parseZoneTarget(id);
  if (parsed.kind === "invalid") {
    return { resources: [], diagnostics: [errorDiagnostic("The import id is no zone target", `"${id}": ${parsed.detail} [KWDB_TARGET_INVALID]`)] };
  }
  try {
    const kwdb = context.client.kwdb();
    const { target, own, inherited } = zoneReading(parsed.target, await kwdb.snapshots.read());
    const address = formatZoneTarget(target);
    if (own === null) return { resources: [], diagnostics: [noZone(address)] };
    const recorded = (await kwdb.records.read()).zones.find((zone) => formatZoneTarget(zone.target) === address);
    const variables = differingVariables(own, {}, inherited);
    const state = {
      ...emptyState(ZONE_CONFIG_SCHEMA),
      target: id,
      ...Object.assign({}, ...variables.map((variable) => toAttributes(own, variable))),
      allow_system_range: isSystemTarget(target) ? true : null,
      id: formatZoneTarget(parsed.target),
      found: foundText(recorded === undefined ? own : recorded.own),
      planned_changes: NO_CHANGES,
    };
    return { resources: [{ typeName: ZONE_CONFIG_TYPE_NAME, state }] };
  } catch (error) {
    return { resources: [], diagnostics: toPluginDiagnostics(expectedFailure(error)) };
  }
};

function noZone(address: string): ReturnType<typeof errorDiagnostic> {
  return errorDiagnostic(
    `${address} has no zone of its own to import`,
    "It inherits everything, or it does not exist. Create the resource instead: nothing is overwritten. [KWDB_ZONE_NOT_FOUND]",
  );
}
