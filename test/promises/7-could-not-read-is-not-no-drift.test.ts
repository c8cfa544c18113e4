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
import { PortError, type ClusterPort } from "../../src/engines/port";
import { greptimedbRegionPlacement } from "../../src/provider/greptimedb-region-placement";
import { createSnapshotReader } from "../../src/provider/snapshot";
import type { OperationContext } from "../../src/operations/read-cluster";
import { errorDiagnostic } from "../../src/topology/diagnostic";
import { parseManifest } from "../../src/topology/manifest-json";
import type { TopologyManifest } from "../../src/topology/manifest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createColors } from "picocolors";
import { FakeCluster } from "../provider/fake-cluster";
import { clientOf, Driver, inspectText } from "../provider/harness";

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

test("the provider's refresh is an error, or shows the difference, whichever statement fails", async () => {
  const config = { table: "cpu", pins: {}, shared_storage: "b", datanodes: [0, 1, 2] };
  const portFailingAt = (n: number): { readonly port: ClusterPort; readonly fault: ReturnType<typeof failingAt> } => {
    const fault = failingAt(n, FAILURES["is refused"]);
    return { port: fault.context.open!({} as never), fault };
  };
  let current = portFailingAt(Infinity);
  const client = clientOf(new FakeCluster(), { port: current.port, snapshots: createSnapshotReader(current.port) });
  const driver = new Driver(greptimedbRegionPlacement, client);
  expect((await driver.apply(config)).diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const known = driver.state;
  const [region] = greptime.model.routes();
  greptime.faults.moveBehindYourBack(region!.regionId, (region!.leader! + 1n) % 3n);
  await current.port.close();
  const asked = async (n: number): Promise<{ readonly drift: boolean; readonly failed: boolean; readonly statements: number }> => {
    current = portFailingAt(n);
    const { port } = current;
    const again = new Driver(greptimedbRegionPlacement, clientOf(new FakeCluster(), { port, snapshots: createSnapshotReader(port) }));
    again.state = known;
    const result = await again.refresh();
    await port.close();
    const failed = (result.diagnostics ?? []).some(({ severity }) => severity === "error");
    return { failed, drift: inspectText(result.state) !== inspectText(known), statements: current.fault.asked };
  };
  const whole = await asked(Infinity);
  expect(whole).toMatchObject({ failed: false, drift: true });
  for (let n = 1; n <= whole.statements; n += 1) {
    const { failed, drift } = await asked(n);
    expect([n, failed || drift]).toEqual([n, true]);
  }
});
