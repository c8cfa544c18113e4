import { startGreptimeDevCluster, type GreptimeDevCluster } from "../../src/devcluster";

let cluster: GreptimeDevCluster;

beforeEach(async () => {
  cluster = await startGreptimeDevCluster({ version: "1.1.4", datanodes: 3 });
});
afterEach(() => cluster.stop());

test("rows survive the move of their region, and rows that were not flushed do not survive the death of their datanode", async () => {
  await cluster.sql("CREATE TABLE cpu (host STRING, ts TIMESTAMP TIME INDEX, PRIMARY KEY (host))");
  await cluster.sql("INSERT INTO cpu VALUES ('a', 1), ('b', 2)");
  const [region] = await cluster.sql("SELECT region_id, peer_id FROM information_schema.region_peers WHERE table_name = 'cpu'");
  const id = BigInt(region!["region_id"]!);
  const source = BigInt(region!["peer_id"]!);

  await cluster.sql(`ADMIN flush_region(${id})`);
  cluster.faults.moveBehindYourBack(id, (source + 1n) % 3n);
  expect(await cluster.sql("SELECT count(*) AS n FROM cpu")).toEqual([{ n: "2" }]);

  await cluster.sql("INSERT INTO cpu VALUES ('c', 3)");
  cluster.faults.killDatanode((source + 1n) % 3n);
  cluster.faults.moveBehindYourBack(id, (source + 2n) % 3n);
  expect(await cluster.sql("SELECT count(*) AS n FROM cpu")).toEqual([{ n: "2" }]);
});
