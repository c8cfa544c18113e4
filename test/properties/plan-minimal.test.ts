import type { PlacementPlan } from "../../src/planning/plan-placement";
import {
  cheapestWithin,
  fewestMoves,
  isEven,
  loadSolver,
  openDatanodes,
  type LoadBounds,
  type SmallCase,
} from "./minimum-by-solver";
import { planSmall, sizedCase, smallCase } from "./small-cases";

/** 10,000 clusters of each kind with TOPOFORM_DEEP=1, else 150. TOPOFORM_SEED repeats one of them. */
const RUNS = process.env["TOPOFORM_DEEP"] === "1" ? 10_000 : 150;
const ONLY = process.env["TOPOFORM_SEED"];
const SEEDS = ONLY === undefined ? [...Array(RUNS).keys()] : [Number(ONLY)];
const MEBIBYTE = 1 << 20;

function placedBy(input: SmallCase, made: PlacementPlan): readonly number[] {
  const at = [...input.leader];
  for (const move of made.moves) at[Number(move.region & 0xffff_ffffn)] = Number(move.to);
  return at;
}

/** What a placement breaks of the rules that always hold, by counting; empty when it keeps them. */
function broken(input: SmallCase, at: readonly number[]): readonly string[] {
  const over = (used: number, most: number | null): boolean => most !== null && used > most;
  return [
    ...at.flatMap((place, region) => [
      ...(input.excluded.includes(place) ? [`region ${region} on excluded ${place}`] : []),
      ...(input.pin[region] !== null && input.pin[region] !== place ? [`region ${region} not at its pin`] : []),
      ...(input.follower[region] === place ? [`region ${region} on its follower's datanode`] : []),
    ]),
    ...openDatanodes(input).flatMap((datanode) => {
      const own = at.flatMap((place, region) => (place === datanode ? [region] : []));
      return over(own.length, input.capacity) || over(loadOf(input, at, datanode), input.capacityMebibytes)
        ? [`datanode ${datanode} over capacity`]
        : [];
    }),
  ];
}

function loadOf(input: SmallCase, at: readonly number[], datanode: number): number {
  return at.reduce((sum, place, region) => sum + (place === datanode ? input.mebibytes[region]! : 0), 0);
}

const ERRORS = ["PLACEMENT_INFEASIBLE", "CAPACITY_NOT_REACHED", "FOLLOWER_ON_TARGET"];

test(`an independent solver finds no plan with fewer moves (${RUNS} clusters)`, async () => {
  const solver = await loadSolver();
  let [feasible, uneven] = [0, 0];
  for (const seed of SEEDS) {
    const input = smallCase(seed);
    const best = fewestMoves(solver, input);
    const made = planSmall(input);
    const at = placedBy(input, made);
    const context = { seed, input };
    if (best === null) {
      const codes = made.unplaced.map(({ code }) => code);
      expect({ ...context, codes }).toEqual({ ...context, codes: ["PLACEMENT_INFEASIBLE"] });
      continue;
    }
    feasible += 1;
    if (made.warnings.length > 0) uneven += 1;
    const { moves, minimumMoves, proven } = made.certificate;
    const even = best.skew === null || isEven(solver, input, at, best.skew);
    expect({
      ...context,
      unplaced: made.unplaced,
      broken: broken(input, at),
      even,
      moves,
      minimumMoves,
      proven,
    }).toEqual({
      ...context,
      unplaced: [],
      broken: [],
      even: true,
      moves: best.cost,
      minimumMoves: best.cost,
      proven: true,
    });
    expect({ ...context, warned: made.warnings.length > 0 }).toEqual({
      ...context,
      warned: best.skew !== null && best.skew > (input.maxSkew ?? 1),
    });
  }
  console.log(
    `Seeds 0 to ${RUNS - 1}: ${feasible} feasible clusters, all proven minimal; ${uneven} uneven for want of capacity.`,
  );
}, 3_600_000);

/** How often and how far plans were off the optimum. */
class Tally {
  feasible = 0;
  proven = 0;
  off = 0;
  farthest = 0;
  notFound = 0;
  lessEven = 0;

  count(cost: number, best: number, proven: boolean): void {
    this.feasible += 1;
    if (proven) this.proven += 1;
    if (cost <= best) return;
    this.off += 1;
    this.farthest = Math.max(this.farthest, cost / Math.max(1, best));
  }

  toString(): string {
    const { feasible, proven, off, farthest, notFound, lessEven } = this;
    return `${feasible} feasible, ${proven} proven, ${off} not the optimum (at most ${farthest.toFixed(2)} of it), ${notFound} not found, ${lessEven} less even than possible`;
  }
}

test(`with sizes, what is said to be proven is, and no bound is above the optimum (${RUNS} clusters)`, async () => {
  const solver = await loadSolver();
  const [moves, bytes] = [new Tally(), new Tally()];
  for (const seed of SEEDS) {
    const input = sizedCase(seed);
    const made = planSmall(input);
    if (input.by === "bytes") checkBytes(solver, seed, input, made, bytes);
    else checkMoves(solver, seed, input, made, moves);
  }
  console.log(`Seeds 0 to ${RUNS - 1}:\nfewest moves with sizes: ${moves}\nfewest bytes: ${bytes}`);
}, 3_600_000);

type Solver = Awaited<ReturnType<typeof loadSolver>>;

function checkMoves(solver: Solver, seed: number, input: SmallCase, made: PlacementPlan, tally: Tally): void {
  const context = { seed, input };
  const best = fewestMoves(solver, input);
  const codes = [...new Set(made.unplaced.map(({ code }) => code))];
  if (best === null) {
    expect({ ...context, codes }).toEqual({ ...context, codes: [expect.stringMatching(ERRORS.join("|"))] });
    return;
  }
  // Only that nothing was found may be said.
  expect({ ...context, codes: codes.filter((code) => code !== "CAPACITY_NOT_REACHED") }).toEqual({
    ...context,
    codes: [],
  });
  if (codes.length > 0) return void (tally.notFound += 1);
  const at = placedBy(input, made);
  const { certificate } = made;
  expect({ ...context, broken: broken(input, at), bound: certificate.minimumMoves <= best.cost }).toEqual({
    ...context,
    broken: [],
    bound: true,
  });
  if (best.skew !== null && !isEven(solver, input, at, best.skew)) return void (tally.lessEven += 1);
  expect({ ...context, tooFew: certificate.moves < best.cost }).toEqual({ ...context, tooFew: false });
  if (certificate.proven) expect({ ...context, moves: certificate.moves }).toEqual({ ...context, moves: best.cost });
  tally.count(certificate.moves, best.cost, certificate.proven);
}

/**
 * The band of the documentation: a tenth of the mean, or the largest region, around it; regions above the mean of the rest apart; the
 * lower end for so many datanodes or fewer, whichever is lowest.
 */
function bandOf(input: SmallCase): readonly [number, number] {
  const open = openDatanodes(input).length;
  const bands = Array.from({ length: open }, (_, index) => bandOn(input, index + 1));
  return [Math.min(...bands.map(([low]) => low)), bands.at(-1)![1]];
}

function bandOn(input: SmallCase, datanodes: number): readonly [number, number] {
  const sizes = [...input.mebibytes].sort((a, b) => b - a);
  let places = datanodes;
  const mean = (): number => sizes.reduce((sum, size) => sum + size, 0) / places;
  for (; places > 1 && sizes.length > 0 && sizes[0]! > mean(); places -= 1) sizes.shift();
  const width = Math.max(mean() / 10, sizes[0] ?? 0);
  const whole = 1 / MEBIBYTE;
  return [Math.max(0, Math.floor((mean() - width) / whole) * whole), Math.ceil((mean() + width) / whole) * whole];
}

function checkBytes(solver: Solver, seed: number, input: SmallCase, made: PlacementPlan, tally: Tally): void {
  const context = { seed, input };
  const open = openDatanodes(input);
  const any = open.length === 0 ? null : cheapestWithin(solver, input, "moves", allOf(open, 0, 1e6));
  const codes = [...new Set(made.unplaced.map(({ code }) => code))];
  if (any === null) {
    expect({ ...context, codes }).toEqual({ ...context, codes: [expect.stringMatching(ERRORS.join("|"))] });
    return;
  }
  expect({ ...context, codes: codes.filter((code) => code !== "CAPACITY_NOT_REACHED") }).toEqual({
    ...context,
    codes: [],
  });
  if (codes.length > 0) return void (tally.notFound += 1);
  const at = placedBy(input, made);
  expect({ ...context, broken: broken(input, at) }).toEqual({ ...context, broken: [] });
  const [low, high] = bandOf(input);
  const most = Math.min(high, input.capacityMebibytes ?? Infinity);
  const least = Math.min(low, most);
  const loads = open.map((datanode) => loadOf(input, at, datanode));
  const inBand = loads.every((load) => load >= least && load <= most);
  if (!inBand && cheapestWithin(solver, input, "moves", allOf(open, least, most)) !== null)
    return void (tally.lessEven += 1);
  expect({ ...context, warned: made.warnings.length > 0 }).toEqual({ ...context, warned: !inBand });
  const bounds: LoadBounds = {
    least: loads.map((load) => Math.min(load, least)),
    most: loads.map((load) => Math.max(load, most)),
  };
  const { certificate } = made;
  const [moves, mebibytes] = [
    cheapestWithin(solver, input, "moves", bounds)!,
    cheapestWithin(solver, input, "mebibytes", bounds)!,
  ];
  const [moved, bound] = [Number(certificate.movedBytes) / MEBIBYTE, Number(certificate.minimumBytes) / MEBIBYTE];
  expect({
    ...context,
    tooFew: [certificate.moves < moves, moved < mebibytes],
    tooHigh: [certificate.minimumMoves > moves, bound > mebibytes],
  }).toEqual({ ...context, tooFew: [false, false], tooHigh: [false, false] });
  if (certificate.proven) expect({ ...context, moves: certificate.moves }).toEqual({ ...context, moves });
  if (moved === bound) expect({ ...context, moved }).toEqual({ ...context, moved: mebibytes });
  tally.count(moved, mebibytes, moved === bound);
}

function allOf(open: readonly number[], least: number, most: number): LoadBounds {
  return { least: open.map(() => least), most: open.map(() => most) };
}
