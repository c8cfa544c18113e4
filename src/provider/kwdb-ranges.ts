import type { Attribute, DataSourceDefinition, Value } from "../plugin";
import type { RangeReplica } from "../engines/kwdb-port";
import type { ProviderClient } from "./client";
import { expectedFailure, toPluginDiagnostics } from "./report";
import { textOf } from "./values";

const REPLICA: Readonly<Record<"store" | "node" | "locality", Attribute>> = {
  store: { type: "number", computed: true, description: "Id of the store." },
  node: { type: "number", computed: true, description: "Id of the store's node; null when it is not known." },
  locality: { type: "string", computed: true, description: "Locality of the node: `region=NODE1`." },
};

/** Live ranges, with the nodes of their replicas. */
export const kwdbRanges: DataSourceDefinition<ProviderClient> = {
  typeName: "topoform_kwdb_ranges",
  schema: {
    version: 0,
    description:
      "Live ranges, in order of their ids, with the nodes and localities of their replicas. Asks every range for its lease: name a table or database where that is enough. Needs the role admin.",
    attributes: {
      database: { type: "string", optional: true, description: "Only ranges of this database. Default: all, those of the cluster itself included." },
      table: { type: "string", optional: true, description: "Only ranges of tables of this name. Default: every table." },
      ranges: {
        computed: true,
        description: "One object per range.",
        nested: {
          nesting: "list",
          attributes: {
            range_id: { type: "string", computed: true, description: "64-bit id in decimal digits." },
            start_key: { type: "string", computed: true, description: "First key: `/Table/78/400`." },
            end_key: { type: "string", computed: true, description: "Key after the last." },
            database: { type: "string", computed: true, description: "Database of the table; empty in the cluster's own key space." },
            table: { type: "string", computed: true, description: "Name of the table; empty in the cluster's own key space." },
            index: { type: "string", computed: true, description: "Name of the index; empty for the primary one." },
            replicas: { computed: true, description: "The voters.", nested: { nesting: "list", attributes: REPLICA } },
            leaseholder: { computed: true, description: "The replica that holds the lease; null while none does.", nested: { nesting: "single", attributes: REPLICA } },
            size_bytes: { type: "string", computed: true, description: "Size in decimal digits; null when the server has no figure." },
          },
        },
      },
    },
  },
  async read({ config }, context) {
    const database = textOf(config, "database");
    const table = textOf(config, "table");
    try {
      const ranges = await context.client.kwdb().port.ranges({
        ...(database === null ? {} : { database }),
        ...(table === null ? {} : { table }),
      });
      return {
        state: {
          ...config,
          ranges: ranges.map((range) => ({
            range_id: range.range.toString(),
            start_key: range.start,
            end_key: range.end,
            database: range.database,
            table: range.table,
            index: range.index,
            replicas: range.replicas.map(replicaValue),
            leaseholder: range.leaseholder === null ? null : replicaValue(range.leaseholder),
            size_bytes: range.sizeBytes?.toString() ?? null,
          })),
        },
      };
    } catch (error) {
      return { state: null, diagnostics: toPluginDiagnostics(expectedFailure(error)) };
    }
  },
};

function replicaValue({ store, node, locality }: RangeReplica): Value {
  return { store, node, locality };
}
