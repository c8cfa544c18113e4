import type { Schema } from "../../plugin";

/** Schema of `topoform_greptimedb_region_placement`. */
export const REGION_PLACEMENT_SCHEMA: Schema = {
  version: 0,
  description:
    "Which datanode leads each region of a table, or of several tables together. What is pinned goes to its datanode, the strategy places the rest; destroying the resource moves nothing. " +
    "Import by `database.table` to see the moves in the first plan.",
  attributes: {
    database: { type: "string", optional: true, computed: true, requiresReplace: true, description: "Database of the table. Default `public`." },
    table: { type: "string", optional: true, computed: true, requiresReplace: true, description: "Name of the table. Required, unless `tables` is given; then the first of them." },
    tables: {
      type: { list: "string" },
      optional: true,
      description: "Tables of the database that are placed together. Partitions are then named with their table: `cpu: host < 'g'`. Default: only `table`.",
    },
    strategy: {
      type: "string",
      optional: true,
      computed: true,
      description:
        "What becomes of regions without a pin. `pinned` (default): they stay where they are, unless their datanode is excluded or over its capacity. `balance`: as many on each datanode. `spread`: those of each table on as many datanodes, then zones, as possible.",
    },
    balance_by: { type: "string", optional: true, description: "What `balance` evens out: `regions` (default) or `bytes`." },
    exclude_datanodes: { type: { set: "number" }, optional: true, description: "Datanodes that shall hold no region of these tables: they are drained." },
    max_regions_per_datanode: { type: "number", optional: true, description: "Regions of these tables that one datanode may hold. Default: any number." },
    max_bytes_per_datanode: { type: "number", optional: true, description: "Bytes of these tables that one datanode may hold, each region counted by its size class (`region_sizes`). Default: any number." },
    max_skew: {
      type: "number",
      optional: true,
      description: "How many regions one datanode may have more than another. Default 1, which pins and capacities may exceed; when given, nothing may.",
    },
    zones: { type: { map: "string" }, optional: true, description: "Zone of each datanode, by its id. `spread` looks at zones after datanodes." },
    pins: {
      type: { map: "number" },
      optional: true,
      description:
        "Datanode of each partition, by the partition's rule (`host < 'g'`), in any spelling that means the same; `*` is the only region of a table without partitions.",
    },
    datanodes: {
      type: { set: "number" },
      optional: true,
      description: "The datanodes that the cluster is declared to have. Pins to others are refused; one that is gone shows as a change. Strategies, `exclude_datanodes` and capacities need it. Default: whatever the cluster has.",
    },
    shared_storage: {
      type: "string",
      optional: true,
      description: "Name of the bucket that all datanodes share. Region migration needs shared storage: without it every move is refused.",
    },
    replay_timeout_seconds: { type: "number", optional: true, computed: true, description: "Seconds a move may take before the server rolls it back. Default 300." },
    max_outgoing_moves_per_datanode: { type: "number", optional: true, computed: true, description: "Moves away from one datanode at the same time. Default 1." },
    max_incoming_moves_per_datanode: { type: "number", optional: true, computed: true, description: "Moves onto one datanode at the same time. Default 2." },
    max_moves: { type: "number", optional: true, computed: true, description: "Moves in the cluster at the same time. Default 16, at most 64." },
    accept_data_loss_of: {
      type: { set: "number" },
      optional: true,
      description: "Datanodes whose unflushed rows may be lost: regions are moved away from them although they do not answer.",
    },
    id: { type: "string", computed: true, stable: true, description: "`database.table`." },
    placement: { type: { map: "number" }, computed: true, description: "The datanode that leads each partition's region now; a region without a leader is absent." },
    region_ids: { type: { map: "string" }, computed: true, description: "The region of each partition." },
    region_sizes: {
      type: { map: "number" },
      computed: true,
      description: "Size class of each partition's region in bytes, as strategies count it: rounded up, and remembered until the region is larger, or smaller than half of it. Empty with `pinned` alone.",
    },
    planned_moves: { type: "string", computed: true, description: "The moves of the latest plan that had any, one per line, and in how many rounds they run." },
    unavailable_datanodes: {
      type: { list: "number" },
      computed: true,
      description: "Declared or pinned datanodes that the cluster does not list, or that have been silent for longer than their lease of 10 s.",
    },
  },
};
