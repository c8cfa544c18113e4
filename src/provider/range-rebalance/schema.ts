import type { Schema } from "../../plugin";

export const RANGE_REBALANCE_TYPE_NAME = "topoform_kwdb_range_rebalance";

/** Schema of `topoform_kwdb_range_rebalance`. */
export const RANGE_REBALANCE_SCHEMA: Schema = {
  version: 0,
  description:
    "A manual rebalance of time-series ranges (`USING REBALANCE`, KWDB 3.0.0 and newer): done once, and again whenever its triggers change. Apply follows the server's job to its end. It moves data: run it in a quiet hour. Destroying undoes nothing.",
  attributes: {
    target: { type: "string", required: true, description: "A time-series database or table, or `RANGE default` for all of them. Another target replaces the resource." },
    triggers: { type: { map: "string" }, optional: true, description: "Any values; when one changes, the ranges are rebalanced again." },
    replace_partitions: {
      type: "bool",
      optional: true,
      description: "The rebalance may replace HASHPOINT partitions that somebody made, together with their zones. Default false: it is refused while there are zones of such partitions.",
    },
    timeout_seconds: { type: "number", optional: true, description: "How long the job may take before apply stops following it. Default 7200." },
    id: { type: "string", computed: true, description: "The target in its canonical spelling." },
    job_id: { type: "string", computed: true, description: "Id of the server's latest job, in decimal digits; null when it is not known." },
  },
};
