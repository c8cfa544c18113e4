import { stateDirectory } from "../convergence/state-directory";
import { resolveConnection } from "../engines/greptimedb/settings";
import { openCluster } from "../engines/open";
import type { ObjectValue, ProviderDefinition, Schema } from "../plugin";
import type { ClusterClient, ProviderClient } from "./client";
import { CONNECTION_ATTRIBUTES, connectionOf } from "./connection";
import type { Connection } from "./connection";
import { createConvergence } from "./converge";
import { creationMarksDirectory, fileCreationMarks } from "./creation-marks";
import { greptimedbDatanodes } from "./greptimedb-datanodes";
import { greptimedbRegionPlacement } from "./greptimedb-region-placement";
import { greptimedbRegions } from "./greptimedb-regions";
import { greptimedbTable } from "./greptimedb-table";
import { toPluginDiagnostics } from "./report";
import { createSnapshotReader } from "./snapshot";
import { isWhollyKnown, textOf } from "./values";
import { PROVIDER_VERSION } from "./version";

const PROVIDER_SCHEMA: Schema = {
  version: 0,
  description: "Places the pieces of distributed databases and keeps them there. One cluster per engine; more clusters by `alias`.",
  attributes: {
    greptimedb: {
      optional: true,
      description: "How to reach the GreptimeDB cluster. Everything that is left out is read from its environment variable.",
      nested: { nesting: "single", attributes: CONNECTION_ATTRIBUTES },
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
      const connection = connectionOf(config, env);
      const resolved = resolveConnection(connection.declaration, connection.env);
      if (resolved.kind === "invalid") return { diagnostics: toPluginDiagnostics(resolved.diagnostics, PROVIDER_SCHEMA.attributes) };
      const { host, port } = resolved.settings;
      return { client: { cluster: openClusterClient(config, connection, `greptimedb ${host}:${port}`) } };
    },
    close: (client) => client.cluster.port.close(),
    resources: [greptimedbTable, greptimedbRegionPlacement],
    dataSources: [greptimedbDatanodes, greptimedbRegions],
  };
}

function openClusterClient(config: ObjectValue, connection: Connection, name: string): ClusterClient {
  const { declaration, env } = connection;
  const port = openCluster({ engine: "greptimedb", name, connection: declaration, tables: [], placements: [] }, { env });
  const directory = textOf(config, "state_directory") ?? stateDirectory(env);
  return {
    name,
    connection,
    port,
    snapshots: createSnapshotReader(port),
    converge: createConvergence(port, name, directory),
    creations: fileCreationMarks(creationMarksDirectory(directory, name)),
  };
}
