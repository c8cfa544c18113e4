import { put } from "../model/helpers";
import { VERSIONS, normal, scene, shown } from "./recording";
import type { Answer, Version } from "./recording";
import { count, expectRecorded, leaderOf, migrate, outcome, peers, read, recordedPeers, stage, state, watch, write } from "./stage";
import type { Stage } from "./stage";

interface Cast {
  readonly leaders: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** Who leads what when the recorded scene begins, and the recorded move. */
function cast(version: Version, peersOf: { readonly label: string } | { readonly note: string }, move: string): Cast {
  const line = scene(version, peersOf);
  const rows = line["peers"] ?? line.timeline?.find((moment) => moment["peers"] !== undefined)?.["peers"];
  const leaders = recordedPeers(rows).map(([, leader]) => Number(leader));
  const [, from, to] = /migrate_region\(\d+, (\d+), (\d+), \d+\)/.exec(move) ?? [];
  return { leaders, from: Number(from), to: Number(to) };
}

/** Two flushed rows and some that are only in the leader's memory, in region 0. */
async function withRows(at: Stage, unflushed: number): Promise<void> {
  await at.model.write(at.table.tableId, 0, [put("f1", "a", 1, 1n), put("f2", "a", 2, 2n)]);
  await at.clock.until(at.model.flushRegion(BigInt(at.table.tableId) << 32n));
  for (let row = 0; row < unflushed; row++) await at.model.write(at.table.tableId, 0, [put(`u${row}`, "a", 1, 1n)]);
}

const rowsOf = async (at: Stage, number: number): Promise<string> => {
  try {
    return `[["${(await at.model.scan(at.table.tableId, number)).length}"]]`;
  } catch (error) {
    return outcome(at, Promise.reject(error as Error));
  }
};
const peersText = (at: Stage): string => JSON.stringify(peers(at, at.table));

describe.each(VERSIONS)("datanodes that die or hang, %s", (version) => {
  test("scenes: kill -9 of a datanode, datanode dead, datanode back", async () => {
    const killed = version === "1.0.2" ? 0 : 1;
    const line = scene(version, { note: `kill -9 of datanode ${killed}` });
    const leaders = recordedPeers(line["peers"]).map(([, leader]) => Number(leader));
    const at = await stage(version, leaders);
    const [away, onto] = version === "1.0.2" ? [1, 0] : [0, 1];
    await at.model.write(at.table.tableId, 0, [put("a", "a", 1, 1n), put("b", "b", 2, 2n), put("c", "c", 3, 3n)]);
    await at.clock.until(at.model.flushRegion(BigInt(at.table.tableId) << 32n));
    at.model.faults.killDatanode(BigInt(killed));
    await at.clock.advance(20);

    const once = (number: number, source: number, target: number) => async (): Promise<string> => {
      const text = await outcome(at, migrate(at, number, source, target), "migrate_region");
      return text === "ok" ? "submitted" : text;
    };
    const recorded = scene(version, { label: "datanode dead" });
    const seen = await watch(at, {
      write: () => (leaderOf(at, at.table, 0) === BigInt(killed) ? write(at) : "ok"),
      read: () => rowsOf(at, 0),
      peers: () => peersText(at),
      away: once(0, killed, away),
      onto: once(1, leaders[1] as number, onto),
      node: () => nodeAge(at, killed),
    }, 29_000, 1_150);
    expectRecorded(shown(recorded, "write"), seen["write"]);
    expectRecorded(shown(recorded, "read").slice(0, 2), seen["read"]);
    expectRecorded(shown(recorded, "away"), seen["away"]);
    const recordedPeerTexts = recorded.timeline?.flatMap((moment) => (moment["peers"] === undefined ? [] : [JSON.stringify(recordedPeers(moment["peers"]))]));
    expect(seen["peers"]).toEqual(recordedPeerTexts);
    // A move onto the dead datanode is accepted, fails within two seconds, may be submitted again, until its lease is over.
    expect(new Set(seen["onto"])).toEqual(new Set(shown(recorded, "onto")));
    expect(seen["onto"]?.at(-1)).toBe(shown(recorded, "onto").at(-1));
    // Its row stays, only older.
    expect(seen["node"]?.at(-1)).toMatch(/^(28|29|3\d)s$/);
    expect((await at.model.nodes()).filter(({ kind }) => kind === "DATANODE")).toHaveLength(3);

    at.model.faults.restartDatanode(BigInt(killed));
    await at.clock.advance(3_000);
    const back = scene(version, { label: "datanode back" });
    expect([await write(at), peersText(at)]).toEqual([shown(back, "write")[0], JSON.stringify(recordedPeers(back.timeline?.[0]?.["peers"]))]);
    expect(await rowsOf(at, 0)).toBe(shown(back, "read")[0]);
  });

  test("scenes: target killed right after submit, submit to the target just killed, target back", async () => {
    const line = (version === "1.0.2" ? scene(version, { note: "target 1 killed right after submit" }) : scene(version, { note: "target 0 killed right after submit" }))["m"] as Answer;
    const { leaders, from, to } = cast(version, { label: "target killed" }, line.sql ?? "");
    const at = await stage(version, leaders, { jitter: 0 });
    const id = await migrate(at, 0, from, to, 20);
    // On 1.0.2 the kill came when the source was already downgraded, on 1.1.4 while the target opened the region.
    await at.clock.advance(version === "1.0.2" ? 70 : 10);
    at.model.faults.killDatanode(BigInt(to));
    const second = version === "1.0.2" ? 2 : 1;
    const id2 = await migrate(at, second, leaders[second] as number, to, 20);
    const seen = await watch(at, { state: () => state(at, id), state2: () => state(at, id2), write: () => write(at), peers: () => peersText(at) }, 2_500, 5);
    const recorded = scene(version, { label: "target killed" });
    expectRecorded(shown(recorded, "state"), seen["state"]);
    expectRecorded(shown(recorded, "state2"), seen["state2"]);
    expectRecorded(shown(recorded, "write"), seen["write"]);
    expect(seen["peers"]).toHaveLength(1);
    at.model.faults.restartDatanode(BigInt(to));
    await at.clock.advance(3_000);
    const back = scene(version, { label: "target back" });
    expect([await state(at, id), await state(at, id2)]).toEqual([shown(back, "state")[0], shown(back, "state2")[0]]);
    expect(peersText(at)).toBe(JSON.stringify(recordedPeers(back.timeline?.[0]?.["peers"])));
  });

  test("scenes: source killed during the move, source back: Done, and the unflushed rows are gone for good", async () => {
    const note = version === "1.0.2" ? "source 0 stopped, then move submitted, then source killed" : "source 1 stopped, then move submitted, then source killed";
    const { leaders, from, to } = cast(version, { label: "source killed during the move" }, (scene(version, { note })["m"] as Answer).sql ?? "");
    const at = await stage(version, leaders);
    await withRows(at, 2);
    at.model.faults.hangDatanode(BigInt(from));
    const id = await migrate(at, 0, from, to, 20);
    await at.clock.advance(5);
    at.model.faults.killDatanode(BigInt(from));
    const since = at.clock.now();
    const seen = await watch(at, { state: () => state(at, id), read: () => rowsOf(at, 0), peers: () => peersText(at) }, 12_000, 50);
    const recorded = scene(version, { label: "source killed during the move" });
    expectRecorded(shown(recorded, "state"), seen["state"]);
    expectRecorded(shown(recorded, "read"), seen["read"]);
    expect(seen["peers"]).toEqual(recorded.timeline?.flatMap((moment) => (moment["peers"] === undefined ? [] : [JSON.stringify(recordedPeers(moment["peers"]))])));
    const { endedAtMs } = await at.model.procedure(id);
    // Until the source's lease is over: ten seconds from its last heartbeat.
    expect(endedAtMs - since).toBeGreaterThan(6_500);
    expect(endedAtMs - since).toBeLessThan(10_300);
    at.model.faults.restartDatanode(BigInt(from));
    await at.clock.advance(10_000);
    expect(await rowsOf(at, 0)).toBe(shown(scene(version, { label: "source back" }), "read")[0]);
    expect(await state(at, id)).toBe(scene(version, { note: "finished before the restart" })["state"]);
  });

  test("scene: flushed before, source killed during the move: nothing is lost", async () => {
    const note = "flush_region, then source stopped, move submitted, source killed";
    const { leaders, from, to } = cast(version, { label: "flushed before, source killed during the move" }, (scene(version, { note })["m"] as Answer).sql ?? "");
    const at = await stage(version, leaders);
    await withRows(at, 1);
    await at.clock.until(at.model.flushRegion(BigInt(at.table.tableId) << 32n));
    at.model.faults.hangDatanode(BigInt(from));
    const id = await migrate(at, 0, from, to, 20);
    await at.clock.advance(5);
    at.model.faults.killDatanode(BigInt(from));
    const seen = await watch(at, { state: () => state(at, id), read: () => rowsOf(at, 0) }, 12_000, 50);
    const recorded = scene(version, { label: "flushed before, source killed during the move" });
    expectRecorded(shown(recorded, "state"), seen["state"]);
    expectRecorded(shown(recorded, "read"), seen["read"]);
  });

  test("scenes: target hangs, target continues", async () => {
    const line = scene(version, { note: "target 0 hangs (SIGSTOP), replay_timeout 10" })["m"] as Answer;
    const { leaders, from, to } = cast(version, { label: "target hangs" }, line.sql ?? "");
    const at = await stage(version, leaders);
    at.model.faults.hangDatanode(BigInt(to));
    const id = await migrate(at, 0, from, to, 10);
    const other = 3 - from - to;
    const recorded = scene(version, { label: "target hangs" });
    const again = async (): Promise<string> => {
      const text = await outcome(at, migrate(at, 0, from, other, 10));
      return text === "ok" ? "submitted" : text.replace(/^\(\w+\): /, "");
    };
    const seen = await watch(at, { state: () => state(at, id), again }, 16_600, 25);
    expectRecorded(shown(recorded, "state"), seen["state"]);
    expect(seen["again"]?.filter((text, index, all) => text !== all[index - 2])).toEqual(shown(recorded, "again").slice(0, 2).concat(shown(recorded, "again").slice(2)));
    expect(peersText(at)).toBe(JSON.stringify(recordedPeers(recorded.timeline?.filter((moment) => moment["peers"] !== undefined).at(-1)?.["peers"])));
    at.model.faults.continueDatanode(BigInt(to));
    await at.clock.advance(3_500);
    const continued = scene(version, { label: "target continues" });
    expect(await state(at, id)).toBe(shown(continued, "state")[0]);
    expect(peersText(at)).toBe(JSON.stringify(recordedPeers(continued.timeline?.[0]?.["peers"])));
    expect([await write(at, 0), await write(at, 1), await write(at, 2)]).toEqual(["ok", "ok", "ok"]);
  });

  test("scenes: source hangs, source continues: the leader stays and no row is lost", async () => {
    const line = scene(version, { note: "source 2 hangs (SIGSTOP), replay_timeout 10" })["m"] as Answer;
    const { leaders, from, to } = cast(version, { label: "source hangs" }, line.sql ?? "");
    const at = await stage(version, leaders);
    await withRows(at, 1);
    at.model.faults.hangDatanode(BigInt(from));
    const id = await migrate(at, 0, from, to, 10);
    const seen = await watch(at, { state: () => state(at, id), peers: () => peersText(at) }, 13_000, 50);
    expectRecorded(shown(scene(version, { label: "source hangs" }), "state"), seen["state"]);
    expect(seen["peers"]).toHaveLength(1);
    at.model.faults.continueDatanode(BigInt(from));
    await at.clock.advance(100);
    const continued = scene(version, { label: "source continues" });
    expect([await state(at, id), await rowsOf(at, 0)]).toEqual([shown(continued, "state")[0], shown(continued, "read")[0]]);
    expect(await write(at)).toBe("ok");
    expect(await count(at)).toBe(4);
    expect(await read(at)).toBe("ok");
  });
});

async function nodeAge(at: Stage, peer: number): Promise<string> {
  const node = (await at.model.nodes()).find(({ peerId }) => peerId === BigInt(peer));
  const seconds = Math.floor((node?.activeMs ?? 0) / 1_000);
  return seconds < 4 ? "fresh" : normal(`${seconds}s`);
}
