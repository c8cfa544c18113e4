import highsLoader from "highs";

type Highs = Awaited<ReturnType<typeof highsLoader>>;

/** A small placement problem in plain numbers, as an independent solver gets it. */
export interface SmallCase {
  readonly strategy: "pinned" | "balance" | "spread";
  readonly by: "regions" | "bytes";
  readonly datanodes: number;
  readonly zoneOf: readonly number[];
  /** Of each region. */
  readonly tableOf: readonly number[];
  readonly leader: readonly number[];
  readonly pin: readonly (number | null)[];
  /** A datanode with a follower of the region, which therefore cannot go there. */
  readonly follower: readonly (number | null)[];
  readonly mebibytes: readonly number[];
  readonly excluded: readonly number[];
  readonly capacity: number | null;
  readonly capacityMebibytes: number | null;
  /** null: 1, and pins and capacities may exceed it. */
  readonly maxSkew: number | null;
}

/** A weighted sum of columns that has to lie between two numbers; null: it need not. */
interface Row {
  readonly terms: readonly (readonly [column: string, weight: number])[];
  readonly least: number | null;
  readonly most: number | null;
}

export interface Optimum {
  readonly cost: number;
  /** The least skew for which there is a placement; null where none is asked for. */
  readonly skew: number | null;
}

/** What each datanode must and may hold, in MiB. */
export interface LoadBounds {
  readonly least: readonly number[];
  readonly most: readonly number[];
}

export async function loadSolver(): Promise<Highs> {
  return highsLoader();
}

export function openDatanodes({ datanodes, excluded }: SmallCase): readonly number[] {
  return [...Array(datanodes).keys()].filter((datanode) => !excluded.includes(datanode));
}

/** The fewest moves that the rules need, by integer programming over single regions; null when the rules cannot hold. */
export function fewestMoves(solver: Highs, input: SmallCase): Optimum | null {
  const open = openDatanodes(input);
  if (open.length === 0) return null;
  if (input.strategy === "pinned") {
    const cost = solve(solver, input, "moves", []);
    return cost === null ? null : { cost, skew: null };
  }
  const last = input.maxSkew ?? input.leader.length;
  for (let skew = input.maxSkew ?? 1; skew <= last; skew += 1) {
    const cost = solve(solver, input, "moves", evenness(input, open, skew));
    if (cost !== null) return { cost, skew };
  }
  return null;
}

/** The fewest moves, or MiB, that bring the bytes of all datanodes within these bounds; null when nothing does. */
export function cheapestWithin(
  solver: Highs,
  input: SmallCase,
  saves: "moves" | "mebibytes",
  bounds: LoadBounds,
): number | null {
  const rows = openDatanodes(input).map((datanode, index): Row => ({
    terms: input.mebibytes.map((size, region) => [place(region, datanode), size]),
    least: bounds.least[index]!,
    most: bounds.most[index]!,
  }));
  return solve(solver, input, saves, rows);
}

/** Whether regions on these datanodes are as even as the skew asks for. */
export function isEven(solver: Highs, input: SmallCase, at: readonly number[], skew: number): boolean {
  const rows = at.map((datanode, region): Row => ({ terms: [[place(region, datanode), 1]], least: 1, most: 1 }));
  return solve(solver, input, "moves", [...evenness(input, openDatanodes(input), skew), ...rows]) !== null;
}

function place(region: number, datanode: number): string {
  return `x${region}_${datanode}`;
}

/** Rows by which each table (or all together) chooses one of its windows and keeps to it. */
function evenness(input: SmallCase, open: readonly number[], skew: number): readonly Row[] {
  const groups =
    input.strategy === "balance"
      ? [[...input.leader.keys()]]
      : [...new Set(input.tableOf)].map((table) =>
          input.tableOf.flatMap((of, region) => (of === table ? [region] : [])),
        );
  return groups.flatMap((group, number) => {
    const windows = windowsOf(input, open, group, skew);
    const choice = (window: number): string => `z${number}_${window}`;
    const inside = (datanodes: readonly number[], end: 0 | 1, bound: (window: Window) => readonly number[]): Row[] =>
      datanodes.map((_, index) => ({
        terms: [
          ...group.flatMap((region) =>
            membersOf(input, open, datanodes, index).map((datanode) => [place(region, datanode), 1] as const),
          ),
          ...windows.map((window, choose) => [choice(choose), -bound(window)[index]!] as const),
        ],
        least: end === 0 ? 0 : null,
        most: end === 1 ? 0 : null,
      }));
    const zones = zonesOf(input, open);
    return [
      { terms: windows.map((_, window) => [choice(window), 1] as const), least: 1, most: 1 },
      ...inside(open, 0, (window) => window.least),
      ...inside(open, 1, (window) => window.most),
      ...inside(zones, 0, (window) => window.zoneLeast),
      ...inside(zones, 1, (window) => window.zoneMost),
    ];
  });
}

interface Window {
  readonly least: readonly number[];
  readonly most: readonly number[];
  readonly zoneLeast: readonly number[];
  readonly zoneMost: readonly number[];
}

/** The zones that count: none unless regions are spread over at least two. */
function zonesOf(input: SmallCase, open: readonly number[]): readonly number[] {
  const zones = [...new Set(open.map((datanode) => input.zoneOf[datanode]!))];
  return input.strategy === "spread" && zones.length > 1 ? zones : [];
}

function membersOf(input: SmallCase, open: readonly number[], of: readonly number[], index: number): readonly number[] {
  return of === open ? [open[index]!] : open.filter((datanode) => input.zoneOf[datanode] === of[index]);
}

/** Every window of the datanodes with every window of the zones, lifted to pins and lowered to the capacity. */
function windowsOf(
  input: SmallCase,
  open: readonly number[],
  group: readonly number[],
  skew: number,
): readonly Window[] {
  const total = group.length;
  const pinned = open.map((datanode) => group.filter((region) => input.pin[region] === datanode).length);
  const cap = Math.min(input.capacity ?? total, total);
  const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
  const zones = zonesOf(input, open);
  const found: Window[] = [];
  for (let low = 0; low <= total; low += 1) {
    const least = open.map((_, index) => (input.maxSkew === null ? clamp(low, pinned[index]!, cap) : low));
    const most = open.map((_, index) =>
      input.maxSkew === null ? clamp(low + skew, pinned[index]!, cap) : Math.min(low + skew, cap),
    );
    if (least.some((value, index) => value > most[index]!) || sum(least) > total || sum(most) < total) continue;
    const inZone = (values: readonly number[], zone: number): number =>
      sum(values.filter((_, index) => input.zoneOf[open[index]!] === zone));
    const must = least.map((value, index) => Math.max(value, pinned[index]!));
    const may = most.map((value, index) => Math.max(value, pinned[index]!));
    if (zones.length === 0) found.push({ least, most, zoneLeast: [], zoneMost: [] });
    for (let zoneLow = 0; zoneLow <= total && zones.length > 0; zoneLow += 1) {
      const zoneLeast = zones.map((zone) => clamp(zoneLow, inZone(must, zone), inZone(may, zone)));
      const zoneMost = zones.map((zone) => clamp(zoneLow + skew, inZone(must, zone), inZone(may, zone)));
      if (sum(zoneLeast) <= total && sum(zoneMost) >= total) found.push({ least, most, zoneLeast, zoneMost });
    }
  }
  return found;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** The least cost of a placement that keeps pins, exclusions, followers, capacities and these rows; null when there is none. */
function solve(solver: Highs, input: SmallCase, saves: "moves" | "mebibytes", extra: readonly Row[]): number | null {
  const open = openDatanodes(input);
  const regions = [...input.leader.keys()];
  if (input.pin.some((pin) => pin !== null && input.excluded.includes(pin))) return null;
  const one = (columns: readonly string[]): Row => ({ terms: columns.map((column) => [column, 1]), least: 1, most: 1 });
  const ofAll = (datanode: number, weight: (region: number) => number, most: number): Row => ({
    terms: regions.map((region) => [place(region, datanode), weight(region)]),
    least: null,
    most,
  });
  const rows: Row[] = [
    ...regions.map((region) => one(open.map((datanode) => place(region, datanode)))),
    ...regions.flatMap((region) => (input.pin[region] === null ? [] : [one([place(region, input.pin[region]!)])])),
    ...regions.flatMap((region) =>
      input.follower[region] === null || !open.includes(input.follower[region]!)
        ? []
        : [{ terms: [[place(region, input.follower[region]!), 1] as const], least: null, most: 0 }],
    ),
    ...open.flatMap((datanode) => [
      ...(input.capacity === null ? [] : [ofAll(datanode, () => 1, input.capacity)]),
      ...(input.capacityMebibytes === null
        ? []
        : [ofAll(datanode, (region) => input.mebibytes[region]!, input.capacityMebibytes)]),
    ]),
    ...extra,
  ];
  const cost = regions.flatMap((region) =>
    open
      .filter((datanode) => datanode !== input.leader[region])
      .map(
        (datanode) =>
          [
            place(region, datanode),
            saves === "moves" ? 1 : input.pin[region] === null ? input.mebibytes[region]! : 0,
          ] as const,
      ),
  );
  const columns = new Set(rows.flatMap(({ terms }) => terms.map(([column]) => column)));
  const text = [
    "Minimize",
    ` obj: ${expression(cost.length === 0 ? [[place(0, open[0]!), 0]] : cost)}`,
    "Subject To",
    ...rows.flatMap(({ terms, least, most }, index) =>
      terms.length === 0
        ? []
        : least === most
          ? [` e${index}: ${expression(terms)} = ${least}`]
          : [
              ...(least === null ? [] : [` l${index}: ${expression(terms)} >= ${least}`]),
              ...(most === null ? [] : [` u${index}: ${expression(terms)} <= ${most}`]),
            ],
    ),
    "Binary",
    ` ${[...columns].join(" ")}`,
    "End",
  ].join("\n");
  const solution = solver.solve(text, { output_flag: false, presolve: "on", mip_rel_gap: 0 });
  if (solution.Status === "Infeasible") return null;
  if (solution.Status !== "Optimal") throw new Error(`The solver says ${solution.Status}.`);
  return Math.round(solution.ObjectiveValue * 2) / 2;
}

function expression(terms: readonly (readonly [string, number])[]): string {
  return terms.map(([column, weight]) => `${weight < 0 ? "-" : "+"} ${Math.abs(weight)} ${column}`).join(" ");
}
