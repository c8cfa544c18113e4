import { connectionSchema } from "../connection-json";
import { ZONE_VARIABLES } from "./zone-values";

const CONSTRAINT = {
  type: "string",
  pattern: "^[+-][^\\s,]+$",
  description: "+key=value or -key=value for localities, +attribute for attributes.",
} as const;
const TARGET = {
  type: "string",
  minLength: 1,
  description: "RANGE meta, DATABASE d, TABLE d.t, INDEX d.t@i, PARTITION p OF TABLE d.t, PARTITION p OF INDEX d.t@i.",
} as const;
const BYTES = {
  anyOf: [{ type: "integer" }, { type: "string" }],
  description: "Bytes, or text such as 512 MiB.",
} as const;

/**
 * Definitions of the KWDB part of the manifest's JSON Schema (draft 2020-12), to be joined into its `$defs`; a cluster is
 * `#/$defs/kwdb_cluster`. They use the manifest's own `text_setting` and `environment_reference`.
 */
export const KWDB_CLUSTER_SCHEMA_DEFS = {
  kwdb_cluster: {
    type: "object",
    required: ["engine", "name"],
    additionalProperties: false,
    properties: {
      engine: { const: "kwdb" },
      name: { type: "string", description: "Unique in the manifest; used in messages and as the journal's name." },
      connection: { $ref: "#/$defs/kwdb_connection" },
      zones: { type: "array", default: [], items: { $ref: "#/$defs/kwdb_zone" } },
      settings: { type: "array", default: [], items: { $ref: "#/$defs/kwdb_setting" } },
      rebalances: { type: "array", default: [], items: { $ref: "#/$defs/kwdb_rebalance" } },
      report_undeclared_zones: {
        type: "boolean",
        default: false,
        description: "Zones that users made and that are not declared are drift.",
      },
    },
  },
  kwdb_connection: connectionSchema({
    description: "How to reach a node. What is absent comes from its TOPOFORM_KWDB_ environment variable, then its default.",
    host: "Default 127.0.0.1; several nodes separated by commas.",
    port: "SQL port of a node. Default 26257.",
    user: "Default root.",
    database: "Default defaultdb. Only the session's: targets name their own.",
  }),
  kwdb_zone: {
    type: "object",
    required: ["target"],
    additionalProperties: false,
    description: "Zone configuration of one target. A variable that is absent is inherited.",
    properties: {
      target: TARGET,
      range_min_bytes: BYTES,
      range_max_bytes: BYTES,
      gc_ttl_seconds: { type: "integer", minimum: 1 },
      num_replicas: { type: "integer", minimum: 1, not: { const: 2 } },
      ts_merge_days: {
        anyOf: [{ type: "number", minimum: 0 }, { type: "string" }],
        description: "Days, or text in whole seconds such as 36h.",
      },
      constraints: {
        description:
          "Only on partitions. A list for all replicas, or an object from constraints (joined by commas) to numbers of replicas.",
        anyOf: [
          { type: "array", items: CONSTRAINT },
          { type: "object", additionalProperties: { type: "integer", minimum: 1 } },
        ],
      },
      lease_preferences: {
        type: "array",
        items: { type: "array", minItems: 1, items: CONSTRAINT },
        description: "Only on partitions; in order of preference.",
      },
      copy_from_parent: {
        type: "array",
        uniqueItems: true,
        items: { enum: ZONE_VARIABLES.map(({ json }) => json).filter((name) => name !== "ts_merge_days") },
        description: "Variables that get the parent's value as their own.",
      },
      allow_system_range: {
        type: "boolean",
        default: false,
        description: "Must be true for system ranges and database system.",
      },
      wait_for_replicas: { type: "boolean", default: false, description: "Apply waits until the ranges agree." },
    },
  },
  kwdb_setting: {
    type: "object",
    required: ["name", "value"],
    additionalProperties: false,
    properties: {
      name: { type: "string", minLength: 1, description: "kv.allocator.ts_consider_rebalance.enabled, for example." },
      value: { type: ["string", "number", "boolean"] },
    },
  },
  kwdb_rebalance: {
    type: "object",
    required: ["name", "target"],
    additionalProperties: false,
    description: "Done once, and again whenever its triggers change.",
    properties: {
      name: { type: "string", minLength: 1 },
      target: TARGET,
      triggers: { type: "object", default: {}, additionalProperties: { type: ["string", "number", "boolean"] } },
      replace_partitions: {
        type: "boolean",
        default: false,
        description: "It may replace HASHPOINT partitions and their zones.",
      },
    },
  },
} as const;
