import { isKept, loadOf, overfullPlaces } from "./assignment";
import type { Assigned, Assignment, AssignmentProblem } from "./assignment";
import { bestWithin, type BestWithin } from "./best-within";
import { fewestByBytes, type Band } from "./byte-bounds";
import { bytesBand, evenBytes } from "./even-bytes";
import type { Limit } from "./search-problem";
import { capacityLimits } from "./limits";

/** Relieves places that hold more bytes or regions than they may (`pinned`) with few moves; the others stay as they are. */
export function relieveByBytes(problem: AssignmentProblem): Assignment {
  const draft = draftWithin(problem, 0, problem.mostBytes);
  const { moves } = fewestByBytes(problem, { least: () => 0, most: () => problem.mostBytes });
  const known = isKept(draft) ? draft.target : null;
  const best = bestWithin(problem, {
    alternatives: () => [capacityLimits(problem)],
    saves: "moves",
    known,
    fewest: moves,
  });
  return best.target === null ? nothingFound(draft, best) : { ...assigned(best.target), minimumMoves: best.fewest };
}

/**
 * Brings the bytes of all places into a band around their mean (`balance` by bytes), with few bytes moved. Where the band cannot be
 * reached, the bounds hold for all placements that are within it wherever this one is, and elsewhere as near to it.
 *
 * Where places have been added, regions go only to these, as long as that makes the places no less even, even if a move between two
 * others were a little cheaper.
 */
export function balanceByBytes(problem: AssignmentProblem): Assignment {
  const wanted = bytesBand(problem.size, problem.places);
  const high = Math.min(wanted.high, problem.mostBytes);
  const low = Math.min(wanted.low, high);
  const missed = ({ load }: Draft): number =>
    load.reduce((sum, bytes) => sum + Math.max(0, low - bytes, bytes - high), 0);

  const added = movingToAdded(problem, low);
  const onto = added === null ? null : draftWithin(added, low, high);
  const free = onto !== null && isKept(onto) && missed(onto) === 0 ? null : draftWithin(problem, low, high);
  const stays = onto !== null && (free === null || (isKept(onto) && missed(onto) <= missed(free)));
  const [limited, draft] = stays ? [added!, onto] : [problem, free!];

  const band: Band = { least: () => low, most: () => high };
  const inBand = isKept(draft) && missed(draft) === 0 ? draft.target : null;
  const within = cheapest(problem, limited, band, inBand) ?? (stays ? cheapest(problem, problem, band, null) : null);
  if (within !== null) return within;

  const fitting = isKept(draft)
    ? { target: draft.target, fewest: 0, complete: false }
    : bestWithin(problem, { alternatives: () => [capacityLimits(problem)], saves: "bytes", known: null, fewest: 0 });
  if (fitting.target === null) return nothingFound(draft, fitting);
  const load = loadOf(problem, fitting.target);
  const near: Band = {
    least: (place) => Math.min(low, load[place]!),
    most: (place) => Math.max(high, load[place]!),
  };
  return { ...cheapest(problem, limited, near, fitting.target)!, uneven: true };
}

/** The cheapest placement of the limited problem in the band, with bounds for all placements in the band; null when none is known. */
function cheapest(
  problem: AssignmentProblem,
  limited: AssignmentProblem,
  band: Band,
  known: Int32Array | null,
): Assigned | null {
  const { moves, bytes } = fewestByBytes(problem, band);
  const request = { alternatives: () => [bandLimits(problem, band)], saves: "bytes", fewest: bytes } as const;
  const chosen = bestWithin(limited, { ...request, known });
  if (chosen.target === null) return null;
  const { fewest } = limited === problem ? chosen : bestWithin(problem, { ...request, known: chosen.target });
  return { ...assigned(chosen.target), minimumMoves: moves, minimumBytes: fewest };
}

/** The problem in which regions that need not leave their place move to added places only: those without a region that could move. */
function movingToAdded(problem: AssignmentProblem, low: number): AssignmentProblem | null {
  const { at, fixed, size, places, forbids } = problem;
  const used = new Uint8Array(places);
  const load = new Float64Array(places);
  for (let region = 0; region < at.length; region += 1) {
    const place = at[region]!;
    if (place < 0) continue;
    load[place]! += size[region]!;
    if (fixed[region] === 0) used[place] = 1;
  }
  const isAdded = load.map((bytes, place) => Number(used[place] === 0 && (bytes === 0 || bytes < low)));
  if (!isAdded.includes(1)) return null;
  return {
    ...problem,
    forbids: (region, place) => forbids(region, place) || (at[region]! >= 0 && isAdded[place] === 0),
  };
}

interface Draft extends Assigned {
  readonly load: Float64Array;
}

function draftWithin(problem: AssignmentProblem, low: number, high: number): Draft {
  const { target, left, load } = evenBytes({ ...problem, low, high, most: problem.mostRegions });
  return { ...assigned(target), left, load, overfull: overfullPlaces(problem, target) };
}

function assigned(target: Int32Array): Assigned {
  return { kind: "assigned", target, left: [], minimumMoves: 0, minimumBytes: null, uneven: false, overfull: [] };
}

function nothingFound(draft: Assigned, { complete }: BestWithin): Assignment {
  return complete && draft.left.length === 0 ? { kind: "impossible", proven: true } : draft;
}

function bandLimits(problem: AssignmentProblem, { least, most }: Band): readonly Limit[] {
  const band = Array.from({ length: problem.places }, (_, place): Limit => ({
    places: [place],
    table: null,
    measure: "bytes",
    least: least(place),
    most: most(place),
  }));
  return [...band, ...capacityLimits({ ...problem, mostBytes: Infinity })];
}
