import { bench, createTable, leaders, put, regionIdOf } from "../model/helpers";
import { VERSIONS, normal, onTheWire, outcomeText, recording, scene, shown } from "./recording";
import type { Answer } from "./recording";
import type { ServerError } from "../../../../src/devcluster/greptimedb/model/types";
import { expectRecorded, leaderOf, migrate, outcome, peers, read, recordedPeers, stage, state, watch, write } from "./stage";
import type { Stage } from "./stage";

const rule = (text: string): { readonly text: string; readonly expression: string } => ({ text, expression: text });
const hostOf = (row: readonly unknown[]): string => String(row[0]);

describe.each(VERSIONS)("splits, %s", (version) => {
  const split = (at: Stage): { readonly id: string; readonly done: Promise<void> } =>
    at.model.repartition(at.table.tableId, [0], [rule("host < 'c'"), rule("host >= 'c' AND host < 'f'")], ["host"], (row) => (hostOf(row) < "c" ? 0 : 1));

  test("scene: migrate while the table is being split", async () => {
    const line = scene(version, { note: "migrate while the table is being split" });
    // The split region is led by 2, the other one that moves by 1, in both recordings.
    const at = await stage(version, [2, 0, 1]);
    await at.model.write(at.table.tableId, 0, [put("a", "a", 1, 1n), put("d", "d", 2, 2n)]);
    expect((line["m"] as Answer).sql).toMatch(/, 2, 0, 20\)$/);
    const { id, done } = split(at);
    const move = await migrate(at, 0, 2, 0, 20);
    const move2 = await migrate(at, 2, 1, 0, 20);
    const seen = await watch(at, { split: () => state(at, id), move: () => state(at, move), move2: () => state(at, move2), peers: () => JSON.stringify(peers(at, at.table)), info: () => infoText(at) }, 600, 1);
    await done;
    const recorded = scene(version, { label: "split and move" });
    expectRecorded(shown(recorded, "split"), seen["split"]);
    expectRecorded(shown(recorded, "move"), seen["move"]);
    expectRecorded(shown(recorded, "move2"), seen["move2"]);
    const recordedPeerTexts = recorded.timeline?.flatMap((moment) => (moment["peers"] === undefined ? [] : [JSON.stringify(recordedPeers(moment["peers"]))])) ?? [];
    expectRecorded(recordedPeerTexts, seen["peers"]);
    const infos = (recorded.timeline ?? []).flatMap((moment) => (moment["info"] as string[][] | undefined) ?? []).filter(([type]) => type?.includes("Repartition"));
    for (const info of infos) expect(seen["info"]?.join("\n")).toContain(normal(info.join(" ")));
    expect(await at.model.scan(at.table.tableId, 0)).toEqual([["a", 1, 1n]]);
    expect(await at.model.scan(at.table.tableId, 3)).toEqual([["d", 2, 2n]]);
  });

  test("scene: split of a partition while its region is moving", async () => {
    const line = scene(version, { note: "split of a partition while its region is moving" });
    const at = await stage(version, [2, 0, 1]);
    await at.clock.until(split(at).done);
    const move = await migrate(at, 1, 0, 1, 20);
    const second = at.model.repartition(at.table.tableId, [1], [rule("host >= 'f' AND host < 'h'"), rule("host >= 'h' AND host < 'k'")], ["host"], (row) => (hostOf(row) < "h" ? 0 : 1));
    await at.clock.until(second.done);
    expect(await state(at, move)).toBe('{"status":"Done"}');
    const placed = recordedPeers(line["peers"]);
    expect(peers(at, at.table).map(([number, , status]) => [number, status])).toEqual(placed.map(([number, , status]) => [number, status]));
    expect(peers(at, at.table)[1]).toEqual(placed[1]);
    // Round robin goes on: the second new region is on the datanode after the first one's.
    expect([leaderOf(at, at.table, 3), leaderOf(at, at.table, 4)]).toEqual([BigInt(placed[3]?.[1] ?? -1), BigInt(placed[4]?.[1] ?? -1)]);
    const { rules } = at.model.table("public", "flt")?.schema ?? { rules: [] };
    const recordedRules = [...(line["show"] as string).matchAll(/^ {2}(host (?:[^`].*?)),?$/gm)].map(([, text]) => text);
    expect(rules.map((each, index) => each?.text ?? index)).toEqual(["host < 'c'", "host >= 'f' AND host < 'h'", "rule 2", "host >= 'c' AND host < 'f'", "host >= 'h' AND host < 'k'"]);
    expect(recordedRules.filter((_, index) => index !== 2)).toEqual(rules.filter((_, index) => index !== 2).map((each) => each?.text));
  });
});

async function infoText(at: Stage): Promise<string> {
  return (await at.model.procedures()).map(({ type, status, lockKeys }) => normal(`${type} ${status} ${lockKeys}`)).join("\n");
}

describe("1.1.4 on local disks", () => {
  test("scene: a move is Retrying for more than a minute and the leader stays", async () => {
    const cluster = bench({ version: "1.1.4", sharedStorage: false, datanodes: 2 });
    const table = await createTable(cluster, "l", 2);
    const at: Stage = { ...cluster, version: "1.1.4", table };
    const id = await migrate(at, 0, 0, 1, 20);
    const recorded = scene("1.1.4", { label: "1.1.4, datanodes on local disk" });
    const seen = await watch(at, { state: () => state(at, id) }, 75_000, 50);
    expect(seen["state"]).toEqual(shown(recorded, "state"));
    const routes = recording("1.1.4").find(({ sql }) => sql?.includes("table_name='l'"))?.rows;
    expect(peers(at, table).map(([, leader, status]) => [leader, status])).toEqual(routes?.map((row) => [row[1], row[2]]));
    expect([await read(at), await write(at)]).toEqual(["ok", "ok"]);
  });

  test("scene: SPLIT is refused", async () => {
    const cluster = bench({ version: "1.1.4", sharedStorage: false, datanodes: 2 });
    const table = await createTable(cluster, "l", 2);
    const recorded = recording("1.1.4").find(({ sql, error }) => sql?.startsWith("ALTER TABLE l SPLIT") === true && error !== undefined);
    const { done } = cluster.model.repartition(table.tableId, [0], [rule("host < 'c'"), rule("host >= 'c' AND host < 'f'")], ["host"], () => 0);
    const error = await cluster.clock.until(done.then(() => undefined, (reason: unknown) => reason));
    expect(normal(onTheWire("1.1.4", error as ServerError))).toBe(outcomeText(recorded?.error?.message ?? ""));
  });
});

describe("1.0.2 on local disks", () => {
  test("a move ends Done and the region is empty at its new datanode", async () => {
    const cluster = bench({ version: "1.0.2", sharedStorage: false });
    const table = await createTable(cluster, "l", 1);
    await cluster.model.write(table.tableId, 0, [put("a", "a", 1, 1n)]);
    const id = await cluster.model.migrateRegion(regionIdOf(table, 0), 0n, 1n, 20);
    await cluster.clock.advance(300);
    expect((await cluster.model.procedure(id)).status).toBe("Done");
    expect(await cluster.model.scan(table.tableId, 0)).toEqual([]);
  });
});

describe("failover, 1.0.2", () => {
  test("scene: failover on, local WAL allowed, datanode killed", async () => {
    const at = await stage("1.0.2", [0, 1, 2], { failover: true });
    const recorded = scene("1.0.2", { label: "failover on, local WAL allowed, datanode killed" });
    await at.model.write(at.table.tableId, 0, [put("a", "a", 1, 1n)]);
    at.model.faults.killDatanode(0n);
    const seen = await watch(at, { write: () => write(at), read: () => read(at) }, 20_000, 100);
    const migration = (await at.model.procedures()).find(({ type, lockKeys }) => type.endsWith("RegionMigration") && lockKeys.includes(`${regionIdOf(at.table, 0)}`));
    const recordedMigration = recorded.timeline?.flatMap((moment) => (moment["mig"] as string[][] | undefined) ?? [])[0] as string[];
    expect([migration?.type, migration?.status, normal(migration?.lockKeys ?? "")]).toEqual(recordedMigration.map(normal));
    expect(seen["write"]?.slice(0, 1)).toEqual(shown(recorded, "write").slice(0, 1));
    expect(seen["write"]?.at(-1)).toBe(shown(recorded, "write").at(-1));
    expect(seen["read"]?.[0]).toBe(shown(recorded, "read")[0]);
    expect(leaderOf(at, at.table, 0)).not.toBe(0n);
    const events = recording("1.0.2").find(({ sql }) => sql?.startsWith("SELECT procedure_state, region_id, region_migration_trigger_reason") === true)?.rows;
    const own = at.model.events().filter(({ regionId }) => regionId === regionIdOf(at.table, 0));
    expect(own.map(({ status, trigger, from }) => [status, trigger, String(from.peerId)])).toEqual(events?.map((row) => [row[0], row[2], row[3]]));
    expect((await at.model.nodes()).map(({ peerId }) => peerId)).toContain(0n);
  });

  test("rests in maintenance mode", async () => {
    const at = await stage("1.0.2", [0, 1, 2], { failover: true });
    at.model.faults.setMaintenance(true);
    at.model.faults.killDatanode(0n);
    await at.clock.advance(60_000);
    expect(leaderOf(at, at.table, 0)).toBe(0n);
    at.model.faults.setMaintenance(false);
    await at.clock.advance(15_000);
    expect(leaderOf(at, at.table, 0)).not.toBe(0n);
  });
});

describe("standalone, 1.0.2", () => {
  test("scene: every region on peer 0, no moves, procedures only of tables", async () => {
    const cluster = bench({ version: "1.0.2", mode: "standalone" });
    const table = await createTable(cluster, "st", 2);
    const at: Stage = { ...cluster, version: "1.0.2", table };
    const lines = recording("1.0.2");
    const answer = (start: string): Answer | undefined => lines.find(({ sql }) => sql?.startsWith(start) === true);
    expect(leaders(cluster, table)).toEqual(answer("SELECT region_id, peer_id, is_leader, status FROM information_schema.region_peers")?.rows === undefined ? [] : [0n, 0n]);
    expect(await outcome(at, migrate(at, 0, 0, 1), "migrate_region")).toBe(answer("ADMIN migrate_region(4398046511104, 0, 1, 60)")?.error?.message);
    const state0 = await state(at, "00000000-0000-4000-8000-000000000000");
    expect(state0).toBe(normal(answer("ADMIN procedure_state('00000000")?.error?.message ?? ""));
    expect((await cluster.model.procedures()).map(({ type, status, lockKeys }) => [type, status, lockKeys])).toEqual([
      ["metasrv-procedure::CreateTable", "Done", 'Share("__catalog_lock/greptime"),Share("__schema_lock/greptime.public"),Exclusive("__table_name_lock/greptime.public.st")'],
    ]);
    expect(await cluster.model.nodes()).toMatchObject([{ peerId: 0n, kind: "STANDALONE", address: "", activeMs: null }]);
  });
});

describe.each(VERSIONS)("scale, %s", (version) => {
  test("scene: 150 tables x 16 regions", async () => {
    const cluster = bench({ version });
    for (let table = 0; table < 150; table++) await createTable(cluster, `sc_${table}`, 16);
    expect(cluster.model.routes()).toHaveLength(2_400);
    expect(cluster.model.tables()).toHaveLength(150);
    await cluster.clock.advance(3_100);
    expect(await cluster.model.statistics()).toHaveLength(2_400);
  });
});
