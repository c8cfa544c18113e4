import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startKwdbDevCluster, type KwdbDevCluster } from "../../src/devcluster/kwdb";
import type { KwdbPort } from "../../src/engines/kwdb-port";
import { openKwdb } from "../../src/engines/open";
import { applyTopology } from "../../src/operations/apply-topology";
import { planTopology } from "../../src/operations/plan-topology";
import type { OperationContext } from "../../src/operations/read-cluster";
import type { TopologyManifest } from "../../src/topology/manifest";
import { parseManifest } from "../../src/topology/manifest-json";

jest.setTimeout(120_000);

class Crash extends Error {}

/** The zone of a system range, which somebody had configured before; that of a database, which had none; and a setting. */
const DECLARED = {
  zones: [
    { target: "RANGE meta", num_replicas: 7, allow_system_range: true },
    { target: "DATABASE d", num_replicas: 5, gc_ttl_seconds: 3_600 },
  ],
  settings: [{ name: "kv.kvserver.ts_split_interval", value: 1 }],
};

let cluster: KwdbDevCluster;
let directory: string;
beforeAll(async () => {
  cluster = await startKwdbDevCluster();
  await cluster.sql("CREATE DATABASE d");
  await cluster.sql("ALTER RANGE meta CONFIGURE ZONE USING gc.ttlseconds = 7200");
});
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), "topoform-restore-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));
afterAll(() => cluster.stop());

/** What somebody else has set, as the server says it. */
async function asItIs(): Promise<unknown> {
  const zones = await cluster.sql("SELECT target, raw_config_sql FROM kwdb_internal.zones WHERE target IN ('RANGE meta', 'DATABASE d') ORDER BY target");
  return [zones, await cluster.sql("SELECT name, value FROM system.settings WHERE name LIKE 'kv.kv%'")];
}

const manifestOf = (members: object): TopologyManifest =>
  parseManifest({ version: 1, clusters: [{ engine: "kwdb", name: "kw", ...members }] }, "topoform.json").manifest!;

/** An apply that dies at its n-th question or change: before it, or after the server has acted. Null: it came to its end. */
async function apply(members: object, n = Infinity, when: "before" | "after" = "before"): Promise<"crashed" | "done"> {
  const env = { TOPOFORM_KWDB_HOST: cluster.host, TOPOFORM_KWDB_PORT: String(cluster.port), TOPOFORM_STATE_DIR: directory };
  let steps = 0;
  const step = async <T>(action: () => Promise<T>): Promise<T> => {
    steps += 1;
    if (steps > n || (steps === n && when === "before")) throw new Crash();
    const value = await action();
    if (steps === n) throw new Crash();
    return value;
  };
  const openKwdbPort = (declaration: Parameters<NonNullable<OperationContext["openKwdb"]>>[0]): KwdbPort => {
    const port = openKwdb(declaration, { env });
    return {
      ...port,
      inspect: (request) => step(() => port.inspect(request)),
      applyChange: (change, options) => step(() => port.applyChange(change, options)),
    };
  };
  const context: OperationContext = { env, openKwdb: openKwdbPort };
  const never = new AbortController().signal;
  try {
    const manifest = manifestOf(members);
    const plans = (await planTopology(manifest, context)).flatMap((planned) => (planned.kind === "planned" ? [planned.plan] : []));
    const [applied] = await applyTopology(manifest, context, { plans, drain: never, stop: never, command: "test", emit: () => undefined });
    if (applied?.kind !== "applied" || !applied.result.ok) throw new Error(JSON.stringify(applied));
    return "done";
  } catch (error) {
    if (error instanceof Crash) return "crashed";
    throw error;
  }
}

describe.each(["before", "after"] as const)("crashed %s any step", (when) => {
  test("of the apply that changes it: taken out of the declaration, everything is as it was found", async () => {
    const found = await asItIs();
    for (let n = 1; ; n += 1) {
      const end = await apply(DECLARED, n, when);
      await apply({ zones: [], settings: [] });
      expect([n, await asItIs()]).toEqual([n, found]);
      if (end === "done") return void expect(n).toBeGreaterThan(4);
    }
  });

  test("of the apply that restores it: the next one finishes", async () => {
    const found = await asItIs();
    for (let n = 1; ; n += 1) {
      await apply(DECLARED);
      expect(await asItIs()).not.toEqual(found);
      const end = await apply({ zones: [], settings: [] }, n, when);
      await apply({ zones: [], settings: [] });
      expect([n, await asItIs()]).toEqual([n, found]);
      if (end === "done") return void expect(n).toBeGreaterThan(4);
    }
  });
});
