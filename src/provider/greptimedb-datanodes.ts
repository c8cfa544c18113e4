import type { DataSourceDefinition } from "../plugin";
import type { ProviderClient } from "./client";
import { expectedFailure, toPluginDiagnostics } from "./report";

/** The datanodes that the cluster lists, with the age of their last heartbeat. */
export const greptimedbDatanodes: DataSourceDefinition<ProviderClient> = {
  typeName: "topoform_greptimedb_datanodes",
  schema: {
    version: 0,
    description: "The datanodes that the cluster lists, in order of their ids.",
    attributes: {
      datanodes: {
        computed: true,
        description: "One object per datanode.",
        nested: {
          nesting: "list",
          attributes: {
            id: { type: "string", computed: true, description: "Peer id in decimal digits; it may exceed 2^53." },
            address: { type: "string", computed: true, description: "Address that the other nodes reach it at." },
            version: { type: "string", computed: true, description: "Version it runs." },
            silent_seconds: { type: "number", computed: true, description: "Whole seconds since its last heartbeat; null when the server does not tell (before 0.8)." },
            region_count: { type: "number", computed: true, description: "Regions it leads." },
          },
        },
      },
    },
  },
  async read(_request, context) {
    try {
      const observed = await context.client.greptimedb().snapshots.read([]);
      const led = new Map<bigint, number>();
      for (const region of observed.tables.flatMap((table) => table.regions)) {
        if (region.leader !== null) led.set(region.leader, (led.get(region.leader) ?? 0) + 1);
      }
      const datanodes = observed.datanodes.map((datanode) => ({
        id: datanode.id.toString(),
        address: datanode.address,
        version: datanode.version,
        silent_seconds: datanode.silentMs === null ? null : Math.floor(datanode.silentMs / 1000),
        region_count: led.get(datanode.id) ?? 0,
      }));
      return { state: { datanodes } };
    } catch (error) {
      return { state: null, diagnostics: toPluginDiagnostics(expectedFailure(error)) };
    }
  },
};
