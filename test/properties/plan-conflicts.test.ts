import { count } from "../../src/planning/render-plan";
import { fewestMoves, cheapestWithin, loadSolver, openDatanodes, type SmallCase } from "./minimum-by-solver";
import { crowdedCase, planSmall } from "./small-cases";

/** 10,000 clusters with TOPOFORM_DEEP=1, else 100; only those whose rules conflict are looked at. TOPOFORM_SEED repeats one. */
const RUNS = process.env["TOPOFORM_DEEP"] === "1" ? 10_000 : 100;
const ONLY = process.env["TOPOFORM_SEED"];
const SEEDS = ONLY === undefined ? [...Array(RUNS).keys()] : [Number(ONLY)];

type Solver = Awaited<ReturnType<typeof loadSolver>>;

/** What the user wrote, in the words of the diagnostic. */
function written(input: SmallCase): readonly string[] {
  return [
    ...input.excluded.map((datanode) => `datanode ${datanode} is excluded`),
    ...(input.capacity === null ? [] : [`a datanode may hold ${count(input.capacity, "region")}`]),
    ...(input.capacityMebibytes === null ? [] : [`a datanode may hold ${input.capacityMebibytes}.0 MiB`]),
    ...(input.maxSkew === null || input.strategy === "pinned" || input.by === "bytes"
      ? []
      : [`a datanode may hold at most ${count(input.maxSkew, "region")} more than another`]),
    ...input.pin.flatMap((datanode, region) => (datanode === null ? [] : [pinText(input, region, datanode)])),
  ];
}

function pinText(input: SmallCase, region: number, datanode: number): string {
  return `public.t${input.tableOf[region]} a = ${region} is pinned to datanode ${datanode}`;
}

function onlyWith(input: SmallCase, kept: ReadonlySet<string>): SmallCase {
  const skew = `a datanode may hold at most ${count(input.maxSkew ?? 0, "region")} more than another`;
  return {
    ...input,
    excluded: input.excluded.filter((datanode) => kept.has(`datanode ${datanode} is excluded`)),
    capacity: kept.has(`a datanode may hold ${count(input.capacity ?? 0, "region")}`) ? input.capacity : null,
    capacityMebibytes: kept.has(`a datanode may hold ${input.capacityMebibytes}.0 MiB`)
      ? input.capacityMebibytes
      : null,
    maxSkew: kept.has(skew) ? input.maxSkew : null,
    pin: input.pin.map((datanode, region) =>
      datanode !== null && kept.has(pinText(input, region, datanode)) ? datanode : null,
    ),
  };
}

function canHold(solver: Solver, input: SmallCase, kept: readonly string[]): boolean {
  const reduced = onlyWith(input, new Set(kept));
  const open = openDatanodes(reduced);
  if (open.length === 0) return false;
  if (reduced.by === "regions") return fewestMoves(solver, reduced) !== null;
  return cheapestWithin(solver, reduced, "moves", { least: open.map(() => 0), most: open.map(() => 1e6) }) !== null;
}

function* subsets(items: readonly string[], members: number, from = 0): Generator<readonly string[]> {
  if (members === 0) return void (yield []);
  for (let index = from; index <= items.length - members; index += 1)
    for (const rest of subsets(items, members - 1, index + 1)) yield [items[index]!, ...rest];
}

test(`the rules named as a conflict do conflict, and no fewer do (${RUNS} clusters)`, async () => {
  const solver = await loadSolver();
  const sizes = new Map<number, number>();
  for (const seed of SEEDS) {
    const input = crowdedCase(seed);
    const infeasible = planSmall(input).unplaced.filter(({ code }) => code === "PLACEMENT_INFEASIBLE");
    if (infeasible.length === 0) continue;
    const named = infeasible[0]!.detail
      .split("\n")
      .slice(0, -1)
      .map((line) => line.trim());
    const context = { seed, input, named };
    const all = written(input);
    expect({ ...context, unknown: named.filter((line) => !all.includes(line)) }).toEqual({ ...context, unknown: [] });
    expect({ ...context, holds: canHold(solver, input, named) }).toEqual({ ...context, holds: false });
    for (let members = 0; members < named.length; members += 1) {
      for (const subset of subsets(all, members))
        expect({ ...context, subset, holds: canHold(solver, input, subset) }).toEqual({
          ...context,
          subset,
          holds: true,
        });
    }
    sizes.set(named.length, (sizes.get(named.length) ?? 0) + 1);
  }
  const found = [...sizes].sort(([a], [b]) => a - b).map(([members, times]) => `${times} of ${members}`);
  console.log(`Seeds 0 to ${RUNS - 1}, members of conflicts: ${found.join(", ")}`);
  if (ONLY === undefined) expect(sizes.size).toBeGreaterThan(1);
}, 3_600_000);
