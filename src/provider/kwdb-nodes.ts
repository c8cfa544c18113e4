import type { DataSourceDefinition } from "../plugin";
import type { ProviderClient } from "./client";
import { expectedFailure, toPluginDiagnostics } from "./report";

/** The nodes that the cluster's gossip knows, with what decides where replicas can live. */
export const kwdbNodes: DataSourceDefinition<ProviderClient> = {
  typeName: "topoform_kwdb_nodes",
  schema: {
    version: 0,
    description: "The nodes of the cluster, in order of their ids. Needs the role admin.",
    attributes: {
      nodes: {
        computed: true,
        description: "One object per node.",
        nested: {
          nesting: "list",
          attributes: {
            id: { type: "number", computed: true, description: "Id of the node." },
            address: { type: "string", computed: true, description: "Address that the other nodes reach it at." },
            locality: { type: "string", computed: true, description: "Locality tiers in order: `region=NODE1`; empty when it has none." },
            attributes: { type: { list: "string" }, computed: true, description: "Attributes of the node." },
            live: { type: "bool", computed: true, description: "Whether it answers." },
            draining: { type: "bool", computed: true, description: "Whether it hands its leases over." },
            decommissioning: { type: "bool", computed: true, description: "Whether it is leaving the cluster." },
            start_mode: { type: "string", computed: true, description: "`start`, `start-single-node` or `start-single-replica`." },
            build: { type: "string", computed: true, description: "Version it runs." },
            stores: { type: { list: "number" }, computed: true, description: "Ids of its stores." },
          },
        },
      },
    },
  },
  async read(_request, context) {
    try {
      const nodes = await context.client.kwdb().port.nodes();
      return {
        state: {
          nodes: nodes.map((node) => ({
            id: node.id,
            address: node.address,
            locality: node.locality.map(({ key, value }) => `${key}=${value}`).join(","),
            attributes: node.attributes,
            live: node.live,
            draining: node.draining,
            decommissioning: node.decommissioning,
            start_mode: node.startMode,
            build: node.build,
            stores: node.stores,
          })),
        },
      };
    } catch (error) {
      return { state: null, diagnostics: toPluginDiagnostics(expectedFailure(error)) };
    }
  },
};
