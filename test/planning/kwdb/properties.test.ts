import fc from "fast-check";
import { sameTarget } from "../../../src/topology/kwdb/format-zone-target";
import { inheritedValues } from "../../../src/topology/kwdb/zone-inheritance";
import { sameValues } from "../../../src/topology/kwdb/zone-values";
import { ownValuesOf } from "../../../src/planning/kwdb/desired-zones";
import { driftOfKwdb } from "../../../src/planning/kwdb/drift";
import type { ObservedKwdbCluster } from "../../../src/planning/kwdb/observed";
import {
  NO_ORIGINALS,
  recordOriginals,
  recordRebalance,
  type KwdbOriginals,
} from "../../../src/planning/kwdb/originals";
import { isEmptyKwdbPlan, type KwdbPlan } from "../../../src/planning/kwdb/plan";
import { kwdbPlanToJson, originalsToJson, parseKwdbPlan, parseOriginals } from "../../../src/planning/kwdb/plan-json";
import { planKwdb } from "../../../src/planning/kwdb/plan-kwdb";
import { DiagnosticError } from "../../../src/topology/diagnostic";
import { validCluster } from "../../topology/kwdb/arbitraries";
import { applyToModel, freshCluster } from "./model";

interface State {
  readonly observed: ObservedKwdbCluster;
  readonly originals: KwdbOriginals;
}

/** What a surface does with a plan: record, then change, then remember the rebalances. */
function carryOut({ observed, originals }: State, plan: KwdbPlan): State {
  const recorded = recordOriginals(originals, plan.changes);
  const done = plan.changes.reduce(
    (known, change) => (change.kind === "rebalance" ? recordRebalance(known, change) : known),
    recorded,
  );
  return { observed: plan.changes.reduce(applyToModel, observed), originals: done };
}

/** Declarations that this cluster can take: the generator knows nothing of what they inherit from each other. */
const planned = (cluster: Parameters<typeof planKwdb>[0]["cluster"], { observed, originals }: State): KwdbPlan =>
  planKwdb({ cluster, observed, recordedOriginals: originals });

const fresh: State = { observed: freshCluster(), originals: NO_ORIGINALS };

describe("KWDB plans", () => {
  test("what is applied plans to nothing, from any state that plans leave behind, and the server refuses none of it", () => {
    fc.assert(
      fc.property(validCluster, validCluster, (before, after) => {
        let state = fresh;
        for (const cluster of [before, after]) {
          const plan = planned(cluster, state);
          state = carryOut(state, plan);
          const again = planned(cluster, state);
          expect(again.changes).toEqual([]);
          expect(
            again.blocked.map(({ code }) => code).filter((code) => !plan.blocked.some((known) => known.code === code)),
          ).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("destroying everything puts the system's zones and the settings back and leaves no zone of ours", () => {
    fc.assert(
      fc.property(validCluster, (cluster) => {
        const plan = planned(cluster, fresh);
        const applied = carryOut(fresh, plan);
        const end = carryOut(applied, planned({ ...cluster, zones: [], settings: [], rebalances: [] }, applied));
        expect(end.observed.settings).toEqual(fresh.observed.settings);
        expect(end.observed.zones.length).toBe(fresh.observed.zones.length);
        const own = ownValuesOf(fresh.observed);
        for (const zone of end.observed.zones) {
          const original = fresh.observed.zones.find(({ target }) => sameTarget(target, zone.target));
          expect(original && sameValues(zone.own, original.own, inheritedValues(zone.target, own))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("each change and its inverse cancel out", () => {
    fc.assert(
      fc.property(validCluster, (cluster) => {
        for (const change of planned(cluster, fresh).changes) {
          if (change.kind === "rebalance" || change.inverse === null) continue;
          const back = applyToModel(applyToModel(fresh.observed, change), change.inverse);
          const same = back.zones.every((zone) => {
            const original = fresh.observed.zones.find(({ target }) => sameTarget(target, zone.target));
            return original !== undefined && sameValues(zone.own, original.own, {});
          });
          expect(same && back.zones.length === fresh.observed.zones.length).toBe(true);
        }
      }),
    );
  });

  test("the order of lists does not matter", () => {
    fc.assert(
      fc.property(validCluster, fc.infiniteStream(fc.nat()), (cluster, numbers) => {
        const shuffle = <T>(items: readonly T[]): readonly T[] => {
          const keyed = items.map((item) => [numbers.next().value as number, item] as const);
          return keyed.sort(([a], [b]) => a - b).map(([, item]) => item);
        };
        const { observed } = fresh;
        if (observed.nodes.kind !== "read" || observed.settings.kind !== "read")
          throw new Error("the model is read by an administrator");
        const mixed: ObservedKwdbCluster = {
          ...observed,
          zones: shuffle(observed.zones),
          databases: shuffle(observed.databases),
          tables: shuffle(observed.tables),
          nodes: { kind: "read", value: shuffle(observed.nodes.value) },
          settings: { kind: "read", value: shuffle(observed.settings.value) },
        };
        const reordered = { ...cluster, zones: shuffle(cluster.zones), settings: shuffle(cluster.settings) };
        expect(kwdbPlanToJson(planKwdb({ cluster: reordered, observed: mixed }))).toBe(
          kwdbPlanToJson(planKwdb({ cluster, observed })),
        );
      }),
    );
  });

  test("plans and originals survive JSON", () => {
    fc.assert(
      fc.property(validCluster, (cluster) => {
        const plan = planned(cluster, fresh);
        const text = kwdbPlanToJson(plan);
        expect(kwdbPlanToJson(parseKwdbPlan(text))).toBe(text);
        expect(parseKwdbPlan(text).changes).toEqual(plan.changes);
        const { originals } = carryOut(fresh, plan);
        expect(parseOriginals(originalsToJson(originals))).toEqual(originals);
      }),
    );
  });

  test("an empty plan has no drift, and a plan with changes has some", () => {
    fc.assert(
      fc.property(validCluster, (cluster) => {
        const plan = planned(cluster, fresh);
        expect(driftOfKwdb(plan).length === 0).toBe(isEmptyKwdbPlan(plan));
      }),
    );
  });

  test.each([
    ["{", "PLAN_FILE_INVALID"],
    ["{}", "PLAN_FILE_VERSION"],
    ['{"formatVersion":1,"cluster":"kw","engine":"greptimedb"}', "PLAN_FILE_INVALID"],
    [
      '{"formatVersion":1,"cluster":"kw","engine":"kwdb","basis":"","changes":[{"kind":"configure-zone","target":"RANGE foo","reason":"","inverse":null}]}',
      "PLAN_FILE_INVALID",
    ],
    [
      '{"formatVersion":1,"cluster":"kw","engine":"kwdb","basis":"","changes":[{"kind":"configure-zone","target":"RANGE meta","reason":"","inverse":null,"before":null,"after":{"num_replicas":"x"}}]}',
      "PLAN_FILE_INVALID",
    ],
  ])("a plan that is none is refused: %s", (text, code) => {
    expect(() => parseKwdbPlan(text)).toThrow(DiagnosticError);
    try {
      parseKwdbPlan(text);
    } catch (error) {
      expect((error as DiagnosticError).diagnostics[0]?.code).toBe(code);
    }
  });
});
