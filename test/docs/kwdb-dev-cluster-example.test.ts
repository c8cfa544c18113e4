import { startKwdbDevCluster, type KwdbDevCluster } from "../../src/devcluster";

let cluster: KwdbDevCluster;

beforeEach(async () => {
  cluster = await startKwdbDevCluster({ version: "3.2.1", nodes: 5, replicationDelayMs: 50, livenessTimeoutMs: 50 });
});
afterEach(() => cluster.stop());

const replicas = async (): Promise<number> => {
  const [range] = await cluster.sql("SELECT array_length(replicas, 1) AS n FROM kwdb_internal.ranges WHERE table_name = 't'");
  return Number(range!["n"]);
};

test("ranges follow a zone with delay, also while a node is down, and a value that is none changes nothing", async () => {
  await cluster.sql("CREATE DATABASE d; CREATE TABLE d.t (k INT PRIMARY KEY)");
  await expect(cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 2")).rejects.toMatchObject({ code: "23514" });
  expect(await replicas()).toBe(3);

  await cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 5");
  while ((await replicas()) < 5) await new Promise((resolve) => setTimeout(resolve, 20));

  await cluster.faults.killNode(5);
  await cluster.sql("ALTER TABLE d.t CONFIGURE ZONE USING num_replicas = 3");
  while ((await replicas()) > 3) await new Promise((resolve) => setTimeout(resolve, 20));
});
