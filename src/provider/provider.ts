import type { ObjectValue, ProviderDefinition, Schema } from "../plugin";
import type { ProviderClient } from "./client";
import { connectionAttributes, type Connection, type EngineName } from "./connection";
import { greptimedbDatanodes } from "./greptimedb-datanodes";
import { greptimedbRegionPlacement } from "./greptimedb-region-placement";
import { greptimedbRegions } from "./greptimedb-regions";
import { greptimedbTable } from "./greptimedb-table";
import { kwdbClusterSetting } from "./kwdb-cluster-setting";
import { kwdbNodes } from "./kwdb-nodes";
import { kwdbRangeRebalance } from "./kwdb-range-rebalance";
import { kwdbRanges } from "./kwdb-ranges";
import { kwdbZoneConfig } from "./kwdb-zone-config";
import { openClients } from "./open-clients";
import { RUN_ATTRIBUTES } from "./run-attributes";
import { expectedFailure, toPluginDiagnostics } from "./report";
import { isWhollyKnown } from "./values";
import { PROVIDER_VERSION } from "./version";

const PROVIDER_SCHEMA: Schema = {
  version: 0,
  description: "Places the pieces of distributed databases and keeps them there. One cluster per engine; more clusters by `alias`.",
  attributes: {
    greptimedb: {
      optional: true,
      description: "How to reach the GreptimeDB cluster, and how applies to it are verified. How to reach it is read from environment variables where it is left out.",
      nested: { nesting: "single", attributes: { ...connectionAttributes("greptimedb"), ...RUN_ATTRIBUTES } },
    },
    kwdb: {
      optional: true,
      description: "How to reach the KWDB cluster. Everything that is left out is read from its environment variable, or from the URL in `TOPOFORM_KWDB_URL`.",
      nested: { nesting: "single", attributes: connectionAttributes("kwdb") },
    },
    state_directory: {
      type: "string",
      optional: true,
      description: "Where journals, locks and what was found before the first change are kept on this machine. Environment: `TOPOFORM_STATE_DIR`; default `~/.local/state/topoform`.",
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
      const client = openClients(config, env);
      const diagnostics = (["greptimedb", "kwdb"] as const).flatMap((engine) => connectionProblems(config, engine, client));
      return diagnostics.length > 0 ? { diagnostics } : { client };
    },
    close: (client) => client.close(),
    resources: [greptimedbTable, greptimedbRegionPlacement, kwdbZoneConfig, kwdbClusterSetting, kwdbRangeRebalance],
    dataSources: [greptimedbDatanodes, greptimedbRegions, kwdbRanges, kwdbNodes],
  };
}

/** An engine whose block is written is opened at once, so that what is wrong with it is said there. */
function connectionProblems(config: ObjectValue, engine: EngineName, client: ProviderClient): ReturnType<typeof toPluginDiagnostics> {
  const written = [config[engine] ?? null, config["state_directory"] ?? null];
  if (written[0] === null || !written.every(isWhollyKnown)) return [];
  try {
    client[engine]();
    return [];
  } catch (error) {
    const diagnostics = expectedFailure(error).map((one) => ({ ...one, path: [engine] }));
    return toPluginDiagnostics(diagnostics, PROVIDER_SCHEMA.attributes);
  }
}
