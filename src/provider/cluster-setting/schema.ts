import type { Schema } from "../../plugin";

export const CLUSTER_SETTING_TYPE_NAME = "topoform_kwdb_cluster_setting";

/** Schema of `topoform_kwdb_cluster_setting`. */
export const CLUSTER_SETTING_SCHEMA: Schema = {
  version: 0,
  description:
    "One cluster setting. Apply returns when the value is in effect; destroying gives back what was found: the value that somebody had set, else the default. Needs the role admin. Import by name.",
  attributes: {
    name: { type: "string", required: true, description: "Name of the setting, as `SHOW ALL CLUSTER SETTINGS` spells it: `kv.allocator.ts_consider_rebalance.enabled`. Another name replaces the resource." },
    value: { type: "string", required: true, description: "Its value as `SET CLUSTER SETTING` takes it: `true`, `5`, `8 MiB`, `1m30s`, `leases`. Any spelling that means the same." },
    id: { type: "string", computed: true, description: "The name in lower case." },
    type: { type: "string", computed: true, description: "`boolean`, `integer`, `number`, `byte size`, `duration`, `enumeration` or `text`." },
    found: { type: "string", computed: true, description: "The value that somebody had set before this resource did; null: it had its default. Destroying gives it back." },
  },
};
