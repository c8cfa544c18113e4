import { connectionSchema } from "./connection-json";
import { KWDB_CLUSTER_SCHEMA_DEFS } from "./kwdb/kwdb-cluster-schema";

/** JSON Schema (draft 2020-12) of the topology manifest, for editors and for checks in other languages. */
export const MANIFEST_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:topoform:topology-manifest:1",
  title: "Topoform topology manifest",
  description: "The declared topology of a stack: clusters with their tables, the placement of regions, zone configurations and settings.",
  type: "object",
  required: ["version", "clusters"],
  additionalProperties: false,
  properties: {
    $schema: { type: "string", description: "Where this schema is, for editors." },
    version: { const: 1, description: "Format of the manifest." },
    stack: { type: "string", default: "", description: "Name of the stack." },
    clusters: {
      type: "array",
      items: {
        required: ["engine"],
        oneOf: [{ $ref: "#/$defs/greptimedb_cluster" }, { $ref: "#/$defs/kwdb_cluster" }],
      },
    },
  },
  $defs: {
    ...KWDB_CLUSTER_SCHEMA_DEFS,
    greptimedb_cluster: {
      type: "object",
      required: ["engine", "name"],
      additionalProperties: false,
      properties: {
        engine: { const: "greptimedb" },
        name: { type: "string", description: "Unique in the manifest; used in messages and as the journal's name." },
        connection: { $ref: "#/$defs/greptimedb_connection" },
        datanodes: {
          type: "array",
          minItems: 1,
          description: "The datanodes that may hold regions. Absent: whatever the cluster has.",
          items: {
            type: "object",
            required: ["id"],
            additionalProperties: false,
            properties: {
              id: { $ref: "#/$defs/datanode_id" },
              zone: { type: "string", description: "Failure domain, such as an availability zone." },
            },
          },
        },
        shared_storage: {
          type: "object",
          required: ["kind"],
          additionalProperties: false,
          description: "What all datanodes share. Without it no region can be moved.",
          properties: {
            kind: { const: "s3" },
            bucket: { type: "string" },
            root: { type: "string", description: "Prefix inside the bucket; every cluster needs its own." },
            region: { type: "string" },
            endpoint: { type: "string" },
          },
        },
        run: {
          type: "object",
          additionalProperties: false,
          description: "How applies are executed and verified. It changes no plan; options of the command line go first.",
          properties: {
            verify_rows: { enum: ["exact", "statistics", "off"], default: "exact", description: "How rows are compared before and after." },
            verify_rows_limit: {
              type: "integer",
              minimum: 0,
              default: 10_000_000,
              description: "With `exact`: tables with more rows, by the server's statistics, are compared by statistics.",
            },
            verify_checksums: { type: "boolean", default: false, description: "Compare checksums of each touched table too." },
            wait_seconds: {
              type: "integer",
              minimum: 0,
              default: 60,
              description: "How long a move waits for a silent datanode, or for somebody else's migration, before it is given up.",
            },
          },
        },
        tables: { type: "array", default: [], items: { $ref: "#/$defs/greptimedb_table" } },
        placements: { type: "array", default: [], items: { $ref: "#/$defs/greptimedb_placement" } },
      },
    },
    greptimedb_connection: connectionSchema({
      description: "How to reach a frontend. What is absent comes from its TOPOFORM_GREPTIMEDB_ environment variable, then its default.",
      host: "Default 127.0.0.1.",
      port: "MySQL port of the frontend. Default 4002.",
      user: "Default none.",
      database: "Default public.",
    }),
    greptimedb_table: {
      type: "object",
      required: ["name", "columns", "time_index"],
      additionalProperties: false,
      properties: {
        database: { $ref: "#/$defs/object_name", default: "public" },
        name: { $ref: "#/$defs/object_name" },
        columns: {
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            required: ["name", "type"],
            additionalProperties: false,
            properties: {
              name: { type: "string", minLength: 1 },
              type: { type: "string", description: "Any type name that the server accepts: STRING, int unsigned, TIMESTAMP(3)." },
              nullable: { type: "boolean", description: "Default true, for the time index false." },
              default: { type: ["string", "number", "boolean"], description: "As information_schema.columns shows it." },
              comment: { type: "string" },
            },
          },
        },
        primary_key: { type: "array", items: { type: "string" }, uniqueItems: true, default: [], description: "Without the time index." },
        time_index: { type: "string", minLength: 1, description: "The table's one TIMESTAMP column of time." },
        partitioning: { $ref: "#/$defs/greptimedb_partitioning" },
        engine: { enum: ["mito", "metric", "file"], default: "mito" },
        options: { type: "object", additionalProperties: { type: ["string", "number", "boolean"] }, default: {} },
        ignore_undeclared_columns: { type: "boolean", default: false },
        deletion_protection: { type: "boolean", default: true, description: "While true nothing that loses data of this table is done." },
      },
    },
    greptimedb_partitioning: {
      type: "object",
      required: ["kind", "columns", "partitions"],
      properties: {
        kind: { enum: ["range", "rules"] },
        columns: { type: "array", items: { type: "string" }, minItems: 1, uniqueItems: true, description: "Columns of the primary key." },
        partitions: { type: "array", minItems: 1 },
      },
      additionalProperties: false,
      if: { properties: { kind: { const: "range" } } },
      then: {
        properties: {
          partitions: {
            type: "array",
            items: {
              type: "object",
              required: ["less_than"],
              additionalProperties: false,
              properties: {
                name: { $ref: "#/$defs/partition_name" },
                less_than: {
                  type: "array",
                  minItems: 1,
                  description: "Exclusive upper bound, one value for each column; the last one MAXVALUE in every column.",
                  items: { $ref: "#/$defs/bound_value" },
                },
              },
            },
          },
        },
      },
      else: {
        properties: {
          partitions: {
            type: "array",
            items: {
              type: "object",
              required: ["rule"],
              additionalProperties: false,
              properties: {
                name: { $ref: "#/$defs/partition_name" },
                rule: { type: "string", description: "For example: host >= 'g' AND host < 'p'." },
              },
            },
          },
        },
      },
    },
    greptimedb_placement: {
      type: "object",
      required: ["name"],
      anyOf: [{ required: ["table"] }, { required: ["tables"] }],
      additionalProperties: false,
      properties: {
        name: { type: "string" },
        database: { type: "string", default: "public" },
        table: { type: "string", description: "With tables: one of them." },
        tables: {
          type: "array",
          minItems: 1,
          uniqueItems: true,
          items: { type: "string" },
          description: "Tables that are placed together; pins are then not possible. Default: only table.",
        },
        strategy: {
          enum: ["pinned", "balance", "spread"],
          default: "pinned",
          description:
            "What becomes of regions without a pin: pinned, they stay; balance, as many (or as many bytes) on each datanode; spread, the regions of each table on as many datanodes and zones as possible.",
        },
        by: { enum: ["regions", "bytes"], default: "regions", description: "What balance evens out." },
        exclude_datanodes: {
          type: "array",
          items: { $ref: "#/$defs/datanode_id" },
          description: "Datanodes that shall hold no region of these tables.",
        },
        capacity: {
          type: "object",
          additionalProperties: false,
          description: "What one datanode may hold of these tables at most.",
          properties: {
            regions: { type: "integer", minimum: 1 },
            bytes: { anyOf: [{ type: "integer", minimum: 1 }, { type: "string", pattern: "^[0-9]+$" }], description: "As text above 9007199254740991." },
          },
        },
        max_skew: {
          type: "integer",
          minimum: 1,
          maximum: 1000000,
          description: "How many regions one datanode may have more than another. Default 1, which pins and capacity may exceed; when given, nothing may.",
        },
        pins: {
          type: "object",
          default: {},
          description: "Partition (its rule, its name in the declared table, or * for the only one) to datanode.",
          additionalProperties: { $ref: "#/$defs/datanode_id" },
        },
        replay_timeout_seconds: { type: "integer", minimum: 1, default: 300 },
        limits: {
          type: "object",
          additionalProperties: false,
          description: "How many moves may run at once.",
          properties: {
            outgoing: { $ref: "#/$defs/limit", default: 1, description: "Per datanode, away from it." },
            incoming: { $ref: "#/$defs/limit", default: 2, description: "Per datanode, onto it." },
            cluster: { $ref: "#/$defs/limit", default: 16, description: "In the whole cluster." },
          },
        },
        accept_data_loss_of: {
          type: "array",
          default: [],
          items: { $ref: "#/$defs/datanode_id" },
          description: "Datanodes whose unflushed rows may be lost.",
        },
      },
    },
    datanode_id: {
      description: "Peer id; as text above 9007199254740991.",
      anyOf: [
        { type: "integer", minimum: 0, maximum: 9007199254740991 },
        { type: "string", pattern: "^[0-9]{1,20}$" },
      ],
    },
    bound_value: {
      anyOf: [
        { type: "string", description: "Text, a date, a time, or any other value as text." },
        { type: "number" },
        { type: "boolean" },
        { type: "object", required: ["maxvalue"], additionalProperties: false, properties: { maxvalue: { const: true } } },
      ],
    },
    partition_name: { type: "string", minLength: 1, not: { const: "*" } },
    object_name: { type: "string", pattern: "^[a-zA-Z_:-][a-zA-Z0-9_:.@#-]*$" },
    limit: { type: "integer", minimum: 1, maximum: 64 },
    text_setting: { anyOf: [{ type: "string" }, { $ref: "#/$defs/environment_reference" }] },
    environment_reference: {
      type: "object",
      required: ["env"],
      additionalProperties: false,
      properties: { env: { type: "string", minLength: 1, description: "Name of the environment variable." } },
    },
  },
} as const;
