import highsLoader from "highs";

type Highs = Awaited<ReturnType<typeof highsLoader>>;

/** A small placement problem in plain numbers, as an independent solver gets it. */
export interface SmallCase {
  readonly strategy: "pinned" | "balance" | "spread";
  readonly datanodes: number;
  readonly zoneOf: readonly number[];
  /** Of each region. */
  readonly tableOf: readonly number[];
  readonly leader: readonly number[];
  readonly pin: readonly (number | null)[];
  readonly excluded: readonly number[];
  readonly capacity: number | null;
  /** null: 1, and pins and capacities may exceed it. */
  readonly maxSkew: number | null;
}

/** A sum of columns that has to lie between two numbers. */
interface Row {
  readonly columns: readonly string[];
  readonly least: number;
  readonly most: number;
}

export async function loadSolver(): Promise<Highs> {
  return highsLoader();
}

/** The fewest moves, by integer programming over single regions; null when the rules cannot hold. */
export function fewestMoves(solver: Highs, input: SmallCase): number | null {
  if (input.pin.some((pin) => pin !== null && input.excluded.includes(pin))) return null;
  const open = [...Array(input.datanodes).keys()].filter((datanode) => !input.excluded.includes(datanode));
  if (open.length === 0) return null;
  let best: number | null = null;
  for (const rows of windows(input, open)) {
    const moves = solve(solver, input, open, rows);
    if (moves !== null && (best === null || moves < best)) best = moves;
  }
  return best;
}

/** All ways to choose the windows of the counts, each as rows. */
function windows(input: SmallCase, open: readonly number[]): readonly (readonly Row[])[] {
  if (input.strategy === "pinned") return [[]];
  const groups =
    input.strategy === "balance"
      ? [input.leader.map((_, region) => region)]
      : [...new Set(input.tableOf)].map((table) =>
          input.tableOf.flatMap((of, region) => (of === table ? [region] : [])),
        );
  return groups
    .map((group) => windowsOf(input, open, group))
    .reduce<readonly (readonly Row[])[]>(
      (all, own) => all.flatMap((rows) => own.map((more) => [...rows, ...more])),
      [[]],
    );
}

function windowsOf(input: SmallCase, open: readonly number[], group: readonly number[]): readonly (readonly Row[])[] {
  const skew = input.maxSkew ?? 1;
  const total = group.length;
  const pinned = open.map((datanode) => group.filter((region) => input.pin[region] === datanode).length);
  const most = Math.min(input.capacity ?? total, total);
  const clamp = (value: number, least: number, cap: number): number => Math.min(Math.max(value, least), cap);
  const found: (readonly Row[])[] = [];
  for (let low = 0; low <= total; low += 1) {
    const ends = open.map((_, index) =>
      input.maxSkew === null
        ? ([clamp(low, pinned[index]!, most), clamp(low + skew, pinned[index]!, most)] as const)
        : ([low, Math.min(low + skew, most)] as const),
    );
    if (ends.some(([least, cap]) => least > cap)) continue;
    const datanodeRows = open.map((datanode, index) => ({
      columns: group.map((region) => `x${region}_${datanode}`),
      least: ends[index]![0],
      most: ends[index]![1],
    }));
    if (!holds(datanodeRows, total)) continue;
    for (const rows of zoneWindows(input, open, group, datanodeRows, skew)) found.push([...datanodeRows, ...rows]);
  }
  return found;
}

function zoneWindows(
  input: SmallCase,
  open: readonly number[],
  group: readonly number[],
  datanodeRows: readonly Row[],
  skew: number,
): readonly (readonly Row[])[] {
  const zones = [...new Set(open.map((datanode) => input.zoneOf[datanode]!))];
  if (input.strategy !== "spread" || zones.length < 2) return [[]];
  const sums = zones.map((zone) => {
    const own = datanodeRows.filter((_, index) => input.zoneOf[open[index]!] === zone);
    return {
      columns: own.flatMap((row) => row.columns),
      least: sum(own.map((row) => Math.max(row.least, pinnedIn(input, row)))),
      most: sum(own.map((row) => Math.max(row.most, pinnedIn(input, row)))),
    };
  });
  const found: (readonly Row[])[] = [];
  for (let low = 0; low <= group.length; low += 1) {
    const rows = sums.map(({ columns, least, most }) => ({
      columns,
      least: Math.min(Math.max(low, least), most),
      most: Math.min(Math.max(low + skew, least), most),
    }));
    if (holds(rows, group.length)) found.push(rows);
  }
  return found;
}

function pinnedIn(input: SmallCase, row: Row): number {
  return row.columns.filter((column) => {
    const [region, datanode] = column.slice(1).split("_").map(Number);
    return input.pin[region!] === datanode;
  }).length;
}

function holds(rows: readonly Row[], total: number): boolean {
  return sum(rows.map((row) => row.least)) <= total && sum(rows.map((row) => row.most)) >= total;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function solve(solver: Highs, input: SmallCase, open: readonly number[], windowRows: readonly Row[]): number | null {
  const regions = [...input.leader.keys()];
  const column = (region: number, datanode: number): string => `x${region}_${datanode}`;
  const rows: Row[] = [
    ...regions.map((region) => ({ columns: open.map((datanode) => column(region, datanode)), least: 1, most: 1 })),
    ...regions.flatMap((region) =>
      input.pin[region] === null ? [] : [{ columns: [column(region, input.pin[region]!)], least: 1, most: 1 }],
    ),
    ...(input.capacity === null
      ? []
      : open.map((datanode) => ({
          columns: regions.map((region) => column(region, datanode)),
          least: 0,
          most: input.capacity!,
        }))),
    ...windowRows,
  ];
  const cost = regions.flatMap((region) =>
    open.filter((datanode) => datanode !== input.leader[region]).map((datanode) => column(region, datanode)),
  );
  const text = [
    "Minimize",
    ` obj: ${cost.length === 0 ? `0 ${column(0, open[0]!)}` : cost.join(" + ")}`,
    "Subject To",
    ...rows.flatMap(({ columns, least, most }, index) =>
      least === most
        ? [` e${index}: ${columns.join(" + ")} = ${least}`]
        : [` l${index}: ${columns.join(" + ")} >= ${least}`, ` u${index}: ${columns.join(" + ")} <= ${most}`],
    ),
    "Binary",
    ` ${regions.flatMap((region) => open.map((datanode) => column(region, datanode))).join(" ")}`,
    "End",
  ].join("\n");
  const solution = solver.solve(text, { output_flag: false, presolve: "on" });
  if (solution.Status === "Infeasible") return null;
  if (solution.Status !== "Optimal") throw new Error(`The solver says ${solution.Status}.`);
  return Math.round(solution.ObjectiveValue);
}
