import fc from "fast-check";
import { byteSize } from "../../../src/topology/kwdb/byte-size";
import type { KwdbClusterDeclaration, ZoneConfigDeclaration } from "../../../src/topology/kwdb/cluster";
import type { Constraint, Constraints } from "../../../src/topology/kwdb/constraint";
import { seconds } from "../../../src/topology/kwdb/duration";
import { formatZoneTarget } from "../../../src/topology/kwdb/format-zone-target";
import { RANGE_NAMES, Target, isSystemTarget, type ZoneTarget } from "../../../src/topology/kwdb/zone-target";
import type { ZoneValues, ZoneVariable } from "../../../src/topology/kwdb/zone-values";

export const anyName = fc.oneof(
  fc.constantFrom("d", "t", "MyDb", "default", "a b", 'q"uote', "über", "x.y"),
  fc.string({ minLength: 1, maxLength: 8 }),
);

export const anyTarget: fc.Arbitrary<ZoneTarget> = fc.oneof(
  fc.constantFrom(...RANGE_NAMES).map(Target.range),
  anyName.map(Target.database),
  fc.tuple(anyName, anyName).map(([d, t]) => Target.table(d, t)),
  fc.tuple(anyName, anyName, anyName).map(([d, t, i]) => Target.index(d, t, i)),
  fc
    .tuple(anyName, anyName, anyName, fc.option(anyName, { nil: undefined }))
    .map(([d, t, p, i]) => Target.partition(d, t, p, i)),
);

/** Targets of the small cluster of the planning tests. */
export const liveTarget: fc.Arbitrary<ZoneTarget> = fc.oneof(
  fc.constantFrom(...RANGE_NAMES).map(Target.range),
  fc.constantFrom("d", "e", "system").map(Target.database),
  fc.constantFrom("t", "p").map((table) => Target.table("d", table)),
  fc.constantFrom("a", "b").map((partition) => Target.partition("d", "p", partition, "primary")),
);

const constraint = (requirement: Constraint["requirement"]): fc.Arbitrary<Constraint> =>
  fc.constantFrom("NODE1", "NODE2", "NODE3", "NODE4", "NODE5").map((value) => ({ requirement, key: "region", value }));

const perReplica: fc.Arbitrary<Constraints> = fc
  .uniqueArray(fc.constantFrom("NODE1", "NODE2", "NODE3"), { minLength: 1, maxLength: 3 })
  .map((nodes) => ({
    kind: "per-replica",
    groups: nodes.map((value) => ({ replicas: 1, constraints: [{ requirement: "required", key: "region", value }] })),
  }));

const anyConstraints: fc.Arbitrary<Constraints> = fc.oneof(
  perReplica,
  constraint("required").map((one): Constraints => ({ kind: "all-replicas", constraints: [one] })),
  fc
    .uniqueArray(constraint("prohibited"), { maxLength: 2, selector: ({ value }) => value })
    .map((constraints): Constraints => ({ kind: "all-replicas", constraints })),
);

const sizes = fc.constantFrom(
  { rangeMinBytes: byteSize(1_048_576), rangeMaxBytes: byteSize(5_242_880) },
  { rangeMinBytes: byteSize(268_435_456), rangeMaxBytes: byteSize(536_870_912) },
  { rangeMinBytes: byteSize(67_108_864) },
  { rangeMaxBytes: byteSize(1_073_741_824) },
  {},
);

/** Values that pass validation on a target. */
export function validValues(target: ZoneTarget): fc.Arbitrary<ZoneValues> {
  const common = fc
    .tuple(
      sizes,
      fc.record(
        {
          gcTtl: fc.integer({ min: 1, max: 100_000 }).map(seconds),
          tsMerge: fc.constantFrom(0, 300, 864_000).map(seconds),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([size, rest]): ZoneValues => ({ ...size, ...rest }));
  // System zones never get fewer replicas than they came with: those plans are blocked, which other tests look at.
  const replicas =
    isSystemTarget(target) || target.kind === "range"
      ? fc.constantFrom(undefined, 5, 7)
      : fc.constantFrom(undefined, 3, 4, 5, 7);
  const placed =
    target.kind === "partition"
      ? fc.record(
          {
            constraints: anyConstraints,
            leasePreferences: fc.array(fc.array(constraint("required"), { minLength: 1, maxLength: 1 }), {
              maxLength: 2,
            }),
          },
          { requiredKeys: [] },
        )
      : fc.constant({});
  return fc
    .tuple(common, replicas, placed)
    .map(([values, numReplicas, rest]) => ({
      ...values,
      ...(numReplicas === undefined ? {} : { numReplicas }),
      ...rest,
    }));
}

export const validZone: fc.Arbitrary<ZoneConfigDeclaration> = liveTarget.chain((target) =>
  validValues(target).chain((values) => {
    const free = (["gcTtl", "numReplicas"] as const satisfies readonly ZoneVariable[]).filter(
      (variable) => values[variable] === undefined,
    );
    const isDefault = target.kind === "range" && target.range === "default";
    // Copying replicas into a system zone could make them fewer.
    const copyable = isDefault
      ? []
      : isSystemTarget(target) || target.kind === "range"
        ? free.filter((variable) => variable !== "numReplicas")
        : free;
    return fc
      .subarray(copyable)
      .map((copyFromParent) => ({ target, values, copyFromParent, allowSystemRange: true, waitForReplicas: false }));
  }),
);

export const validCluster: fc.Arbitrary<KwdbClusterDeclaration> = fc
  .uniqueArray(validZone, { maxLength: 6, selector: ({ target }) => formatZoneTarget(target) })
  .chain((zones) =>
    fc
      .record({
        split: fc.option(fc.constantFrom("1", "10", "5"), { nil: undefined }),
        rate: fc.option(fc.constantFrom("8 MiB", "8388608", "8.0MiB"), { nil: undefined }),
        rebalance: fc.option(fc.constantFrom("1", "2"), { nil: undefined }),
      })
      .map(({ split, rate, rebalance }) => ({
        engine: "kwdb" as const,
        name: "kw",
        connection: {},
        zones,
        settings: [
          ...(split === undefined ? [] : [{ name: "kv.kvserver.ts_split_interval", value: split }]),
          ...(rate === undefined ? [] : [{ name: "kv.snapshot_rebalance.max_rate", value: rate }]),
        ],
        rebalances:
          rebalance === undefined
            ? []
            : [
                {
                  name: "spread",
                  target: Target.table("ts", "m"),
                  triggers: { round: rebalance },
                  replacePartitions: false,
                },
              ],
        reportUndeclaredZones: false,
      })),
  );
