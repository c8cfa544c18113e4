import type { AssignmentProblem } from "./assignment";
import { MOST_SEARCHED_PLACES, searchExactly } from "./exact-search";
import { improveLocally } from "./improve-locally";
import { costOf, keeps, savedBy, type Limit, type SearchProblem } from "./search-problem";

export interface BestWithin {
  /** The best placement that is known; null when none is. */
  readonly target: Int32Array | null;
  /** No placement moves less: in regions, or in bytes. */
  readonly fewest: number;
  /** Whether there is no better one; or, without a target, none at all. */
  readonly complete: boolean;
}

export interface BestRequest {
  /** Sets of limits, one of which is to be kept; null: too many to search. Asked for only where a search is worth while. */
  readonly alternatives: () => readonly (readonly Limit[])[] | null;
  readonly saves: SearchProblem["saves"];
  /** A placement that keeps one of them, to begin with; null when none is known. */
  readonly known: Int32Array | null;
  /** No placement moves less, in what is saved. */
  readonly fewest: number;
}

/** With more regions a search comes to no end; a placement can still be made better, a few places at a time, up to more of them. */
const MOST_REGIONS = 120;
const MOST_IMPROVED = { regions: 3_000, places: 200 };

/** How much work all searches together may be. */
const MOST_WORK = 2_000_000;

/** Whether a search may come to an end. */
export function isSmall({ at, places }: AssignmentProblem): boolean {
  return at.length <= MOST_REGIONS && places <= MOST_SEARCHED_PLACES;
}

function isImprovable({ at, places }: AssignmentProblem): boolean {
  return at.length <= MOST_IMPROVED.regions && places <= MOST_IMPROVED.places;
}

/**
 * The best of the placements that keep one of some sets of limits, as far as searches find it.
 *
 * 1. Without a known placement, any: near to where the regions are, else from nothing.
 * 2. One that is as cheap as the bound; when there is none, the bound rises, and so on (iterative deepening): a low ceiling cuts off
 *    most branches.
 * 3. When that becomes too much work, the best known is made better here and there.
 */
export function bestWithin(problem: AssignmentProblem, request: BestRequest): BestWithin {
  const { saves, known, fewest } = request;
  const alternatives = isSmall(problem) || (known !== null && isImprovable(problem)) ? request.alternatives() : null;
  if (alternatives === null) return { target: known, fewest, complete: false };
  const searches = new Searches(problem, alternatives, saves, known);
  if (!isSmall(problem)) {
    searches.improve();
    return { target: searches.target, fewest, complete: false };
  }
  if (known === null) {
    const ended = searches.below(Infinity, MOST_WORK / 4, "any") || searches.anew(MOST_WORK / 4);
    if (searches.target === null) return { target: null, fewest, complete: ended };
  }
  let floor = fewest;
  while (floor < searches.cost) {
    const ceiling = saves === "moves" ? floor + 1 : nextCeiling(floor, fewest, searches.cost);
    if (!searches.below(ceiling, searches.work / 2, "best")) break;
    floor = Math.min(ceiling, searches.cost);
  }
  if (floor < searches.cost) searches.improve();
  const { target, cost } = searches;
  if (floor === cost) return { target, fewest: savedBy({ ...problem, saves }, target!), complete: true };
  // What a placement costs counts the moves beside the bytes.
  return { target, fewest: saves === "moves" ? floor : Math.max(fewest, floor - problem.at.length), complete: false };
}

/** Where bytes are counted, the bound rises by a quarter of the way to the best known, then the whole way. */
function nextCeiling(floor: number, first: number, cost: number): number {
  return floor === first ? floor + Math.ceil((cost - floor) / 4) : cost;
}

class Searches {
  cost: number;
  work = MOST_WORK;

  constructor(
    private readonly problem: AssignmentProblem,
    private readonly alternatives: readonly (readonly Limit[])[],
    private readonly saves: SearchProblem["saves"],
    public target: Int32Array | null,
  ) {
    this.cost = target === null ? Infinity : costOf({ ...problem, saves }, target);
  }

  /** Makes the best known placement better, a few places at a time. */
  improve(): void {
    const limits = this.alternatives.find((each) => keeps({ ...this.problem, limits: each }, this.target!))!;
    const problem = { ...this.problem, limits, saves: this.saves };
    const { target, workLeft } = improveLocally(problem, this.target!, this.work);
    this.target = target;
    this.cost = costOf(problem, target);
    this.work = workLeft;
  }

  /** Looks for a placement that costs less than this: any, or the best. Returns whether that came to an end. */
  below(ceiling: number, work: number, wanted: "any" | "best"): boolean {
    return this.#search(this.problem, ceiling, work, wanted);
  }

  /** Looks for any placement as if the regions were nowhere: it is soon known where the large ones leave no room for the others. */
  anew(work: number): boolean {
    const { at, fixed } = this.problem;
    return this.#search(
      { ...this.problem, at: at.map((place, region) => (fixed[region] === 1 ? place : -1)) },
      Infinity,
      work,
      "any",
    );
  }

  #search(from: AssignmentProblem, ceiling: number, work: number, wanted: "any" | "best"): boolean {
    let left = work;
    for (const limits of this.alternatives) {
      const problem = { ...from, limits, saves: this.saves };
      const found = searchExactly(problem, Math.min(ceiling, this.cost), left, wanted);
      if (found.target !== null) {
        this.target = found.target;
        this.cost = costOf({ ...problem, at: this.problem.at }, found.target);
      }
      left = found.workLeft;
      if (left === 0 || (wanted === "any" && this.target !== null)) break;
    }
    this.work -= work - left;
    return left > 0 || (wanted === "any" && this.target !== null);
  }
}
