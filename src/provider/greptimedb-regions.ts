import type { DataSourceDefinition, Value } from "../plugin";
import type { ObservedTable } from "../planning/observed";
import type { TableName } from "../planning/change";
import type { ProviderClient } from "./client";
import { expectedFailure, toPluginDiagnostics } from "./report";
import { textOf } from "./values";

/** The regions of one table, of one database, or of the whole cluster. */
export const greptimedbRegions: DataSourceDefinition<ProviderClient> = {
  typeName: "topoform_greptimedb_regions",
  schema: {
    version: 0,
    description: "Live regions, by database, table and region id.",
    attributes: {
      database: { type: "string", optional: true, description: "Only regions of this database. Default: `public` when `table` is set, else every database." },
      table: { type: "string", optional: true, description: "Only regions of this table. Default: every table." },
      regions: {
        computed: true,
        description: "One object per region.",
        nested: {
          nesting: "list",
          attributes: {
            region_id: { type: "string", computed: true, description: "64-bit id in decimal digits." },
            database: { type: "string", computed: true, description: "Database of the table." },
            table: { type: "string", computed: true, description: "Name of the table." },
            partition: { type: "string", computed: true, description: "Rule of the partition; `*` for a table without partitions." },
            datanode: { type: "string", computed: true, description: "Peer id of the leader in decimal digits; null while there is none." },
            status: { type: "string", computed: true, description: "Route state: `ALIVE`, `DOWNGRADING`, `DOWNGRADED`, `STAGING` or `UNKNOWN`. A region of a dead datanode is `ALIVE`." },
            size_bytes: { type: "string", computed: true, description: "Bytes on disk and in memory in decimal digits; null when the server has no figure." },
            rows: { type: "string", computed: true, description: "Rows by the server's statistics in decimal digits; null when it has no figure." },
          },
        },
      },
    },
  },
  async read({ config }, context) {
    const table = textOf(config, "table");
    const database = textOf(config, "database") ?? (table === null ? null : "public");
    const one: readonly TableName[] = table === null || database === null ? [] : [{ database, name: table }];
    try {
      const observed = await context.client.greptimedb().snapshots.read(one);
      const wanted = observed.tables.filter(
        (candidate) => (database === null || candidate.database === database) && (table === null || candidate.name === table),
      );
      return { state: { ...config, regions: wanted.flatMap(regionsOf) } };
    } catch (error) {
      return { state: null, diagnostics: toPluginDiagnostics(expectedFailure(error)) };
    }
  },
};

function regionsOf(table: ObservedTable): readonly Value[] {
  return table.regions.map((region) => ({
    region_id: region.id.toString(),
    database: table.database,
    table: table.name,
    partition: region.partition,
    datanode: region.leader?.toString() ?? null,
    status: region.status,
    size_bytes: region.sizeBytes?.toString() ?? null,
    rows: region.rows?.toString() ?? null,
  }));
}
