import { stateDirectory } from "../convergence/journal/state-directory";
import { clusterIdentity, openCluster, openKwdb } from "../engines/open";
import type { ObjectValue } from "../plugin";
import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";
import type { GreptimeClient, KwdbClient, ProviderClient } from "./client";
import { connectionOf, type Connection, type EngineName } from "./connection";
import { createConvergence } from "./converge";
import { createKwdbConvergence, kwdbRunSetting } from "./converge-kwdb";
import { runOf } from "./run-attributes";
import { createKwdbReader } from "./kwdb-snapshot";
import { createSettledRecords } from "./settle-records";
import { createSnapshotReader } from "./snapshot";
import { isWhollyKnown, textOf } from "./values";

/** The clients of a provider block, which may hold unknown values: only asking for the engine that they concern fails. */
export function openClients(config: ObjectValue, env: Connection["env"]): ProviderClient {
  const directory = (): string => textOf(known(config, "state_directory"), "state_directory") ?? stateDirectory(env);
  const greptimedb = once(() => openGreptimeClient(known(config, "greptimedb"), env, directory()));
  const kwdb = once(() => openKwdbClient(connectionOf(known(config, "kwdb"), "kwdb", env), directory()));
  return {
    greptimedb: greptimedb.open,
    kwdb: kwdb.open,
    async close() {
      await kwdb.opened()?.records.idle();
      await Promise.all([greptimedb.opened()?.port.close(), kwdb.opened()?.port.close()]);
    },
  };
}

function openGreptimeClient(config: ObjectValue, environment: Connection["env"], directory: string): GreptimeClient {
  const connection = connectionOf(config, "greptimedb", environment);
  const { declaration, env } = connection;
  const cluster = { engine: "greptimedb" as const, name: "greptimedb", connection: declaration, tables: [], placements: [] };
  const name = clusterIdentity(cluster, env);
  const port = openCluster({ ...cluster, name }, { env });
  return {
    name,
    connection,
    port,
    snapshots: createSnapshotReader(port),
    converge: createConvergence({ port, identity: name, directory, run: runOf(config) }),
    placed: new Set(),
    placedInState: new Set(),
  };
}

function openKwdbClient({ declaration, env }: Connection, directory: string): KwdbClient {
  const cluster = { engine: "kwdb" as const, connection: declaration };
  const name = clusterIdentity(cluster, env);
  const port = openKwdb(cluster, { env });
  const setting = kwdbRunSetting(name, directory);
  return {
    name,
    port,
    snapshots: createKwdbReader(port),
    converge: createKwdbConvergence(port, setting),
    records: createSettledRecords(setting),
    claimed: new Set(),
  };
}

/** The configuration, once this part of it is known. */
function known(config: ObjectValue, attribute: EngineName | "state_directory"): ObjectValue {
  if (isWhollyKnown(config[attribute] ?? null)) return config;
  throw new DiagnosticError(
    errorDiagnostic({
      code: "PROVIDER_NOT_KNOWN",
      summary: "The provider's configuration is not known yet",
      detail: `${attribute} of the provider block depends on values that are known only after apply. Apply the resources that they come from first (terraform apply -target=…), or give values that are known while planning.`,
    }),
  );
}

/** Makes it when it is first asked for; a failure is thrown each time. */
function once<T>(make: () => T): { readonly open: () => T; readonly opened: () => T | undefined } {
  let made: T | undefined;
  return { open: () => (made ??= make()), opened: () => made };
}
