import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startKwdbDevCluster, type KwdbDevCluster, type KwdbDevClusterOptions } from "../../../src/devcluster/kwdb";
import type { ProviderDefinition, ResourceDefinition } from "../../../src/plugin";
import type { ProviderClient } from "../../../src/provider/client";
import { openClients } from "../../../src/provider/open-clients";
import { createProvider } from "../../../src/provider/provider";
import { Driver } from "../harness";
import { OBJECTS } from "../../engines/kwdb/dev-cluster";

/** A dev cluster with objects, and clients of it as provider processes make them. */
export class KwdbWorld {
  readonly #clients: ProviderClient[] = [];
  readonly directory = mkdtempSync(join(tmpdir(), "topoform-kwdb-"));

  private constructor(readonly cluster: KwdbDevCluster) {}

  static async start(options: KwdbDevClusterOptions = {}): Promise<KwdbWorld> {
    const cluster = await startKwdbDevCluster({ replicationDelayMs: 30, replicationStepMs: 10, livenessTimeoutMs: 50, rebalanceMs: 50, ...options });
    for (const statement of OBJECTS.split(";")) await cluster.sql(statement);
    return new KwdbWorld(cluster);
  }

  get env(): Record<string, string> {
    return {
      TOPOFORM_KWDB_HOST: this.cluster.host,
      TOPOFORM_KWDB_PORT: String(this.cluster.port),
      TOPOFORM_KWDB_STATEMENT_TIMEOUT_SECONDS: "5",
      TOPOFORM_STATE_DIR: this.directory,
    };
  }

  /** One provider process. */
  client(env: Record<string, string> = {}): ProviderClient {
    const client = openClients({}, { ...this.env, ...env });
    this.#clients.push(client);
    return client;
  }

  /** A resource in a provider process of its own. */
  resource(typeName: string, client = this.client()): Driver {
    return new Driver(resourceOf(typeName), client, () => {
      client.kwdb().snapshots.invalidate();
      client.kwdb().claimed.clear();
    });
  }

  zone(client = this.client()): Driver {
    return this.resource("topoform_kwdb_zone_config", client);
  }

  /** Resources of one run of Terraform. */
  inOneApply(...drivers: readonly Driver[]): void {
    for (const driver of drivers) driver.separateApplies = false;
  }

  setting(client = this.client()): Driver {
    return this.resource("topoform_kwdb_cluster_setting", client);
  }

  rebalance(client = this.client()): Driver {
    return this.resource("topoform_kwdb_range_rebalance", client);
  }

  /** The zone as `kwdb_internal.zones` prints it, the lines after USING joined; undefined when there is none. */
  async zoneSql(target: string): Promise<string | undefined> {
    const rows = await this.cluster.sql(`SELECT raw_config_sql FROM kwdb_internal.zones WHERE target = '${target}'`);
    return rows[0]?.["raw_config_sql"]?.split("\n\t").slice(1).join(" ");
  }

  async settingValue(name: string): Promise<string> {
    const [row] = await this.cluster.sql(`SHOW CLUSTER SETTING ${name}`);
    return String(row?.[name]);
  }

  /** Statements that clients sent since the last call, without those that open a connection. */
  sent(): readonly string[] {
    const texts = this.cluster.statements().map(({ sql }) => sql);
    this.cluster.resetStatementLog();
    return texts;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.cluster.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const provider: ProviderDefinition<ProviderClient> = createProvider({});

export function resourceOf(typeName: string): ResourceDefinition<ProviderClient> {
  return provider.resources.find((one) => one.typeName === typeName)!;
}

export function dataSourceOf(typeName: string): (typeof provider.dataSources)[number] {
  return provider.dataSources.find((one) => one.typeName === typeName)!;
}

/** Codes of diagnostics, which stand in brackets at the end of their details. */
export function codes(diagnostics: readonly { readonly severity: string; readonly detail?: string | undefined }[]): readonly string[] {
  return diagnostics.map(({ severity, detail }) => `${severity}: ${/\[(\w+)\]$/.exec(detail ?? "")?.[1] ?? detail}`);
}
