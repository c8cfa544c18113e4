import { isKept, loadOf, movesOf, overfullPlaces } from "./assignment";
import type { Assigned, Assignment, AssignmentProblem } from "./assignment";
import { bestWithin, type BestWithin } from "./best-within";
import { fewestByBytes, type Band } from "./byte-bounds";
import { bytesBand, evenBytes } from "./even-bytes";
import type { Limit } from "./exact-search";
import { capacityLimits } from "./limits";

/** Relieves places that hold more bytes or regions than they may (`pinned`) with few moves; the others stay as they are. */
export function relieveByBytes(problem: AssignmentProblem): Assignment {
  const draft = draftWithin(problem, 0, problem.mostBytes);
  const best = bestWithin(problem, [capacityLimits(problem)], "moves", isKept(draft) ? draft.target : null);
  if (best.target === null) return nothingFound(draft, best);
  const { moves } = fewestByBytes(problem, { least: () => 0, most: () => problem.mostBytes });
  return {
    ...assigned(best.target),
    minimumMoves: best.complete ? movesOf(problem, best.target) : moves,
  };
}

/**
 * Brings the bytes of all places into a band around their mean (`balance` by bytes), with few bytes moved. Where the band cannot be
 * reached, the bounds hold for all placements that are within it wherever this one is, and elsewhere as near to it.
 */
export function balanceByBytes(problem: AssignmentProblem): Assignment {
  const wanted = bytesBand(problem.size, problem.places);
  const high = Math.min(wanted.high, problem.mostBytes);
  const low = Math.min(wanted.low, high);
  const draft = draftWithin(problem, low, high);
  const band: Band = { least: () => low, most: () => high };
  const kept = isKept(draft) ? draft.target : null;
  const inBand = kept !== null && loadOf(problem, kept).every((load) => load >= low && load <= high);
  const best = bestWithin(problem, [bandLimits(problem, band)], "bytes", inBand ? kept : null);
  if (best.target !== null) return withBounds(problem, best.target, band, best.complete);
  const fitting = kept === null ? bestWithin(problem, [capacityLimits(problem)], "bytes", null) : null;
  const target = kept ?? fitting!.target;
  if (target === null) return nothingFound(draft, fitting!);
  const load = loadOf(problem, target);
  const near: Band = {
    least: (place) => Math.min(low, load[place]!),
    most: (place) => Math.max(high, load[place]!),
  };
  const nearest = bestWithin(problem, [bandLimits(problem, near)], "bytes", target);
  return { ...withBounds(problem, nearest.target!, near, nearest.complete), uneven: true };
}

function draftWithin(problem: AssignmentProblem, low: number, high: number): Assigned {
  const { target, left } = evenBytes({ ...problem, low, high, most: problem.mostRegions });
  return { ...assigned(target), left, overfull: overfullPlaces(problem, target) };
}

function assigned(target: Int32Array): Assigned {
  return { kind: "assigned", target, left: [], minimumMoves: 0, minimumBytes: null, uneven: false, overfull: [] };
}

function nothingFound(draft: Assigned, { complete }: BestWithin): Assignment {
  return complete && draft.left.length === 0 ? { kind: "impossible", proven: true } : draft;
}

function withBounds(problem: AssignmentProblem, target: Int32Array, band: Band, complete: boolean): Assigned {
  const { moves, bytes } = fewestByBytes(problem, band);
  return { ...assigned(target), minimumMoves: moves, minimumBytes: complete ? bytesMoved(problem, target) : bytes };
}

function bytesMoved({ at, size }: AssignmentProblem, target: Int32Array): number {
  let bytes = 0;
  for (let region = 0; region < at.length; region += 1) if (target[region] !== at[region]) bytes += size[region]!;
  return bytes;
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
