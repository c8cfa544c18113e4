import { schema } from "../model/helpers";
import { VERSIONS, normal, scene, shown } from "./recording";
import type { Answer, Version } from "./recording";
import { migrate, outcome, peers, read, recordedPeers, stage, state, watch, write } from "./stage";
import type { Stage } from "./stage";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";

interface HttpLine {
  readonly enabled?: boolean;
}

async function started(version: Version): Promise<Stage> {
  // On 1.1.4 the recorded metasrv came up later than two of the datanodes' heartbeats.
  return stage(version, version === "1.0.2" ? [0, 1, 2] : [1, 2, 0], { eventRecorder: false, metasrvStartupMs: version === "1.0.2" ? 50 : 2_200 });
}

describe.each(VERSIONS)("metasrv, %s", (version) => {
  test("scenes: metasrv dead, metasrv restarted, move after the restart", async () => {
    const at = await started(version);
    const [from, to] = version === "1.0.2" ? [0, 1] : [1, 0];
    const old = await migrate(at, 1, from === 0 ? 1 : 2, from);
    await at.clock.advance(300);
    expect(await state(at, old)).toBe('{"status":"Done"}');

    at.model.faults.killMetasrv();
    const recorded = scene(version, { note: "metasrv dead" })["l"] as readonly Answer[];
    const [migrateText, stateText, peersText, nodesText, readText, createText] = recorded.map(({ error }) => normal(error?.message ?? ""));
    const since = at.clock.now();
    const asked = at.clock.until(outcome(at, migrate(at, 0, from, to), "migrate_region"), 100);
    expect(await asked).toBe(migrateText);
    expect(at.clock.now() - since).toBe(9_000);
    expect(await at.clock.until(outcome(at, at.model.procedure(UNKNOWN), "procedure_state"), 100)).toBe(stateText);
    expect(await outcome(at, (async () => at.model.routes())())).toBe(peersText);
    expect(await at.clock.until(outcome(at, at.model.nodes()), 100)).toBe(nodesText);
    expect(await read(at)).toBe(readText);
    expect(await at.clock.until(outcome(at, at.model.createTable(schema("zz", 1))), 100)).toBe(createText);

    at.model.faults.restartMetasrv();
    const restarted = scene(version, { label: "metasrv restarted" });
    expect(await outcome(at, (async () => at.model.routes())())).toBe(peersText);
    const seen = await watch(at, {
      nodes: async () => JSON.stringify((await at.model.nodes()).filter(({ kind }) => kind === "DATANODE").map(({ peerId }) => String(peerId))),
      old: () => state(at, old),
    }, 4_000, 100);
    const first = JSON.parse(seen["nodes"]?.[0] ?? "") as readonly string[];
    const recordedFirst = restarted.timeline?.find((moment) => moment["nodes"] !== undefined)?.["nodes"] as readonly string[];
    expect(first).toHaveLength(recordedFirst.length);
    expect(seen["nodes"]?.at(-1)).toBe('["0","1","2"]');
    expect(new Set(seen["old"])).toEqual(new Set(shown(restarted, "old").map((text) => text)));
    expect(await at.model.procedures()).toEqual([]);
    expect(peers(at, at.table).map(([, , status]) => status)).toEqual(recordedPeers(restarted.timeline?.find(({ peers: rows }) => Array.isArray(rows))?.["peers"]).map(([, , status]) => status));

    const id = await migrate(at, 0, from, to);
    const after = await watch(at, { state: () => state(at, id) }, 300);
    expect(after["state"]).toEqual(shown(scene(version, { label: "move after restart" }), "state"));
    expect(await write(at)).toBe("ok");
  });

  test("a move that is under way goes on with the new leader, under its id", async () => {
    const at = await started(version);
    const [from, to] = version === "1.0.2" ? [0, 1] : [1, 0];
    const id = await migrate(at, 0, from, to);
    await at.clock.advance(40);
    at.model.faults.killMetasrv();
    await at.clock.advance(1_000);
    at.model.faults.restartMetasrv();
    await at.clock.advance(26_000);
    // Depending on the step it ends either way: the datanodes reconnect only with their next heartbeats.
    expect(["Done", "Failed"]).toContain((await at.model.procedure(id)).status);
    expect(await write(at)).toBe("ok");
  });

  test("scenes: procedure manager paused, create table while paused, resumed, same move after resume", async () => {
    const at = await started(version);
    const [from, to] = version === "1.0.2" ? [0, 1] : [1, 0];
    at.model.faults.pauseProcedureManager();
    const id = await migrate(at, 0, from, to);
    expect(await state(at, id)).toBe(shown(scene(version, { label: "paused: state" }), "state")[0]);
    const created = scene(version, { note: "create table while paused" })["r"] as Answer;
    expect(await outcome(at, at.model.createTable(schema("pz", 1)))).toBe(created.error?.message);
    await migrate(at, 0, from, to);
    at.model.faults.resumeProcedureManager();
    await at.clock.advance(1_000);
    expect(await state(at, id)).toBe(shown(scene(version, { label: "resumed: state" }), "state")[0]);
    expect(peers(at, at.table)[0]?.[1]).toBe(String(from));
    const again = await migrate(at, 0, from, to);
    await at.clock.advance(300);
    expect(await state(at, again)).toBe('{"status":"Done"}');
  });

  test("scene: migrate in maintenance mode", async () => {
    const at = await started(version);
    const [from, to] = version === "1.0.2" ? [0, 1] : [1, 0];
    at.model.faults.setMaintenance(true);
    const id = await migrate(at, 0, from, to);
    const recorded = scene(version, { label: "maintenance: state" });
    const seen = await watch(at, { state: () => state(at, id) }, 300);
    expectSame(seen["state"], shown(recorded, "state"));
    expect(JSON.parse(scene(version, { http: "POST /admin/maintenance/enable" }).body ?? "{}") as HttpLine).toEqual({ enabled: true });
    expect(peers(at, at.table)).toEqual(recordedPeers(recorded.timeline?.filter((moment) => moment["peers"] !== undefined).at(-1)?.["peers"]));
  });
});

const expectSame = (seen: readonly string[] | undefined, recorded: readonly string[]): void => expect(seen).toEqual(recorded);
