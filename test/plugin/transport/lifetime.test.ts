import type { LifetimeOptions } from "../../../src/plugin/transport/lifetime";
import { watchLifetime } from "../../../src/plugin/transport/lifetime";

/** A process that writes down what happens to it, on virtual time. */
function fakeProcess(changes: Partial<LifetimeOptions> = {}) {
  const events: string[] = [];
  const state = { parent: 100 };
  const lifetime = watchLifetime({
    parent: () => state.parent,
    stop: () => events.push("stop"),
    idle: async () => undefined,
    close: async () => void events.push("close"),
    exit: (code) => events.push(`exit ${code}`),
    onEnd: (reason) => events.push(reason),
    ...changes,
  });
  return { events, state, lifetime };
}

const never = () => new Promise<void>(() => undefined);

describe("the end of a provider process", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test("after Shutdown it ends as soon as the connection is closed", async () => {
    const { events, lifetime } = fakeProcess();
    lifetime.connectionOpened();
    lifetime.shutdown();
    await jest.advanceTimersByTimeAsync(1);
    expect(events).toEqual(["shutdown requested", "stop"]);
    lifetime.connectionClosed();
    await jest.advanceTimersByTimeAsync(0);
    expect(events.slice(2)).toEqual(["close", "exit 0"]);
  });

  test("after Shutdown it does not wait long for the connection, nor for running operations, nor for close", async () => {
    const { events, lifetime } = fakeProcess({ idle: never, close: never });
    lifetime.connectionOpened();
    lifetime.shutdown();
    await jest.advanceTimersByTimeAsync(1_100);
    expect(events.at(-1)).toBe("exit 0");
  });

  test("a failing close does not keep it alive", async () => {
    const { events, lifetime } = fakeProcess({ close: () => Promise.reject(new Error("no")) });
    lifetime.shutdown();
    await jest.advanceTimersByTimeAsync(0);
    expect(events.at(-1)).toBe("exit 0");
  });

  test("another parent ends it within a second, without any connection", async () => {
    const { events, state } = fakeProcess();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(events).toEqual([]);
    state.parent = 1;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(events).toEqual(["the parent process is gone", "stop", "close", "exit 1"]);
  });

  test("a closed connection and another parent end it at once", async () => {
    const { events, state, lifetime } = fakeProcess();
    lifetime.connectionOpened();
    state.parent = 1;
    lifetime.connectionClosed();
    await jest.advanceTimersByTimeAsync(0);
    expect(events.at(-1)).toBe("exit 1");
  });

  test("a connection that comes back in time keeps it alive", async () => {
    const { events, lifetime } = fakeProcess();
    lifetime.connectionOpened();
    lifetime.connectionClosed();
    await jest.advanceTimersByTimeAsync(4_000);
    lifetime.connectionOpened();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(events).toEqual([]);
    lifetime.connectionClosed();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(events[0]).toBe("the connection was closed without a shutdown");
  });

  test("streams that end without Shutdown end it", async () => {
    const { events, lifetime } = fakeProcess();
    lifetime.connectionOpened();
    lifetime.streamEnded();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(events.at(-1)).toBe("exit 1");
  });

  test("an orphan lets running operations reach a safe point, for half a minute", async () => {
    const { events, lifetime } = fakeProcess({ idle: never });
    lifetime.lost("gone");
    await jest.advanceTimersByTimeAsync(29_000);
    expect(events).toEqual(["gone", "stop"]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(events.slice(2)).toEqual(["close", "exit 1"]);
  });

  test("it ends only once", async () => {
    const { events, lifetime } = fakeProcess();
    lifetime.lost("gone");
    lifetime.lost("gone again");
    lifetime.shutdown();
    lifetime.streamEnded();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(events).toEqual(["gone", "stop", "close", "exit 1"]);
  });
});
