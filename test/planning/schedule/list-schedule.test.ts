import * as fc from "fast-check";
import { leastMakespan, listSchedule, type TimedMoves } from "../../../src/planning/schedule/list-schedule";
import type { Move } from "../../../src/planning/change";
import { scheduleMoves } from "../../../src/planning/schedule/schedule";
import { datanodeId, regionIdOf, UNPARTITIONED } from "../../../src/topology/ids";
import type { MoveLimits } from "../../../src/topology/manifest";

/** Runs the moves in the given order, each as soon as a place is free, and fails when a limit is exceeded. */
function replay({ from, to, table, duration, limits }: TimedMoves, order: readonly number[]): number {
  const waiting = [...order];
  let running: { move: number; end: number }[] = [];
  let now = 0;
  const busy = (of: Int32Array, end: number): number => running.filter(({ move }) => of[move] === end).length;
  while (waiting.length + running.length > 0) {
    for (let index = 0; index < waiting.length && running.length < limits.cluster;) {
      const move = waiting[index]!;
      const legal =
        busy(from, from[move]!) < limits.outgoing &&
        busy(to, to[move]!) < limits.incoming &&
        (table === undefined || busy(table, table[move]!) === 0);
      if (!legal) index += 1;
      else {
        running.push({ move, end: now + duration[move]! });
        waiting.splice(index, 1);
      }
    }
    now = Math.min(...running.map(({ end }) => end));
    running = running.filter(({ end }) => end > now);
  }
  return now;
}

const limits: fc.Arbitrary<MoveLimits> = fc.record({
  outgoing: fc.integer({ min: 1, max: 3 }),
  incoming: fc.integer({ min: 1, max: 3 }),
  cluster: fc.integer({ min: 1, max: 9 }),
});
const problems: fc.Arbitrary<TimedMoves> = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(4), fc.nat(4), fc.nat(3), fc.integer({ min: 1, max: 50 })), {
      minLength: 1,
      maxLength: 60,
    }),
    limits,
    fc.boolean(),
  )
  .map(([moves, limit, serial]) => ({
    from: Int32Array.from(moves, ([from]) => from),
    to: Int32Array.from(moves, ([, to]) => to),
    ...(serial ? { table: Int32Array.from(moves, ([, , table]) => table) } : {}),
    duration: Float64Array.from(moves, ([, , , duration]) => duration),
    limits: limit,
  }));

test("starts every move once, ends no sooner than the bound, and within twice of it or the longest chain", () => {
  fc.assert(
    fc.property(problems, (moves) => {
      const { order, makespan } = listSchedule(moves);
      expect([...order].sort((a, b) => a - b)).toEqual([...moves.from.keys()]);
      const bound = leastMakespan(moves);
      expect(makespan).toBeGreaterThanOrEqual(Math.floor(bound));
      // A move waits only while its source, its target, its table or the cluster is busy.
      expect(makespan).toBeLessThanOrEqual((moves.table === undefined ? 4 : 5) * bound);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["all alike", () => 8],
  ["of any size", (next: (below: number) => number) => 1 + next(1024)],
  ["few large, many small", (next: (below: number) => number) => (next(10) === 0 ? 512 : 1 + next(16))],
  ["ever fewer ever larger", (next: (below: number) => number) => Math.floor(2048 / (1 + next(200)))],
] as const)("within a tenth of the bound, also when it is run from the list alone: %s", (_name, size) => {
  let state = 11;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
  const count = 900;
  for (const limit of [
    { outgoing: 1, incoming: 2, cluster: 16 },
    { outgoing: 4, incoming: 4, cluster: 64 },
    { outgoing: 1, incoming: 1, cluster: 64 },
  ]) {
    const moves: TimedMoves = {
      from: Int32Array.from({ length: count }, (_, move) => move % 100),
      to: Int32Array.from({ length: count }, () => next(10)),
      duration: Float64Array.from({ length: count }, () => size(next)),
      limits: limit,
    };
    const { order, makespan } = listSchedule(moves);
    const bound = leastMakespan(moves);
    expect(makespan / bound).toBeLessThanOrEqual(1.1);
    expect(replay(moves, order) / bound).toBeLessThanOrEqual(1.1);
  }
});

test("rounds of serial tables are at their bound on ordinary drains, and never more than a tenth above it", () => {
  let state = 5;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
  for (const [tables, count, sources, targets, limit] of [
    [20, 400, 20, 20, { outgoing: 1, incoming: 2, cluster: 16 }],
    [5, 200, 10, 10, { outgoing: 4, incoming: 4, cluster: 64 }],
    [200, 2_000, 50, 50, { outgoing: 1, incoming: 1, cluster: 64 }],
    [60, 900, 100, 10, { outgoing: 1, incoming: 2, cluster: 16 }],
  ] as const) {
    const moves = Array.from({ length: count }, (_, number): Move => ({
      kind: "move-region",
      table: { database: "public", name: `t${next(tables)}` },
      partition: UNPARTITIONED,
      region: regionIdOf(1024, number),
      from: datanodeId(next(sources)),
      to: datanodeId(1_000 + next(targets)),
      sizeBytes: null,
      reason: "drained",
    }));
    const { schedule } = scheduleMoves(moves, limit, true);
    expect(schedule.rounds.length).toBeGreaterThanOrEqual(schedule.minimumRounds);
    expect(schedule.rounds.length / schedule.minimumRounds).toBeLessThanOrEqual(1.1);
  }
});
