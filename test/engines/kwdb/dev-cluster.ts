import { kwdbPort } from "../../../src/engines/kwdb/execute";
import { openSession } from "../../../src/engines/kwdb/connect";
import type { KwdbPort } from "../../../src/engines/kwdb-port";
import { resolveConnection, type ConnectionSettings } from "../../../src/engines/kwdb/settings";
import { startKwdbDevCluster, type KwdbDevCluster, type KwdbDevClusterOptions } from "../../../src/devcluster/kwdb";
import type { KwdbClusterDeclaration } from "../../../src/topology/kwdb/cluster";
import {
  NO_ORIGINALS,
  recordOriginals,
  recordRebalance,
  type KwdbOriginals,
} from "../../../src/planning/kwdb/originals";
import type { KwdbPlan } from "../../../src/planning/kwdb/plan";
import { planKwdb } from "../../../src/planning/kwdb/plan-kwdb";

/** A dev cluster with the objects of these tests, and a port to it. */
export interface TestCluster {
  readonly cluster: KwdbDevCluster;
  readonly port: KwdbPort;
  readonly sent: string[];
  /** A further port, as another user or with other settings. */
  open(settings?: Partial<ConnectionSettings>): KwdbPort;
  plan(declared: KwdbClusterDeclaration, originals?: KwdbOriginals): Promise<KwdbPlan>;
  /** Plans and does it all; what was there before is in the result. */
  apply(declared: KwdbClusterDeclaration, originals?: KwdbOriginals): Promise<KwdbOriginals>;
  stop(): Promise<void>;
}

export const OBJECTS = `CREATE DATABASE d; CREATE TABLE d.t (k INT PRIMARY KEY, v STRING, w INT, INDEX wi (w));
  CREATE TABLE d.p (r STRING, k INT, PRIMARY KEY (r, k)) PARTITION BY LIST (r) (PARTITION a VALUES IN ('a'), PARTITION b VALUES IN ('b'));
  CREATE TS DATABASE ts; CREATE TABLE ts.m (ts TIMESTAMP NOT NULL, v INT) TAGS (id INT NOT NULL) PRIMARY TAGS (id)`;

export async function startTestCluster(options: KwdbDevClusterOptions = {}): Promise<TestCluster> {
  const cluster = await startKwdbDevCluster({
    replicationDelayMs: 50,
    replicationStepMs: 10,
    livenessTimeoutMs: 50,
    rebalanceMs: 50,
    ...options,
  });
  for (const statement of OBJECTS.split(";")) await cluster.sql(statement);
  const sent: string[] = [];
  const ports: KwdbPort[] = [];
  const open = (more: Partial<ConnectionSettings> = {}): KwdbPort => {
    const settings = { ...settingsOf(cluster), ...more };
    const session = openSession(settings, { onStatement: (sql) => void sent.push(sql), delay: wait });
    const port = kwdbPort(session, { delay: wait });
    ports.push(port);
    return port;
  };
  const port = open();
  const plan = async (declared: KwdbClusterDeclaration, originals: KwdbOriginals = NO_ORIGINALS): Promise<KwdbPlan> =>
    planKwdb({
      cluster: declared,
      observed: await port.inspect({ cluster: declared, originals }),
      recordedOriginals: originals,
    });
  return {
    cluster,
    port,
    sent,
    open,
    plan,
    async apply(declared, originals = NO_ORIGINALS) {
      const made = await plan(declared, originals);
      if (made.blocked.length > 0)
        throw new Error(made.blocked.map(({ code, detail }) => `${code} ${detail}`).join("\n"));
      let known = recordOriginals(originals, made.changes);
      for (const change of made.changes) {
        await port.applyChange(change);
        if (change.kind === "rebalance") known = recordRebalance(known, change);
      }
      return known;
    },
    async stop() {
      await Promise.all(ports.map((each) => each.close()));
      await cluster.stop();
    },
  };
}

export function settingsOf(cluster: KwdbDevCluster): ConnectionSettings {
  const resolved = resolveConnection(
    { host: cluster.host, port: cluster.port, statementTimeoutSeconds: 5, connectTimeoutSeconds: 2 },
    {},
  );
  if (resolved.kind === "invalid") throw new Error("settings");
  return resolved.settings;
}

/** Waits of seconds are shortened: the dev cluster is quicker than a real one. */
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 50)));
