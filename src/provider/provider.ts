import { stateDirectory } from "../convergence/state-directory";
import { clusterIdentity, openCluster } from "../engines/open";
import type { ObjectValue, ProviderDefinition, Schema } from "../plugin";
import type { GreptimeClusterDeclaration } from "../topology/manifest";
import type { ClusterClient, ProviderClient } from "./client";
import { CONNECTION_ATTRIBUTES, connectionOf } from "./connection";
import type { Connection } from "./connection";
import { createConvergence } from "./converge";
import { greptimedbDatanodes } from "./greptimedb-datanodes";
import { greptimedbRegionPlacement } from "./greptimedb-region-placement";
import { greptimedbRegions } from "./greptimedb-regions";
import { greptimedbTable } from "./greptimedb-table";
import { RUN_ATTRIBUTES, runOf } from "./run-attributes";
import { expectedFailure, toPluginDiagnostics } from "./report";
import { createSnapshotReader } from "./snapshot";
import { isWhollyKnown, textOf } from "./values";
import { PROVIDER_VERSION } from "./version";

const PROVIDER_SCHEMA: Schema = {
  version: 0,
  description: "Places the pieces of distributed databases and keeps them there. One cluster per engine; more clusters by `alias`.",
  attributes: {
    greptimedb: {
      optional: true,
      description: "How to reach the GreptimeDB cluster, and how applies to it are verified. How to reach it is read from environment variables where it is left out.",
      nested: { nesting: "single", attributes: { ...CONNECTION_ATTRIBUTES, ...RUN_ATTRIBUTES } },
    },
    state_directory: {
      type: "string",
      optional: true,
      description: "Where journals and locks are kept on this machine. Environment: `TOPOFORM_STATE_DIR`; default `~/.local/state/topoform`.",
    },
  },
};

/** The provider `topoform/topoform`. `env` is where absent settings come from. */
export function createProvider(env: Connection["env"]): ProviderDefinition<ProviderClient> {
  return {
    name: "topoform",
    address: "registry.terraform.io/topoform/topoform",
    version: PROVIDER_VERSION,
    schema: PROVIDER_SCHEMA,
    async configure({ config }) {
      if (!isWhollyKnown(config)) return {};
      try {
        return { client: { cluster: openClusterClient(config, connectionOf(config, env)) } };
      } catch (error) {
        return { diagnostics: toPluginDiagnostics(expectedFailure(error), PROVIDER_SCHEMA.attributes) };
      }
    },
    close: (client) => client.cluster.port.close(),
    resources: [greptimedbTable, greptimedbRegionPlacement],
    dataSources: [greptimedbDatanodes, greptimedbRegions],
  };
}

function openClusterClient(config: ObjectValue, connection: Connection): ClusterClient {
  const { declaration, env } = connection;
  const cluster: GreptimeClusterDeclaration = { engine: "greptimedb", name: "greptimedb", connection: declaration, tables: [], placements: [] };
  const name = clusterIdentity(cluster, env);
  const run = runOf(config);
  const port = openCluster({ ...cluster, name }, { env });
  const directory = textOf(config, "state_directory") ?? stateDirectory(env);
  return {
    name,
    connection,
    port,
    snapshots: createSnapshotReader(port),
    converge: createConvergence({ port, identity: name, directory, run }),
  };
}
