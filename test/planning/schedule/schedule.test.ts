import { scheduleMoves } from "../../../src/planning/schedule/schedule";
import { datanodeId, regionIdOf, UNPARTITIONED } from "../../../src/topology/ids";
import type { Move } from "../../../src/planning/change";

function move(number: number, from: number, to: number, table = "cpu"): Move {
  return {
    kind: "move-region",
    table: { database: "public", name: table },
    partition: UNPARTITIONED,
    region: regionIdOf(1024, number),
    from: datanodeId(from),
    to: datanodeId(to),
    sizeBytes: null,
    reason: "pinned",
  };
}

describe("scheduleMoves", () => {
  test("nothing to move has no rounds", () => {
    expect(scheduleMoves([], { outgoing: 1, incoming: 1, cluster: 1 })).toEqual({
      moves: [],
      schedule: { rounds: [], minimumRounds: 0 },
    });
  });

  test("one source empties one move at a time", () => {
    const moves = [move(0, 0, 1), move(1, 0, 2), move(2, 0, 3)];
    const { schedule } = scheduleMoves(moves, { outgoing: 1, incoming: 2, cluster: 16 });
    expect(schedule).toEqual({ rounds: [[0], [1], [2]], minimumRounds: 3 });
  });

  test("independent moves run together up to the cluster's limit", () => {
    const moves = [0, 1, 2, 3, 4].map((n) => move(n, n, n + 10));
    const { schedule } = scheduleMoves(moves, { outgoing: 1, incoming: 1, cluster: 2 });
    expect(schedule.minimumRounds).toBe(3);
    expect(schedule.rounds.map((round) => round.length)).toEqual([2, 2, 1]);
  });

  test("indexes count through the moves in the order of the rounds", () => {
    const moves = [move(0, 0, 1), move(1, 0, 2), move(2, 3, 1), move(3, 3, 2)];
    const result = scheduleMoves(moves, { outgoing: 1, incoming: 1, cluster: 16 });
    expect(result.schedule.rounds.flat()).toEqual([0, 1, 2, 3]);
    expect(new Set(result.moves)).toEqual(new Set(moves));
    expect(result.schedule.rounds).toHaveLength(2);
  });

  test("moves of one table never share a round when the server runs them one after another", () => {
    const moves = [move(0, 0, 1, "a"), move(1, 2, 3, "a"), move(2, 4, 5, "b")];
    const result = scheduleMoves(moves, { outgoing: 1, incoming: 1, cluster: 16 }, true);
    for (const round of result.schedule.rounds) {
      const tables = round.map((index) => result.moves[index]!.table.name);
      expect(new Set(tables).size).toBe(tables.length);
    }
    expect(result.schedule.minimumRounds).toBe(2);
    expect(result.schedule.rounds).toHaveLength(2);
  });

  test.each([
    ["1,100 datanodes, random", 100_000, 1_000, 1_100, { outgoing: 4, incoming: 4, cluster: 64 }],
    ["one datanode drained", 100_000, 1, 1_000, { outgoing: 1, incoming: 2, cluster: 16 }],
    ["onto a hundred new ones", 100_000, 1_000, 100, { outgoing: 1, incoming: 2, cluster: 64 }],
  ])("100,000 moves reach the bound: %s", (_name, count, sources, targets, limits) => {
    let seed = 7;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return (seed >>> 8) % below;
    };
    const moves = Array.from({ length: count }, (_, n) => move(n, next(sources), 10_000 + next(targets)));
    const { schedule } = scheduleMoves(moves, limits);
    expect(schedule.rounds.length).toBe(schedule.minimumRounds);
  });
});
