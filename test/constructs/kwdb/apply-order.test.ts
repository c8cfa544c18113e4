import fc from "fast-check";

import { applyOrder, type Ordered } from "../../../src/constructs/kwdb/apply-order";
import { ClusterSetting, RangeRebalance, Zone, ZoneConfig } from "../../../src/index";
import { formatZoneTarget } from "../../../src/topology/kwdb/format-zone-target";
import { parentsOf, RANGE_NAMES, Target, type ZoneTarget } from "../../../src/topology/kwdb/zone-target";
import { declared } from "../support/kwdb";
import { removeTemporaryDirectories } from "../support/program";

afterAll(removeTemporaryDirectories);

test("settings, then parents, then their children, then rebalances, in whatever order they are declared", () => {
  const { resources } = declared((cluster, stack) => {
    new RangeRebalance(stack, "rebalance", { cluster, zone: Zone.ofDatabase("ts_db") });
    new RangeRebalance(stack, "rebalance-other", { cluster, zone: Zone.ofDatabase("other") });
    new ZoneConfig(stack, "partition", { cluster, zone: Zone.ofPartition("shop", "orders", "eu"), numReplicas: 3 });
    new ZoneConfig(stack, "table", { cluster, zone: Zone.ofTable("ts_db", "cpu"), numReplicas: 3 });
    new ZoneConfig(stack, "shop", { cluster, zone: Zone.ofDatabase("shop"), numReplicas: 3 });
    new ZoneConfig(stack, "database", { cluster, zone: Zone.ofDatabase("ts_db"), numReplicas: 3 });
    new ZoneConfig(stack, "meta", { cluster, zone: Zone.ofRange("meta"), numReplicas: 7, allowSystemRange: true });
    new ZoneConfig(stack, "default", { cluster, zone: Zone.ofRange("default"), numReplicas: 3 });
    new ClusterSetting(stack, "setting", { cluster, name: "kv.range_merge.queue_enabled", value: true });
  });
  const after = Object.fromEntries(
    ["zone_config", "cluster_setting", "range_rebalance"].flatMap((type) =>
      Object.entries(resources(type)).map(([name, resource]) => [
        name,
        ((resource["depends_on"] ?? []) as string[]).map((each) => each.replace(/^.*\./, "")),
      ]),
    ),
  );
  expect(after).toEqual({
    setting: [],
    default: ["setting"],
    meta: ["default"],
    database: ["default"],
    shop: ["default"],
    table: ["database"],
    partition: ["shop"],
    rebalance: ["database", "table"],
    "rebalance-other": ["default"],
  });
});

const target: fc.Arbitrary<ZoneTarget> = fc.oneof(
  fc.constantFrom(...RANGE_NAMES).map(Target.range),
  fc.constantFrom("d", "e").map(Target.database),
  fc.tuple(fc.constantFrom("d", "e"), fc.constantFrom("t", "u")).map(([d, t]) => Target.table(d, t)),
  fc.constantFrom("i", "j").map((index) => Target.index("d", "t", index)),
  fc.constantFrom("i", undefined).map((index) => Target.partition("d", "t", "p", index)),
);
const zone = target.map((each): Ordered => ({
  list: "zones",
  declaration: { target: each, values: {}, copyFromParent: [], allowSystemRange: true, waitForReplicas: false },
}));
const rebalance = target.map((each): Ordered => ({
  list: "rebalances",
  declaration: { name: "r", target: each, triggers: {}, replacePartitions: false },
}));
const setting: Ordered = { list: "settings", declaration: { name: "a.b", value: "1" } };
const nameOf = ({ list, declaration }: Ordered): string =>
  `${list} ${"target" in declaration ? formatZoneTarget(declaration.target) : declaration.name}`;
const program = fc
  .tuple(fc.nat(2), fc.uniqueArray(fc.oneof(zone, zone, rebalance), { maxLength: 20, selector: nameOf }))
  .chain(([settings, entries]) => {
    const all = [...entries, ...Array.from({ length: settings }, () => ({ ...setting }))];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });

test("whatever is declared, nothing waits for itself, and everything comes after what it depends on", () => {
  fc.assert(
    fc.property(program, (entries) => {
      const order = applyOrder(entries);
      expect(order.size).toBe(entries.length);
      const before = (entry: Ordered, path: readonly Ordered[] = []): ReadonlySet<Ordered> => {
        expect(path).not.toContain(entry);
        const direct = order.get(entry) ?? [];
        return new Set(direct.flatMap((each) => [each, ...before(each, [...path, entry])]));
      };
      for (const entry of entries) {
        const all = before(entry);
        expect(all.has(entry)).toBe(false);
        for (const other of entries) expect(all.has(other)).toBe(mustPrecede(other, entry));
      }
    }),
    { numRuns: 300 },
  );
});

/** The rule by itself: settings before all zones and rebalances, zones before those below, and before rebalances of what is around them. */
function mustPrecede(first: Ordered, second: Ordered): boolean {
  if (second.list === "settings" || first.list === "rebalances" || first === second) return false;
  if (first.list === "settings") return true;
  const [above, below] = [formatZoneTarget(first.declaration.target), second.declaration.target];
  const isAbove = parentsOf(below).some((parent) => formatZoneTarget(parent) === above);
  if (second.list === "zones") return isAbove;
  const [own, text] = [parentsOf(first.declaration.target).map(formatZoneTarget), formatZoneTarget(below)];
  return isAbove || above === text || own.includes(text);
}
