import { put } from "../model/helpers";
import { VERSIONS, normal, outcomeText, scene, shown } from "./recording";
import type { Answer, Moment, Version } from "./recording";
import { count, expectRecorded, migrate, outcome, peers, read, recordedPeers, stage, state, tableAt, watch, write } from "./stage";
import type { Stage } from "./stage";

const placement: Readonly<Record<Version, readonly number[]>> = { "1.0.2": [2, 0, 1, 2, 0], "1.1.4": [1, 2, 0, 1, 2] };
/** The first move of the recording: region 0 from its leader to datanode 0. */
const firstMove = { "1.0.2": [2, 0], "1.1.4": [1, 0] } as const;

async function filled(version: Version): Promise<Stage> {
  const at = await stage(version, placement[version]);
  for (let row = 0; row < 500; row++) await at.model.write(at.table.tableId, row % 5, [put(`${row}`, "h", row, BigInt(row))]);
  return at;
}

const lastPeers = (timeline: readonly Moment[] | undefined): readonly (readonly [number, string, string])[] =>
  recordedPeers(timeline?.filter((moment) => moment["peers"] !== undefined).at(-1)?.["peers"]);

describe.each(VERSIONS)("moves on %s", (version) => {
  const [from, to] = firstMove[version];

  test("scene: one region under writes", async () => {
    const recorded = scene(version, { label: "one region under writes" });
    const at = await filled(version);
    const id = await migrate(at, 0, from, to);
    const seen = await watch(at, { write: () => write(at), read: () => read(at), state: () => state(at, id), peers: () => JSON.stringify(peers(at, at.table)) }, 300);
    expectRecorded(shown(recorded, "write"), seen["write"]);
    expectRecorded(shown(recorded, "state"), seen["state"]);
    expect(seen["write"]).toHaveLength(3);
    expect(seen["peers"]).toEqual([JSON.stringify(peersWith(placement[version], 0, from)), JSON.stringify(lastPeers(recorded.timeline))]);
    const recordedInfo = recorded.timeline?.flatMap((moment) => (moment["procedure_info"] as string[][] | undefined) ?? []).at(-1) as string[];
    const info = await at.model.procedure(id);
    expect([info.type, info.status, normal(info.lockKeys)]).toEqual(recordedInfo.slice(1).map(normal));
    expect(await count(at)).toBeGreaterThan(500);
  });

  test("scene: the same statement again", async () => {
    const at = await filled(version);
    await migrate(at, 0, from, to);
    await at.clock.advance(300);
    const recorded = scene(version, { note: "the same statement again" });
    expect(await outcome(at, migrate(at, 0, from, to), "migrate_region")).toBe(normal(recorded.error?.message ?? ""));
  });

  test("scene: same region twice at once", async () => {
    const at = await filled(version);
    const both = scene(version, { note: "same region twice at once" })["both"] as readonly Answer[];
    const source = placement[version][1] as number;
    const first = migrate(at, 1, source, version === "1.0.2" ? 1 : 0);
    const second = migrate(at, 1, source, version === "1.0.2" ? 1 : 0);
    const id = await first;
    expect(await outcome(at, second, "migrate_region")).toBe(normal(both[1]?.error?.message ?? ""));
    const seen = await watch(at, { state: () => state(at, id) }, 300);
    expectRecorded(shown(scene(version, { label: "twice at once" }), "state"), seen["state"]);
  });

  test("scene: second submission to another target while running", async () => {
    const at = await filled(version);
    const line = scene(version, { note: "second submission to another target while running" });
    const source = placement[version][2] as number;
    const [one, two] = [0, 1, 2].filter((peer) => peer !== source) as [number, number];
    const id = await migrate(at, 2, source, one);
    await at.clock.advance(5);
    expect(await outcome(at, migrate(at, 2, source, two), "migrate_region")).toBe(normal((line["m2"] as Answer).error?.message ?? ""));
    const seen = await watch(at, { state: () => state(at, id) }, 300);
    expectRecorded(shown(scene(version, { label: "while running" }), "state"), seen["state"]);
  });

  test("scene: five at once", async () => {
    const at = await filled(version);
    const targets = placement[version].map((source) => (source + 1) % 3);
    const ids = await Promise.all(placement[version].map((source, number) => migrate(at, number, source, targets[number] as number)));
    const seen = await watch(at, { peers: () => JSON.stringify(peers(at, at.table)) }, 300, 1);
    const recorded = scene(version, { label: "five at once" });
    const statuses = recorded.timeline?.flatMap(({ peers: rows }) => (rows === undefined ? [] : recordedPeers(rows).map(([, , status]) => status)));
    // The recorder saw a region DOWNGRADING at its old leader while others of the table had moved.
    expect(statuses).toContain("DOWNGRADING");
    const mixed = (seen["peers"] ?? []).map((text) => JSON.parse(text) as [number, string, string][]).find((rows) => rows.some(([, , status]) => status === "DOWNGRADING"));
    expect(mixed?.every(([number, leader, status]) => Number(leader) === (status === "DOWNGRADING" ? placement[version][number] : targets[number]) || status === "ALIVE")).toBe(true);
    expect(mixed?.some(([number, leader]) => Number(leader) === targets[number])).toBe(true);
    expect(peers(at, at.table).map(([, leader]) => Number(leader))).toEqual(targets);
    const infos = await Promise.all(ids.map((id) => at.model.procedure(id)));
    expect(infos.map(({ status }) => status)).toEqual(Array(5).fill("Done"));
    // In parallel: the last began before the first ended.
    expect(Math.max(...infos.map(({ startedAtMs }) => startedAtMs))).toBeLessThan(Math.min(...infos.map(({ endedAtMs }) => endedAtMs)));
    expect(await count(at)).toBe(500);
  });

  test("scenes: drop right after submit, drop after submit, migrate a dropped region, events", async () => {
    const at = await filled(version);
    const gone = await tableAt(at, "gone", [from]);
    const id = await at.model.migrateRegion(BigInt(gone.tableId) << 32n, BigInt(from), BigInt(to), 60);
    const submittedAt = at.clock.now();
    const dropped = outcome(at, at.model.dropTable(gone.tableId));
    const seen = await watch(at, { state: () => state(at, id) }, 16_000, 20);
    expect(await dropped).toBe("ok");
    const recorded = shown(scene(version, { label: "drop after submit" }), "state");
    expectRecorded(recorded, seen["state"]);
    expect(seen["state"]?.map((text) => text.replace(/,"error.*/, "}"))).toEqual(['{"status":"Running"}', '{"status":"PrepareRollback"}', '{"status":"RollingBack"}']);
    const again = outcome(at, at.model.migrateRegion(BigInt(gone.tableId) << 32n, BigInt(from), BigInt(to), 60), "migrate_region");
    expect(await again).toBe(normal(scene(version, { note: "migrate a dropped region" }).error?.message ?? ""));
    // The recorded events of the stuck procedure: PrepareRollback, then RollingBack after 0.5, 1, 2, 4, 8 … s.
    const events = at.model.events().filter(({ procedureId }) => procedureId === id);
    expect(events.map(({ status }) => status)).toEqual(["Running", "PrepareRollback", "RollingBack", "RollingBack", "RollingBack", "RollingBack", "RollingBack"]);
    const gaps = events.slice(1).map(({ atMs }, index, all) => atMs - (index === 0 ? submittedAt : (all[index - 1]?.atMs as number)));
    expect(gaps.slice(1)).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
    expect(gaps[0]).toBeLessThan(100);
  });

  test("scene: drop answers at once, on 1.0.2 after four seconds", async () => {
    const at = await filled(version);
    await migrate(at, 0, from, to);
    const since = at.clock.now();
    await at.clock.until(at.model.dropTable(at.table.tableId));
    const took = at.clock.now() - since;
    if (version === "1.0.2") expect(took).toBeGreaterThan(3_900);
    else expect(took).toBeLessThan(200);
  });

  test("scene: alter right after submit", async () => {
    const at = await filled(version);
    const id = await migrate(at, 0, from, to);
    const columns = [...at.table.schema.columns, { name: "extra", type: "INT", nullable: true, semantic: "FIELD" as const, defaultSql: null, comment: null, indexes: [] }];
    const altered = outcome(at, at.model.alterTable(at.table.tableId, { ...at.table.schema, columns }));
    const seen = await watch(at, { read: () => read(at), state: () => state(at, id) }, 300, 1);
    expect(await altered).toBe("ok");
    expectRecorded(shown(scene(version, { label: "alter" }), "state"), seen["state"]);
    const reads = shown(scene(version, { label: "alter" }), "read");
    expect(seen["read"]).toEqual(expect.arrayContaining([...reads]));
    // The only refusal of a read is the one that was recorded on 1.1.4.
    const refusedRead = outcomeText("(EngineExecuteQuery): Failed to decode DataFusion plan: Region 4518305595392(1052, 0) not ready");
    expect(new Set(seen["read"])).toEqual(new Set(["ok", refusedRead]));
    expect((await at.model.scan(at.table.tableId, 0))[0]).toHaveLength(4);
  });

  test("scenes: region_peers read at once after Done, 12 moves; procedure_state asked at once after submit", async () => {
    const at = await filled(version);
    const recorded = scene(version, { label: "region_peers read at once after Done, 12 moves" })["stale"] as readonly { readonly states: readonly string[]; readonly seen_right_after_done: readonly string[] }[];
    expect(recorded).toHaveLength(12);
    for (const { states, seen_right_after_done } of recorded) {
      const source = Number(peers(at, at.table)[3]?.[1]);
      const target = (source + 1) % 3;
      const id = await migrate(at, 3, source, target);
      const seen = [await state(at, id)];
      while (!seen.at(-1)?.includes("Done")) {
        await at.clock.advance(1);
        const now = await state(at, id);
        if (now !== seen.at(-1)) seen.push(now);
      }
      expect(seen).toEqual(states);
      expect([String(peers(at, at.table)[3]?.[1]), peers(at, at.table)[3]?.[2]]).toEqual([String(target), seen_right_after_done[3]]);
    }
    expect(scene(version, { label: "procedure_state asked at once after submit" })["first"]).toBe('{"status":"Running"}');
    expect(await count(at)).toBe(500);
  });

  test("scene: another frontend right after Done", async () => {
    const at = await filled(version);
    const recorded = scene(version, { label: "another frontend right after Done" })["res"] as readonly { readonly reads_until_new: number; readonly write_through_other: string }[];
    for (const { reads_until_new, write_through_other } of recorded) {
      const source = Number(peers(at, at.table)[4]?.[1]);
      const id = await migrate(at, 4, source, (source + 2) % 3);
      while ((await state(at, id)) !== '{"status":"Done"}') await at.clock.advance(1);
      expect([Number(peers(at, at.table)[4]?.[1]), reads_until_new]).toEqual([(source + 2) % 3, 1]);
      expect(await write(at, 4)).toBe(write_through_other);
    }
  });
});

function peersWith(leaders: readonly number[], number: number, leader: number): readonly (readonly [number, string, string])[] {
  return leaders.map((peer, index) => [index, String(index === number ? leader : peer), "ALIVE"]);
}
