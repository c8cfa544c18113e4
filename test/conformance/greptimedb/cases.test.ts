import { startGreptimeDevCluster } from "../../../src/devcluster/index";
import { type Case, check, expectationOf, inRange, type Step } from "../case";
import { CASES } from "./cases";
import { TextClient } from "./client";

const EMULATED = ["0.9.5", "0.12.2", "0.15.5", "0.17.2", "1.0.2", "1.1.4", "1.2.0"];
const OLD = ["0.7.2", "0.8.1", "0.8.2"];

/** Runs the steps of one case in a database of its own. */
class CaseRun {
  constructor(
    private readonly client: TextClient,
    private readonly version: string,
    private readonly database: string,
  ) {}

  async run(steps: readonly Step[]): Promise<void> {
    expect((await this.client.run(`CREATE DATABASE ${this.database}`)).error).toBeUndefined();
    try {
      await this.client.run(`USE ${this.database}`);
      for (const step of steps) await this.step(step);
    } finally {
      await this.client.run("USE public");
      const tables = await this.client.run(`SHOW TABLES FROM ${this.database}`);
      for (const [name] of tables.rows ?? []) await this.client.run(`DROP TABLE ${this.database}.${name}`);
      await this.client.run(`DROP DATABASE ${this.database}`);
    }
  }

  private async step(step: Step): Promise<void> {
    const expected = expectationOf(step, this.version);
    if (expected === undefined) return;
    const moved = /^\{moved:(\w+):(\d+)\}$/.exec(step.sql);
    if (moved !== null) return this.awaitMove(moved[1]!, Number(moved[2]));
    const sql = await this.fill(step.sql);
    check(sql, await this.client.run(sql), expected);
  }

  private leaderBefore: string | null = null;

  private async regions(table: string): Promise<readonly (readonly [string, string])[]> {
    const sql = `SELECT p.greptime_partition_id, r.peer_id FROM information_schema.partitions p JOIN information_schema.region_peers r ON p.greptime_partition_id = r.region_id WHERE p.table_schema = '${this.database}' AND p.table_name = '${table}' ORDER BY p.greptime_partition_id`;
    const { rows, error } = await this.client.run(sql);
    expect(error).toBeUndefined();
    return (rows ?? []).map((row) => [row[0]!, row[1]!] as const);
  }

  private async fill(sql: string): Promise<string> {
    let filled = sql.replaceAll("{database}", this.database);
    for (const [placeholder, what, table, index] of filled.matchAll(/\{(region|leader|other|third):(\w+):(\d+)\}/g)) {
      const [region, leader] = (await this.regions(table!))[Number(index)]!;
      const peers = (await this.client.run("SELECT peer_id FROM information_schema.cluster_info WHERE peer_type = 'DATANODE' ORDER BY peer_id")).rows!.map((row) => row[0]!).filter((peer) => peer !== leader);
      if (what === "leader") this.leaderBefore = leader;
      filled = filled.replace(placeholder, { region, leader, other: peers[0]!, third: peers[1]! }[what!]!);
    }
    return filled;
  }

  private async awaitMove(table: string, index: number): Promise<void> {
    for (let attempt = 0; attempt < 300; attempt++) {
      const [, leader] = (await this.regions(table))[index]!;
      if (leader !== this.leaderBefore) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`region ${index} of ${table} did not move`);
  }
}

function applicable(version: string, standalone: boolean): readonly Case[] {
  return CASES.filter((c) => inRange(version, c.range ?? {}) && (c.mode === "standalone") === standalone);
}

const url = process.env["TOPOFORM_GREPTIMEDB_URL"];

if (url === undefined) {
  describe.each([...OLD, ...EMULATED])("GreptimeDB %s, emulated", (version) => {
    test.each(applicable(version, false))("$name", async ({ steps }) => {
      const cluster = await startGreptimeDevCluster({ version, procedureDurationMs: 30 });
      const client = new TextClient({ host: cluster.host, port: cluster.port });
      try {
        await new CaseRun(client, version, "topoform_conformance").run(steps);
      } finally {
        await client.close();
        await cluster.stop();
      }
    });
  });

  test.each(applicable("1.1.4", true))("standalone: $name", async ({ steps }) => {
    const cluster = await startGreptimeDevCluster({ version: "1.1.4", mode: "standalone" });
    const client = new TextClient({ host: cluster.host, port: cluster.port });
    try {
      await new CaseRun(client, "1.1.4", "topoform_conformance").run(steps);
    } finally {
      await client.close();
      await cluster.stop();
    }
  });
} else {
  test("the cases hold on the cluster that TOPOFORM_GREPTIMEDB_URL names", async () => {
    const target = new URL(url);
    const client = new TextClient({ host: target.hostname, port: Number(target.port || 4002), user: decodeURIComponent(target.username), password: decodeURIComponent(target.password) });
    try {
      const version = /(\d+\.\d+\.\d+)[^-]*$/.exec((await client.run("SELECT version()")).rows?.[0]?.[0] ?? "")?.[1];
      if (version === undefined) throw new Error("The server's version() is not GreptimeDB's.");
      const standalone = (await client.run("SELECT peer_type FROM information_schema.cluster_info")).rows?.some(([type]) => type === "STANDALONE") === true;
      for (const { steps } of applicable(version, standalone)) await new CaseRun(client, version, "topoform_conformance").run(steps);
    } finally {
      await client.close();
    }
  }, 600_000);
}
