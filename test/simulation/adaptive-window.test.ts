import { drainAtOnce, drainWithin, leaseExpired, SLOW_DRAIN } from "../../bench/convergence-drain";

const CEILING = { outgoing: 64, incoming: 64, cluster: 64 };

describe("a drain of 200 regions on slow storage", () => {
  test("ends with the adaptive window, faster than one by one, with no lease expired", async () => {
    const single = await drainWithin({ outgoing: 1, incoming: 1, cluster: 1 });
    const adaptive = await drainWithin(CEILING);
    expect([single.moved, leaseExpired(single)]).toEqual([SLOW_DRAIN.regions, false]);
    expect([adaptive.moved, leaseExpired(adaptive)]).toEqual([SLOW_DRAIN.regions, false]);
    expect(adaptive.ms).toBeLessThan(single.ms / 2);
    expect(single.mostAtOnce).toBe(1);
  });

  test.each([1, 8])("ends with no lease expired when the storage serves %i operations at a time", async (parallel) => {
    const adaptive = await drainWithin(CEILING, { ...SLOW_DRAIN, parallel });
    expect([adaptive.moved, leaseExpired(adaptive)]).toEqual([SLOW_DRAIN.regions, false]);
  });

  test("fails with a fixed window of 128: leases expire, most regions are not moved", async () => {
    const fixed = await drainAtOnce(128);
    expect(leaseExpired(fixed)).toBe(true);
    expect(fixed.moved).toBeLessThan(SLOW_DRAIN.regions / 2);
    expect(fixed.mostAtOnce).toBe(128);
  });
});
