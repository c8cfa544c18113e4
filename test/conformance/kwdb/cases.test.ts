import { startKwdbDevCluster } from "../../../src/devcluster/index";
import { type Case, inRange } from "../case";
import { describeServer, runCase, runEveryStatement, type Server } from "./case-run";
import { CASES } from "./cases";
import { TextClient } from "./client";

const EMULATED = ["2.0.4", "2.1.0", "2.2.2", "3.0.0", "3.1.0", "3.2.1"];
const NEWEST = "3.2.1";

const applicable = ({ version, region }: Pick<Server, "version" | "region">): readonly Case[] => CASES.filter((c) => inRange(version, c.range ?? {}) && (c.mode !== "localities" || region !== null));

const url = process.env["TOPOFORM_KWDB_URL"];

if (url === undefined) {
  describe.each(EMULATED)("KWDB %s, emulated", (version) => {
    test.each(applicable({ version, region: "region=NODE1" }))("$name", async (one) => {
      const cluster = await startKwdbDevCluster({ version, rebalanceMs: 0 });
      const client = await TextClient.connect({ host: cluster.host, port: cluster.port, user: "root", database: "defaultdb" });
      try {
        const zones = await cluster.sql("SELECT * FROM kwdb_internal.zones");
        await runCase(client, await describeServer(client, NEWEST), one);
        // Nothing is left behind: what is promised for real clusters.
        expect(await cluster.sql("SELECT * FROM kwdb_internal.zones")).toEqual(zones);
        expect(await cluster.sql("SELECT name FROM system.settings")).toEqual([]);
        expect(await cluster.sql("SELECT database_name FROM [SHOW DATABASES] WHERE database_name LIKE 'topoform%'")).toEqual([]);
      } finally {
        await client.close();
        await cluster.stop();
      }
    });
  });

  test("a case that changes a range which has been changed before puts that value back", async () => {
    const cluster = await startKwdbDevCluster();
    const client = await TextClient.connect({ host: cluster.host, port: cluster.port, user: "root", database: "defaultdb" });
    try {
      await cluster.sql("ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 3, ts_merge.days = '1h'; SET CLUSTER SETTING kv.kvserver.ts_split_interval = 4");
      const zones = await cluster.sql("SELECT * FROM kwdb_internal.zones");
      await runCase(client, await describeServer(client, NEWEST), CASES.find(({ name }) => name.startsWith("document 004"))!).catch(() => undefined);
      expect(await cluster.sql("SELECT * FROM kwdb_internal.zones")).toEqual(zones);
      expect(await cluster.sql("SHOW CLUSTER SETTING kv.kvserver.ts_split_interval")).toEqual([{ "kv.kvserver.ts_split_interval": "4" }]);
    } finally {
      await client.close();
      await cluster.stop();
    }
  });
} else {
  test("the cases, and every statement of the engine, hold on the cluster that TOPOFORM_KWDB_URL names", async () => {
    const client = await TextClient.connect({ connectionString: url, statement_timeout: 60_000, query_timeout: 90_000 });
    try {
      const server = await describeServer(client, NEWEST);
      for (const one of applicable(server)) await runCase(client, server, one);
      await runEveryStatement(client, server);
    } finally {
      await client.close();
    }
  }, 1_800_000);
}
