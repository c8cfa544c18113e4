import { Client } from "pg";
import { startKwdbDevCluster, type KwdbDevCluster } from "../src/devcluster/kwdb";
import { openKwdbCluster } from "../src/engines/kwdb/execute";
import { NO_ORIGINALS } from "../src/planning/kwdb/originals";
import { planKwdb } from "../src/planning/kwdb/plan-kwdb";
import type { KwdbClusterDeclaration, ZoneConfigDeclaration } from "../src/topology/kwdb/cluster";
import { seconds } from "../src/topology/kwdb/duration";
import { formatZoneTarget } from "../src/topology/kwdb/format-zone-target";
import { Target, type ZoneTarget } from "../src/topology/kwdb/zone-target";

const DATABASES = 10;
const TABLES = 50;
const PARTITIONS = ["a", "b", "c"];
const RUNS = 5;

const times = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** Every table and each of its partitions: 2,000 targets. */
const TARGETS: readonly ZoneTarget[] = times(DATABASES).flatMap((d) =>
  times(TABLES).flatMap((t) => [Target.table(`d${d}`, `t${t}`), ...PARTITIONS.map((partition) => Target.partition(`d${d}`, `t${t}`, partition, "primary"))]),
);

const declared = (): KwdbClusterDeclaration => {
  const zone = (target: ZoneTarget, i: number): ZoneConfigDeclaration => ({ target, values: { numReplicas: 3, gcTtl: seconds(4_000 + (i % 7)) }, copyFromParent: [], allowSystemRange: false, waitForReplicas: false });
  return { engine: "kwdb", name: "kw", connection: {}, zones: TARGETS.map(zone), settings: [{ name: "kv.range_merge.queue_enabled", value: "false" }], rebalances: [], reportUndeclaredZones: true };
};

/** The tables; every second target has the zone that is declared, the others none. */
async function fill(cluster: KwdbDevCluster): Promise<void> {
  const partitions = PARTITIONS.map((name) => `PARTITION ${name} VALUES IN ('${name}')`).join(", ");
  for (const d of times(DATABASES)) {
    await cluster.sql(`CREATE DATABASE d${d}`);
    for (const t of times(TABLES)) await cluster.sql(`CREATE TABLE d${d}.t${t} (r STRING, k INT, PRIMARY KEY (r, k)) PARTITION BY LIST (r) (${partitions})`);
  }
  for (const [i, target] of TARGETS.entries()) if (i % 2 === 0) await cluster.sql(`ALTER ${formatZoneTarget(target)} CONFIGURE ZONE USING num_replicas = 3, gc.ttlseconds = ${4_000 + (i % 7)}`);
}

/** A whole plan: connect, read, plan, hang up. */
async function plan({ host, port: tcp }: KwdbDevCluster): Promise<{ readonly changes: number; readonly blocked: number }> {
  const cluster = { ...declared(), connection: { host, port: tcp } };
  const port = openKwdbCluster(cluster, { env: {} });
  try {
    const made = planKwdb({ cluster, observed: await port.inspect({ cluster, originals: NO_ORIGINALS }), recordedOriginals: NO_ORIGINALS });
    return { changes: made.changes.length, blocked: made.blocked.length };
  } finally {
    await port.close();
  }
}

/** What a plan that asks for each target by itself would at least send. */
async function readOneByOne({ host, port }: KwdbDevCluster): Promise<void> {
  const client = new Client({ host, port, user: "root", database: "defaultdb" });
  await client.connect();
  try {
    for (const target of TARGETS) await client.query(`SHOW ZONE CONFIGURATION FOR ${formatZoneTarget(target)}`);
  } finally {
    await client.end();
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly seconds: number; readonly answer: T }> {
  const start = process.hrtime.bigint();
  const answer = await work();
  return { seconds: Number(process.hrtime.bigint() - start) / 1e9, answer };
}

async function main(): Promise<void> {
  const cluster = await startKwdbDevCluster();
  try {
    await fill(cluster);
    await plan(cluster);
    cluster.resetStatementLog();
    const first = await timed(() => plan(cluster));
    const statements = cluster.statements().length;
    const plans = [first.seconds];
    const reads: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      reads.push((await timed(() => readOneByOne(cluster))).seconds);
      plans.push((await timed(() => plan(cluster))).seconds);
    }
    console.log(JSON.stringify({ targets: TARGETS.length, ...first.answer, statements, plans, reads }));
  } finally {
    await cluster.stop();
  }
}

void main();
