/** What the regions of one table, or of all, on some places must and may count together. */
export interface Limit {
  readonly places: readonly number[];
  /** null: of all tables. */
  readonly table: number | null;
  readonly measure: "regions" | "bytes";
  readonly least: number;
  readonly most: number;
}

export interface SearchProblem {
  /** Of each region: its place (negative: one that it must leave), whether it must stay there, its bytes, its table. */
  readonly at: Int32Array;
  readonly fixed: Uint8Array;
  readonly size: Float64Array;
  readonly tableOf: Int32Array;
  readonly places: number;
  readonly forbids: (region: number, place: number) => boolean;
  readonly limits: readonly Limit[];
  /** What the search makes least: moves; or bytes moved, and of equal bytes the moves. */
  readonly saves: "moves" | "bytes";
}

/** What a placement moves: regions, or bytes. */
export function savedBy({ at, size, saves }: Pick<SearchProblem, "at" | "size" | "saves">, target: Int32Array): number {
  let saved = 0;
  for (let region = 0; region < at.length; region += 1)
    if (target[region] !== at[region]) saved += saves === "moves" ? 1 : size[region]!;
  return saved;
}

/** Whether a placement keeps all limits. */
export function keeps(
  { limits, tableOf, size }: Pick<SearchProblem, "limits" | "tableOf" | "size">,
  target: Int32Array,
): boolean {
  return limits.every(({ places, table, measure, least, most }) => {
    let sum = 0;
    for (let region = 0; region < target.length; region += 1) {
      if ((table !== null && table !== tableOf[region]) || !places.includes(target[region]!)) continue;
      sum += measure === "regions" ? 1 : size[region]!;
    }
    return sum >= least && sum <= most;
  });
}

/** What a placement costs: moves; or bytes, and a little for each move. */
export function costOf(problem: Pick<SearchProblem, "at" | "size" | "saves">, target: Int32Array): number {
  const saved = savedBy(problem, target);
  return problem.saves === "moves" ? saved : saved + savedBy({ ...problem, saves: "moves" }, target);
}
