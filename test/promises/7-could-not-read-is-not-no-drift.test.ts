import { applyManifest } from "../../src/cli/apply";
import type { Console } from "../../src/cli/console";
import { showDrift } from "../../src/cli/drift";
import { ExitCode } from "../../src/cli/exit-code";
import { showPlan } from "../../src/cli/plan";
import { saveSnapshot } from "../../src/cli/snapshot";
import { startGreptimeDevCluster, type GreptimeDevCluster } from "../../src/devcluster";
import { startKwdbDevCluster, type KwdbDevCluster } from "../../src/devcluster/kwdb";
import { openSession } from "../../src/engines/greptimedb/connect";
import { greptimePort } from "../../src/engines/greptimedb/execute";
import { resolveConnection } from "../../src/engines/greptimedb/settings";
import { openSession as openKwdbSession } from "../../src/engines/kwdb/connect";
import { kwdbPort } from "../../src/engines/kwdb/execute";
import { resolveConnection as resolveKwdbConnection } from "../../src/engines/kwdb/settings";
import { PortError } from "../../src/engines/port";
import type { ObjectValue, ResourceDefinition } from "../../src/plugin";
import type { ProviderClient } from "../../src/provider/client";
import { greptimedbRegionPlacement } from "../../src/provider/greptimedb-region-placement";
import { greptimedbTable } from "../../src/provider/greptimedb-table";
import { kwdbClusterSetting } from "../../src/provider/kwdb-cluster-setting";
import { createKwdbReader } from "../../src/provider/kwdb-snapshot";
import { kwdbZoneConfig } from "../../src/provider/kwdb-zone-config";
import { openClients } from "../../src/provider/open-clients";
import { createSnapshotReader } from "../../src/provider/snapshot";
import type { OperationContext } from "../../src/operations/read-cluster";
import { errorDiagnostic } from "../../src/topology/diagnostic";
import { parseManifest } from "../../src/topology/manifest-json";
import type { TopologyManifest } from "../../src/topology/manifest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createColors } from "picocolors";
import { Driver, inspectText } from "../provider/harness";

jest.setTimeout(120_000);

/** Both clusters differ from what is declared: a region is elsewhere, a zone has other values. */
let greptime: GreptimeDevCluster;
let kwdb: KwdbDevCluster;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "topoform-unread-"));
  greptime = await startGreptimeDevCluster();
  await greptime.sql("CREATE TABLE cpu (host STRING, ts TIMESTAMP TIME INDEX, PRIMARY KEY (host))");
  kwdb = await startKwdbDevCluster();
  await kwdb.sql("CREATE DATABASE d");
});
afterAll(async () => {
  await Promise.all([greptime.stop(), kwdb.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

const manifestOf = (cluster: object): TopologyManifest => parseManifest({ version: 1, clusters: [cluster] }, "topoform.json").manifest!;
const greptimeManifest = (): TopologyManifest =>
  manifestOf({
    engine: "greptimedb",
    name: "prod",
    shared_storage: { kind: "s3", bucket: "b" },
    placements: [{ name: "cpu", table: "cpu", pins: { "*": Number((greptime.model.routes()[0]!.leader! + 1n) % 3n) } }],
  });
const kwdbManifest = (): TopologyManifest => manifestOf({ engine: "kwdb", name: "prod", zones: [{ target: "DATABASE d", num_replicas: 5 }] });

const FAILURES = {
  "is refused": new PortError(errorDiagnostic({ code: "PERMISSION_DENIED", summary: "Not allowed", detail: "" }), false, true),
  "gets no answer": new PortError(errorDiagnostic({ code: "CONNECTION_LOST", summary: "Lost", detail: "" }), true, true),
} as const;

/** Clusters of which the n-th statement fails; `asked` counts. */
function failingAt(n: number, failure: PortError): { readonly context: OperationContext; asked: number } {
  const env = {
    TOPOFORM_GREPTIMEDB_HOST: greptime.host,
    TOPOFORM_GREPTIMEDB_PORT: String(greptime.port),
    TOPOFORM_KWDB_HOST: kwdb.host,
    TOPOFORM_KWDB_PORT: String(kwdb.port),
    TOPOFORM_STATE_DIR: directory,
  };
  const delay = async (): Promise<void> => undefined;
  const fault = {
    asked: 0,
    context: {
      env,
      open: () => {
        const resolved = resolveConnection({}, env);
        if (resolved.kind === "invalid") throw new Error("The settings are valid.");
        const session = openSession(resolved.settings);
        return greptimePort({ ...session, close: () => session.close(), run: (sql) => check(() => session.run(sql)), read: (sql) => check(() => session.read(sql)), scan: (sql, begin) => check(() => session.scan(sql, begin)) }, { delay });
      },
      openKwdb: () => {
        const resolved = resolveKwdbConnection({}, env);
        if (resolved.kind === "invalid") throw new Error("The settings are valid.");
        const session = openKwdbSession(resolved.settings);
        return kwdbPort({ close: () => session.close(), run: (sql) => check(() => session.run(sql)), read: (sql) => check(() => session.read(sql)), transaction: (work) => session.transaction(work) }, { delay });
      },
    },
  };
  const check = <T>(ask: () => Promise<T>): Promise<T> => ((fault.asked += 1) === n ? Promise.reject(failure) : ask());
  return fault;
}

function recorder(json: boolean): Console & { readonly text: () => string } {
  const lines: string[] = [];
  const style = { colors: createColors(false), columns: Infinity };
  const write = (text: string): void => void lines.push(text);
  return { out: write, err: write, outStyle: style, errStyle: style, interactive: false, terminalSize: () => ({ columns: 80, rows: 24 }), json, text: () => lines.join("\n") };
}

const never = new AbortController().signal;
const signals = { drain: never, stop: never, interrupted: never } as never;

const VERBS: Readonly<Record<string, (manifest: TopologyManifest, context: OperationContext, console: Console) => Promise<number>>> = {
  drift: (manifest, context, console) => showDrift(manifest, context, console),
  plan: (manifest, context, console) => showPlan(manifest, context, { detailedExitcode: true }, console),
  apply: (manifest, context, console) => applyManifest(manifest, undefined, context, { autoApprove: true }, signals, console),
  snapshot: (manifest, context, console) => saveSnapshot(manifest, context, join(directory, "snapshot.json"), console),
};

const NOTHING = /no drift|no differences|nothing to (do|change)|as declared/i;

describe.each(["greptimedb", "kwdb"] as const)("%s", (engine) => {
  const manifest = (): TopologyManifest => (engine === "greptimedb" ? greptimeManifest() : kwdbManifest());

  describe.each(Object.keys(FAILURES) as (keyof typeof FAILURES)[])("when a statement %s", (how) => {
    test.each(["drift", "plan", "snapshot"])("%s never says that there is no difference, whichever statement it is", async (verb) => {
      const whole = failingAt(Infinity, FAILURES[how]);
      expect(await VERBS[verb]!(manifest(), whole.context, recorder(false))).toBe(verb === "snapshot" ? ExitCode.ok : ExitCode.differences);
      expect(whole.asked).toBeGreaterThan(3);
      let unread = 0;
      for (let n = 1; n <= whole.asked; n += 1) {
        for (const json of [false, true]) {
          const console = recorder(json);
          const code = await VERBS[verb]!(manifest(), failingAt(n, FAILURES[how]).context, console);
          const name = `statement ${n} of ${whole.asked}`;
          if (verb !== "snapshot") expect([name, code]).not.toEqual([name, ExitCode.ok]);
          expect([name, console.text()]).toEqual([name, expect.not.stringMatching(NOTHING)]);
          if (code === ExitCode.unreadable) unread += 1;
        }
      }
      expect(unread).toBeGreaterThan(whole.asked);
    });

    test("apply changes nothing and does not say that there was nothing to change", async () => {
      const console = recorder(false);
      expect(await VERBS["apply"]!(manifest(), failingAt(2, FAILURES[how]).context, console)).toBe(ExitCode.unreadable);
      expect(console.text()).not.toMatch(NOTHING);
      expect(greptime.statements().filter(({ sql }) => /migrate_region/i.test(sql))).toEqual([]);
      expect(kwdb.statements().filter(({ sql }) => /CONFIGURE ZONE USING/i.test(sql))).toEqual([]);
    });
  });
});

/** A resource as it is applied, and what somebody else then does to what it declares. */
interface Watched {
  readonly resource: ResourceDefinition<ProviderClient>;
  readonly config: ObjectValue;
  readonly meddle: () => Promise<unknown>;
}

const column = (name: string, type: string): ObjectValue => ({ name, type, nullable: null, default: null, comment: null });

const WATCHED: Readonly<Record<string, () => Watched>> = {
  greptimedb_region_placement: () => ({
    resource: greptimedbRegionPlacement,
    config: { table: "cpu", pins: {}, shared_storage: "b", datanodes: [0, 1, 2] },
    async meddle() {
      const { regionId, leader } = greptime.model.routes()[0]!;
      greptime.faults.moveBehindYourBack(regionId, (leader! + 1n) % 3n);
    },
  }),
  greptimedb_table: () => ({
    resource: greptimedbTable,
    config: { name: "mem", columns: [column("host", "STRING"), column("ts", "TIMESTAMP(3)")], primary_key: ["host"], time_index: "ts" },
    meddle: () => greptime.sql("ALTER TABLE mem ADD COLUMN extra DOUBLE"),
  }),
  kwdb_zone_config: () => ({
    resource: kwdbZoneConfig,
    config: { target: "DATABASE d", num_replicas: 5 },
    meddle: () => kwdb.sql("ALTER DATABASE d CONFIGURE ZONE USING num_replicas = 3"),
  }),
  kwdb_cluster_setting: () => ({
    resource: kwdbClusterSetting,
    config: { name: "kv.snapshot_rebalance.max_rate", value: "8 MiB" },
    meddle: () => kwdb.sql("SET CLUSTER SETTING kv.snapshot_rebalance.max_rate = '4 MiB'"),
  }),
};

/** A provider process whose n-th statement is refused. */
async function providerFailingAt<T>(n: number, use: (client: ProviderClient) => Promise<T>): Promise<T & { readonly statements: number }> {
  const fault = failingAt(n, FAILURES["is refused"]);
  const client = openClients({}, fault.context.env!);
  const [port, kwdbPort] = [fault.context.open!({} as never), fault.context.openKwdb!({} as never)];
  const greptimedb = { ...client.greptimedb(), port, snapshots: createSnapshotReader(port) };
  const kwdbClient = { ...client.kwdb(), port: kwdbPort, snapshots: createKwdbReader(kwdbPort) };
  try {
    const used = await use({ ...client, greptimedb: () => greptimedb, kwdb: () => kwdbClient });
    return { ...used, statements: fault.asked };
  } finally {
    await Promise.all([client.close(), port.close(), kwdbPort.close()]);
  }
}

test.each(Object.keys(WATCHED))("the provider's refresh of a %s is an error, or shows the difference, whichever statement fails", async (type) => {
  const { resource, config, meddle } = WATCHED[type]!();
  const { state, priv } = await providerFailingAt(Infinity, async (client) => {
    const driver = new Driver(resource, client, () => undefined);
    const { diagnostics } = await driver.apply(config);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    return { state: driver.state, priv: driver.private };
  });
  await meddle();
  const refresh = (n: number): Promise<{ readonly drift: boolean; readonly failed: boolean; readonly statements: number }> =>
    providerFailingAt(n, async (client) => {
      const driver = new Driver(resource, client, () => undefined);
      [driver.state, driver.private] = [state, priv];
      const result = await driver.refresh();
      const failed = (result.diagnostics ?? []).some(({ severity }) => severity === "error");
      return { failed, drift: inspectText(result.state) !== inspectText(state) };
    });
  const whole = await refresh(Infinity);
  expect(whole).toMatchObject({ failed: false, drift: true });
  let failures = 0;
  for (let n = 1; n <= whole.statements; n += 1) {
    const { failed, drift } = await refresh(n);
    expect([n, failed || drift]).toEqual([n, true]);
    if (failed) failures += 1;
  }
  expect(failures).toBeGreaterThan(0);
});
