import * as fc from "fast-check";
import { planPlacement, type PlacementProblem } from "../../src/planning/plan-placement";
import { tableKey } from "../../src/planning/table-key";
import type { RegionId } from "../../src/topology/ids";
import { after, cases, problemOf, ruleOf, type Case } from "./strategy-cases";

const RUNS = process.env["TOPOFORM_DEEP"] === "1" ? 5_000 : 300;

const targets = (moves: readonly { readonly region: RegionId; readonly to: bigint }[]): ReadonlyMap<RegionId, bigint> =>
  new Map(moves.map(({ region, to }) => [region, to]));

test("a plan of which some moves are done is, made with its moves in hand, the rest of it", () => {
  fc.assert(
    fc.property(cases, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (input, done) => {
      const problem = problemOf(input);
      const approved = planPlacement(problem);
      fc.pre(approved.unplaced.length === 0);
      const left = approved.moves.filter((_, index) => done[index % done.length] !== true);
      const moved = approved.moves.filter((move) => !left.includes(move));
      const regions = after(problem.regions, { ...approved, moves: moved });
      const underWay = new Map(approved.moves.map(({ region, to }) => [region, { to, procedure: null }]));
      expect(targets(planPlacement({ ...problem, regions, underWay }).moves)).toEqual(targets(left));
    }),
    { numRuns: RUNS },
  );
});

/** The tables from the `first` on are made by the plan, the others are there: first these by the rule, then the made ones beside them. */
function inTwoSteps(input: Case, first: number): { readonly problem: PlacementProblem; readonly own: ReadonlySet<string>; readonly whole: ReturnType<typeof planPlacement>; readonly made: ReturnType<typeof planPlacement> } {
  const problem = problemOf({ ...input, pins: [] });
  const rule = ruleOf(input);
  const there = rule.tables.slice(0, first);
  const own = new Set(there.map(tableKey));
  const whole = planPlacement({ ...problem, rules: there.length === 0 ? [] : [{ ...rule, tables: there }] });
  const regions = after(problem.regions, whole);
  const staying = new Set(regions.flatMap(({ table, region }) => (own.has(tableKey(table)) ? [region] : [])));
  return { problem, own, whole, made: planPlacement({ ...problem, regions, staying }) };
}

test("placing made tables beside others moves none of the others", () => {
  fc.assert(
    fc.property(cases, fc.nat(4), (input, first) => {
      const { own, made } = inTwoSteps(input, first);
      for (const { table } of made.moves) expect(own.has(tableKey(table))).toBe(false);
    }),
    { numRuns: RUNS },
  );
});

/** Not with bytes, and not where a capacity makes tables that are spread depend on each other: then the next plan moves the others. */
test("and leaves nothing to be moved", () => {
  fc.assert(
    fc.property(cases, fc.nat(4), (generated, first) => {
      const binds = generated.strategy === "spread";
      const input: Case = { ...generated, by: "regions", capacity: binds ? undefined : generated.capacity, capacityMebibytes: undefined };
      const { problem, whole, made } = inTwoSteps(input, first);
      fc.pre(whole.unplaced.length === 0 && made.unplaced.length === 0);
      const regions = after(after(problem.regions, whole), made);
      expect(planPlacement({ ...problem, regions }).moves).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});
