import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { countsArePossible } from "../assign/assign-by-counts";
import type { AssignmentProblem } from "../assign/assignment";
import { assignRegions } from "../assign/assign-regions";
import { countsLeaveRoom } from "./count-room";
import { figuresOf } from "./conflict-figures";
import { adviceOn, linesOf, reasonOf, sizesNote } from "./conflict-text";
import { constraintsOf, groupOf, onlyWith } from "./constraints";
import { numberItems, openDatanodes } from "./number-items";
import type { PlacementRule } from "./placement-rule";
import type { RuledItems } from "./rule-item";
import { smallestConflict } from "./smallest-conflict";

/** With more regions or datanodes a search over the regions themselves comes to no end: their numbers alone are looked at. */
const MOST_REGIONS = 120;
const MOST_DATANODES = 31;
/** How many regions the search for smaller conflicts may look at, and the one for the first conflict. */
const MOST_LOOKS = 60_000;
const MOST_FIRST_LOOKS = 20_000_000;
/** How much work one question about numbers may be: a few flows. */
const WORK_OF_A_QUESTION = 20_000;

/**
 * Why no placement can keep all rules, as the smallest set of rules that conflict, in the user's names, with what would help; null when
 * the rules leave room as far as is found out.
 */
export function explainConflict(ruled: RuledItems): Diagnostic | null {
  const { rule, items } = ruled;
  const small = items.length <= MOST_REGIONS && rule.datanodes.length <= MOST_DATANODES;
  const leavesRoom = small ? searchLeavesRoom : numbersLeaveRoom;
  const looks = small ? items.length + 1 : items.length + rule.tables.length * rule.datanodes.length;
  const conflict = smallestConflict(constraintsOf(ruled), (kept) => mayLeaveRoom(onlyWith(ruled, kept), leavesRoom), {
    mostTried: Math.ceil(MOST_LOOKS / looks),
    mostAsked: Math.ceil(MOST_FIRST_LOOKS / looks),
    groupOf,
  });
  if (conflict === null) return null;
  const figures = figuresOf(conflict, ruled, small);
  return errorDiagnostic({
    code: "PLACEMENT_INFEASIBLE",
    summary: `The rules of placement ${rule.name} cannot all hold`,
    detail: [...linesOf(conflict, rule), [reasonOf(figures), ...sizesNote(figures), adviceOn(figures)].join(" ")].join(
      "\n",
    ),
    address: rule.name,
  });
}

/** Whether there may be a placement: that there is none is known only where counting or the closer look says so. */
function mayLeaveRoom(ruled: RuledItems, leavesRoom: (problem: AssignmentProblem) => boolean): boolean {
  if (!countsLeaveRoom(ruled)) return false;
  const { rule, items } = ruled;
  const places = openDatanodes(rule);
  if (places.length === 0 || items.length === 0) return true;
  // Evenness that nobody asked for in numbers forbids nothing.
  const asked: PlacementRule = rule.maxSkew === undefined ? { ...rule, strategy: "pinned" } : rule;
  return leavesRoom(numberItems({ rule: asked, items }, places));
}

/** Where the regions are does not matter: the search begins with the largest, wherever they are. */
function searchLeavesRoom(problem: AssignmentProblem): boolean {
  const at = problem.at.map((place, region) => (problem.fixed[region] === 1 ? place : -1));
  const assignment = assignRegions({ ...problem, at });
  return assignment.kind === "assigned" || !assignment.proven;
}

function numbersLeaveRoom(problem: AssignmentProblem): boolean {
  return countsArePossible(problem, WORK_OF_A_QUESTION);
}
