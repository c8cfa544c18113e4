import type { Schema } from "../../plugin";

export const ZONE_CONFIG_TYPE_NAME = "topoform_kwdb_zone_config";

/** Schema of `topoform_kwdb_zone_config`. */
export const ZONE_CONFIG_SCHEMA: Schema = {
  version: 0,
  description:
    "The zone configuration of one target: sizes, garbage collection, replicas and where they live. A variable that is left out is inherited; for the ranges and database `system`, whose values the server brings itself, it stays as it was found. " +
    "Destroying discards the zone of a user's object, and gives ranges and database `system` back what was found. Import by target: `terraform import ADDRESS 'RANGE meta'`.",
  attributes: {
    target: {
      type: "string",
      required: true,
      description:
        "What the zone is for: `RANGE meta` (`default`, `meta`, `liveness`, `system`, `timeseries`), `DATABASE d`, `TABLE d.t`, `INDEX d.t@i`, `PARTITION p OF TABLE d.t` or `PARTITION p OF INDEX d.t@i`. Any spelling that SQL understands; another target replaces the resource.",
    },
    range_min_bytes: { type: "number", optional: true, description: "`range_min_bytes`: ranges below are merged. At least 1048576, below `range_max_bytes`; the server stores the two together, so the other is completed with the inherited value." },
    range_max_bytes: { type: "number", optional: true, description: "`range_max_bytes`: ranges above are split. At least 5242880." },
    gc_ttl_seconds: { type: "number", optional: true, description: "`gc.ttlseconds`: how long overwritten values stay. From 1 on; 600 and more are advised." },
    num_replicas: { type: "number", optional: true, description: "`num_replicas`: 1, or 3 and more; odd numbers are advised. Fewer than before is refused while a node is down." },
    ts_merge_seconds: {
      type: "number",
      optional: true,
      description:
        "`ts_merge.days` in seconds (864000 for 10 days): time-series ranges that were split by time are merged after it. The server does not let it be inherited, and needs `kv.kvserver.ts_split_interval = 1` and `kv.kvserver.ts_split_by_timestamp.enabled = true`; from KWDB 3.1.0 on it has no effect.",
    },
    constraints: {
      type: { list: "string" },
      optional: true,
      description: "`constraints` for all replicas: `+key=value` or `-key=value` for localities, `+attribute` for attributes. For partitions only. Excludes `replica_constraints`.",
    },
    replica_constraints: {
      type: { map: "number" },
      optional: true,
      description: "`constraints` per replica: how many replicas go where, `{ \"+region=NODE1\" = 1 }`; several constraints of one group are joined by commas. For partitions only.",
    },
    lease_preferences: {
      type: { list: { list: "string" } },
      optional: true,
      description: "`lease_preferences`: where the leaseholder should be, alternatives in order. For partitions only.",
    },
    copy_from_parent: {
      type: { set: "string" },
      optional: true,
      description:
        "Variables that get the parent's value as a value of their own (`COPY FROM PARENT`), by attribute name: `num_replicas`. When the parent's value has changed, the next plan copies it again.",
    },
    allow_system_range: {
      type: "bool",
      optional: true,
      description: "Must be true for the ranges `meta`, `liveness`, `system` and `timeseries` and for database `system`: a wrong value there can stop the cluster. Default false.",
    },
    wait_for_replicas: {
      type: "bool",
      optional: true,
      description: "Apply waits until the ranges have as many replicas as the zone says, not only until the zone is stored. Default false.",
    },
    replicas_timeout_seconds: { type: "number", optional: true, description: "How long `wait_for_replicas` waits. Default 600." },
    id: { type: "string", computed: true, description: "The target in its canonical spelling: `TABLE d.public.t`." },
    found: {
      type: "string",
      computed: true,
      description: "The variables that the zone had before this resource changed it, as JSON; `null` (the text): there was no zone. Destroying gives it back to ranges and database `system`.",
    },
    planned_changes: { type: "string", computed: true, description: "What the latest plan that had to change something does, one variable per line." },
  },
};
