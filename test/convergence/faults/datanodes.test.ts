import { codes, outcomes, stage, type Stage } from "./wire";

jest.setTimeout(60_000);

describe("datanodes die while their regions move", () => {
  let s: Stage;
  afterEach(() => s.end());

  /** What every one of these runs must leave: no row gone, every region led by somebody who has it. */
  async function nothingLost(): Promise<void> {
    for (const datanode of [0n, 1n, 2n]) s.cluster.faults.restartDatanode(datanode);
    await s.clock.sleep(15_000);
    expect(await s.rows()).toBe(30n);
  }

  test("the source, before its move: it waits, is given up with the reason, and the others are made", async () => {
    s = await stage();
    const plan = await s.plan();
    s.cluster.faults.killDatanode(0n);
    await s.clock.sleep(11_000);
    const result = await s.run(plan, { terms: { verifyRows: "off" } });
    expect(codes(result)).toEqual(["MOVE_HELD"]);
    expect(result.diagnostics.map(({ detail }) => detail).join("\n")).toMatch(/Source datanode 0 does not answer; its unflushed rows would be lost/);
    expect(s.regions()[0]!.leader).toBe(0n);
    expect(s.regions()[1]!.leader).toBe(2n);
    await nothingLost();
  });

  test("the source, after its flush: nothing is lost, and the next run ends what is left", async () => {
    s = await stage({ limits: { outgoing: 1, incoming: 1, cluster: 1 } });
    const plan = await s.plan();
    s.at("MOVE_SUBMITTED", () => s.cluster.faults.killDatanode(0n));
    await s.run(plan, { terms: { verifyRows: "off" } });
    await nothingLost();
    const again = await s.run(await s.plan());
    expect(codes(again)).toEqual([]);
    expect(s.regions().map(({ leader }) => leader)).toEqual([1n, 2n, 0n]);
  });

  test("the target: the region stays where it was, the reason is named, the next run moves it", async () => {
    s = await stage({ limits: { outgoing: 1, incoming: 1, cluster: 1 } });
    const plan = await s.plan();
    let victim: bigint | null = null;
    s.at("MOVE_SUBMITTED", () => {
      const event = s.events.find(({ code }) => code === "MOVE_SUBMITTED") as { move: { to: bigint } };
      victim = event.move.to;
      s.cluster.faults.killDatanode(victim);
    });
    const result = await s.run(plan, { terms: { verifyRows: "off" } });
    expect(result.ok).toBe(false);
    expect(codes(result).length).toBeGreaterThan(0);
    expect(s.regions().filter(({ leader }) => leader === null)).toEqual([]);
    await nothingLost();
    const again = await s.run(await s.plan());
    expect(again.ok).toBe(true);
    expect(s.regions().map(({ leader }) => leader)).toEqual([1n, 2n, 0n]);
  });

  test("source and target: nothing more is sent to them", async () => {
    s = await stage();
    const plan = await s.plan();
    s.cluster.faults.killDatanode(0n);
    s.cluster.faults.killDatanode(1n);
    await s.clock.sleep(11_000);
    const result = await s.run(plan, { terms: { verifyRows: "off" } });
    expect(new Set(outcomes(result))).toEqual(new Set(["failed"]));
    expect(s.submissions()).toBe(0);
    await nothingLost();
  });

  test("failover takes the region meanwhile: it is left where it went, or taken from there by a fresh plan", async () => {
    s = await stage({ failover: true });
    const plan = await s.plan();
    s.cluster.faults.killDatanode(0n);
    for (let waited = 0; s.regions()[0]!.leader === 0n && waited < 120_000; waited += 2_000) await s.clock.sleep(2_000);
    const leader = s.regions()[0]!.leader;
    expect(leader).not.toBe(0n);
    const result = await s.run(plan, { terms: { verifyRows: "off" } });
    const first = result.moves.find(({ move }) => move.region === s.regions()[0]!.id)!;
    expect([first.outcome, first.diagnostic?.code]).toEqual(leader === 1n ? ["already-there", undefined] : ["failed", "LEADER_CHANGED"]);
    expect(s.regions()[0]!.leader).toBe(leader);
  });

  test("one that hangs and comes back in time is waited for", async () => {
    s = await stage();
    const plan = await s.plan();
    s.cluster.faults.loseHeartbeats(0n, true);
    await s.clock.sleep(7_500);
    s.clock.after(6_000, () => s.cluster.faults.loseHeartbeats(0n, false));
    const result = await s.run(plan);
    expect(result.ok).toBe(true);
    expect(s.events.some(({ code }) => code === "MOVE_WAITING" || code === "PAUSED")).toBe(true);
  });
});
