import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { parseZoneTarget } from "../../topology/kwdb/parse-zone-target";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import type { ZoneValues } from "../../topology/kwdb/zone-values";
import { zoneValuesFromJson, zoneValuesToJson } from "../../topology/kwdb/zone-values-json";

/** The live zone as it was read last, which planning cannot ask the server for: beside the state, which shows only what is declared or differs. */
export interface ZoneReading {
  /** As the cluster names it: a partition with its index. */
  readonly target: ZoneTarget;
  /** Its own values; null: there was no zone. */
  readonly own: ZoneValues | null;
  readonly inherited: ZoneValues;
  /** See `keepsReplicas` in planning. */
  readonly keepsReplicas: boolean;
}

/** The stored reading; undefined when there is none, or when it cannot be read: Terraform may lose it. */
export function readZoneReading(bytes: Uint8Array): ZoneReading | undefined {
  if (bytes.length === 0) return undefined;
  try {
    const json = (JSON.parse(Buffer.from(bytes).toString("utf8")) ?? {}) as Readonly<Record<string, unknown>>;
    const parsed = parseZoneTarget(String(json["target"]));
    if (parsed.kind === "invalid") return undefined;
    return {
      target: parsed.target,
      own: json["own"] === null ? null : zoneValuesFromJson(json["own"]),
      inherited: zoneValuesFromJson(json["inherited"]),
      keepsReplicas: json["keeps_replicas"] === true,
    };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The inverse of {@link readZoneReading}. */
export function writeZoneReading({ target, own, inherited, keepsReplicas }: ZoneReading): Uint8Array {
  const json = {
    target: formatZoneTarget(target),
    own: own === null ? null : zoneValuesToJson(own),
    inherited: zoneValuesToJson(inherited),
    keeps_replicas: keepsReplicas,
  };
  return Buffer.from(JSON.stringify(json), "utf8");
}
