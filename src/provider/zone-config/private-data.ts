import type { ObjectValue } from "../../plugin";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { parseZoneTarget } from "../../topology/kwdb/parse-zone-target";
import { isAdopted, type ZoneTarget } from "../../topology/kwdb/zone-target";
import { pick, type ZoneValues } from "../../topology/kwdb/zone-values";
import { zoneValuesFromJson, zoneValuesToJson } from "../../topology/kwdb/zone-values-json";
import { declaredVariables } from "./declaration";
import type { ZoneReading } from "./live";

/**
 * The zone as it was read last, beside the state, which shows only what is declared or differs: planning cannot ask the server. Terraform
 * takes a change of these bytes for drift (observed on 1.11.4), so that only what is this resource's own is in them.
 */
export interface LastReading {
  /** As the cluster names it: a partition with its index. */
  readonly target: ZoneTarget;
  /** Its own values, of a range those that are declared; null: there was no zone. */
  readonly own: ZoneValues | null;
  /** See `keepsReplicas` in planning. */
  readonly keepsReplicas: boolean;
}

/** The stored reading; undefined when there is none, or when it cannot be read: Terraform may lose it. */
export function readLastReading(bytes: Uint8Array): LastReading | undefined {
  if (bytes.length === 0) return undefined;
  try {
    const json = (JSON.parse(Buffer.from(bytes).toString("utf8")) ?? {}) as Readonly<Record<string, unknown>>;
    const parsed = parseZoneTarget(String(json["target"]));
    if (parsed.kind === "invalid") return undefined;
    const own = json["own"] === null ? null : zoneValuesFromJson(json["own"]);
    return { target: parsed.target, own, keepsReplicas: json["keeps_replicas"] === true };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What {@link readLastReading} reads, for a zone and the state that goes with it. */
export function writeLastReading(state: ObjectValue, { target, own, keepsReplicas }: ZoneReading): Uint8Array {
  const kept = own === null || !isAdopted(target) ? own : pick(own, declaredVariables(state, own));
  const json = {
    target: formatZoneTarget(target),
    own: kept === null ? null : zoneValuesToJson(kept),
    keeps_replicas: keepsReplicas,
  };
  return Buffer.from(JSON.stringify(json), "utf8");
}
