import fc from "fast-check";
import { EVENT_CODES } from "../../../src/convergence/events";
import { afterSuccess, currentLimits, narrowed, openWindow } from "../../../src/convergence/moves/window";

const limits = { outgoing: 4, incoming: 8, cluster: 16 };

describe("the window", () => {
  test("starts with one move per datanode and as many as there are datanodes", () => {
    expect(currentLimits(openWindow(limits, 3))).toEqual({ outgoing: 1, incoming: 1, cluster: 3 });
    expect(currentLimits(openWindow(limits, 100)).cluster).toBe(16);
  });

  test("widens up to the limits while moves stay as fast", () => {
    let window = openWindow(limits, 3);
    for (let move = 0; move < 200; move += 1) window = afterSuccess(window, 100);
    expect(currentLimits(window)).toEqual(limits);
  });

  test("does not widen while moves are slower than the first ones", () => {
    let window = openWindow(limits, 3);
    for (let move = 0; move < 3; move += 1) window = afterSuccess(window, 1_000);
    const widened = currentLimits(window);
    expect(widened).toEqual({ outgoing: 2, incoming: 2, cluster: 4 });
    for (let move = 0; move < 100; move += 1) window = afterSuccess(window, 5_000);
    expect(currentLimits(window)).toEqual(widened);
  });

  test("halves once per cause and never goes below one", () => {
    let window = openWindow(limits, 16);
    for (let move = 0; move < 200; move += 1) window = afterSuccess(window, 100);
    const once = narrowed(window, 10_000);
    expect(currentLimits(once)).toEqual({ outgoing: 4, incoming: 4, cluster: 8 });
    expect(narrowed(once, 12_000)).toBe(once);
    let least = once;
    for (let time = 20_000; time < 200_000; time += 10_000) least = narrowed(least, time);
    expect(currentLimits(least)).toEqual({ outgoing: 1, incoming: 1, cluster: 1 });
  });

  test("never exceeds the limits, whatever happens", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(5_000), fc.constant("narrow" as const)), { maxLength: 300 }),
        fc.integer({ min: 1, max: 50 }),
        (steps, datanodes) => {
          let window = openWindow(limits, datanodes);
          steps.forEach((step, index) => {
            window = step === "narrow" ? narrowed(window, index * 1_000) : afterSuccess(window, step);
            const now = currentLimits(window);
            expect(now.outgoing >= 1 && now.outgoing <= limits.outgoing).toBe(true);
            expect(now.incoming >= 1 && now.incoming <= limits.incoming).toBe(true);
            expect(now.cluster >= 1 && now.cluster <= limits.cluster).toBe(true);
          });
        },
      ),
    );
  });
});

test("every event code has an explanation that ends in a full stop", () => {
  for (const [code, meaning] of Object.entries(EVENT_CODES))
    expect([code, meaning]).toEqual([code, expect.stringMatching(/^[A-Z].*\.$/)]);
});
