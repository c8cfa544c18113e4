import fc from "fast-check";
import { planRebalance } from "../../../../src/devcluster/kwdb/model/rebalance-plan";
import type { Range } from "../../../../src/devcluster/kwdb/model/ranges";

const range = (id: number, replicas: readonly number[], leaseHolder = replicas[0]!): Range => ({
  id, replicas, leaseHolder, start: "", pretty: "", end: "", endPretty: "", databaseName: "d", tableName: "t", tableId: 1, zoneId: 1, timeSeries: true, point: id, partition: null, queriesPerSecond: 0, sizeBytes: 0,
});

const counts = (homes: readonly { readonly replicas: readonly number[] }[], nodes: readonly number[]): readonly number[] => nodes.map((node) => homes.filter(({ replicas }) => replicas.includes(node)).length);

test("what is even already stays where it is", () => {
  const ranges = [range(1, [1, 2, 3]), range(2, [2, 3, 4], 2), range(3, [3, 4, 5], 3), range(4, [4, 5, 1], 4), range(5, [5, 1, 2], 5)];
  expect(planRebalance(ranges, [1, 2, 3, 4, 5], 3)).toEqual(ranges.map((r) => ({ range: r, replicas: r.replicas, lease: r.leaseHolder })));
});

test("replicas go to new nodes until the counts differ by one, leases follow", () => {
  const homes = planRebalance([1, 2, 3, 4].map((id) => range(id, [1, 2, 3], 1)), [1, 2, 3, 4, 5], 3);
  expect(Math.max(...counts(homes, [1, 2, 3, 4, 5])) - Math.min(...counts(homes, [1, 2, 3, 4, 5]))).toBeLessThanOrEqual(1);
  expect(new Set(homes.map(({ lease }) => lease)).size).toBeGreaterThan(1);
});

test("no replica is lost or doubled, the lease is with a replica, and no more moves are made than there are ranges", () => {
  const node = fc.integer({ min: 1, max: 6 });
  const replicas = fc.uniqueArray(node, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(replicas, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 5 }), (lists, wanted) => {
      const ranges = lists.map((list, i) => range(i, list));
      const homes = planRebalance(ranges, [1, 2, 3, 4, 5, 6], wanted);
      const moved = homes.reduce((sum, home, i) => sum + home.replicas.filter((n) => !lists[i]!.includes(n)).length, 0);
      expect(moved).toBeLessThanOrEqual(ranges.length);
      for (const [i, home] of homes.entries()) {
        expect(new Set(home.replicas).size).toBe(home.replicas.length);
        expect(home.replicas.length).toBe(Math.min(lists[i]!.length, wanted));
        expect(home.replicas).toContain(home.lease);
      }
    }),
  );
});
