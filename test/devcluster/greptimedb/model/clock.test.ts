import { closableClock, realClock, virtualClock } from "../../../../src/devcluster/clock";
import { createClusterModel } from "../../../../src/devcluster/greptimedb/model/cluster-model";
import { locks, regionLock, tableLock } from "../../../../src/devcluster/greptimedb/model/locks";
import { schema } from "./helpers";

describe("virtual time", () => {
  test("timers fire by due time, then in order of registration, and promises settle between them", async () => {
    const clock = virtualClock(0);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`c ${clock.now()}`));
    clock.after(10, () => {
      seen.push(`a ${clock.now()}`);
      void Promise.resolve().then(() => Promise.resolve()).then(() => seen.push(`a's promise ${clock.now()}`));
    });
    clock.after(10, () => seen.push(`b ${clock.now()}`));
    const cancel = clock.after(15, () => seen.push("cancelled"));
    cancel();
    await clock.advance(20);
    expect(seen).toEqual(["a 10", "a's promise 10", "b 10", "c 20"]);
    expect(clock.now()).toBe(20);
  });

  test("runUntilIdle passes over background work and stops when only that is left", async () => {
    const clock = virtualClock(0);
    const tick = (): void => void clock.after(7, tick, true);
    tick();
    let done = false;
    clock.after(100, () => (done = true));
    expect(await clock.runUntilIdle()).toBe(100);
    expect(done).toBe(true);
    expect(await clock.runUntilIdle()).toBe(0);
  });

  test("until gives up at its limit", async () => {
    await expect(virtualClock().until(new Promise(() => undefined), 10, 1_000)).rejects.toThrow("Nothing settled");
  });
});

test("a closed clock runs nothing more", async () => {
  const virtual = virtualClock();
  const { clock, close } = closableClock(virtual);
  let ran = 0;
  clock.after(1, () => ran++);
  await virtual.advance(1);
  clock.after(1, () => ran++);
  close();
  clock.after(1, () => ran++);
  await virtual.advance(10);
  expect(ran).toBe(1);
});

test("the cluster runs in real time and can be closed", async () => {
  const model = createClusterModel({ version: "1.1.4", clock: realClock(), durations: { createTable: 4 } });
  const table = await model.createTable(schema("t", 1));
  const id = await model.migrateRegion(BigInt(table.tableId) << 32n, model.routes()[0]?.leader ?? 0n, 2n, 60);
  for (let poll = 0; poll < 100 && (await model.procedure(id)).status === "Running"; poll++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await model.procedure(id)).status).toBe("Done");
  model.close();
});

describe("locks", () => {
  test("writers exclude, readers share, and nobody overtakes", async () => {
    const held = locks();
    const order: string[] = [];
    const take = async (name: string, mode: "Share" | "Exclusive"): Promise<() => void> => {
      const release = await held.acquire([tableLock(1, mode)]);
      order.push(name);
      return release;
    };
    const first = await take("reader 1", "Share");
    const second = await take("reader 2", "Share");
    const writer = take("writer", "Exclusive");
    const late = take("late reader", "Share");
    await new Promise(setImmediate);
    expect(order).toEqual(["reader 1", "reader 2"]);
    first();
    second();
    (await writer)();
    (await late)();
    expect(order).toEqual(["reader 1", "reader 2", "writer", "late reader"]);
    (await held.acquire([tableLock(1), regionLock(5n)]))();
  });
});
