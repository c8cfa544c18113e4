import { isKept } from "../assign/assignment";
import { assignRegions } from "../assign/assign-regions";
import { countsLeaveRoom } from "./count-room";
import { numberItems, openDatanodes } from "./number-items";
import { sizesOf, type RuledItems } from "./rule-item";

/** Size classes are multiples of it. */
const STEP = 1 << 19;
const UNIT = 1024;

/**
 * A capacity in bytes with which planning finds a placement that keeps all rules; null when none is, however large.
 * By halving, so that it is the least one as far as searches come to their end.
 */
export function fittingBytes(ruled: RuledItems): number | null {
  const all = sizesOf(ruled.items).reduce((sum, size) => sum + size, 0);
  let [below, fitting] = [Math.floor(Number(ruled.rule.capacity.bytes ?? 0n) / STEP), Math.ceil(all / STEP)];
  if (!fits(ruled, fitting * STEP)) return null;
  while (fitting - below > 1) {
    const middle = Math.floor((below + fitting) / 2);
    if (fits(ruled, middle * STEP)) fitting = middle;
    else below = middle;
  }
  return roundedUp(fitting * STEP);
}

/** The next size that can be said in tenths of its unit, so that what is said is enough. */
export function roundedUp(bytes: number): number {
  let unit = 1;
  while (bytes >= unit * UNIT) unit *= UNIT;
  return Math.ceil((Math.ceil((bytes * 10) / unit) * unit) / 10);
}

function fits({ rule, items }: RuledItems, bytes: number): boolean {
  const raised = { rule: { ...rule, capacity: { ...rule.capacity, bytes: BigInt(bytes) } }, items };
  const places = openDatanodes(rule);
  if (places.length === 0 || !countsLeaveRoom(raised)) return false;
  return isKept(assignRegions(numberItems(raised, places)));
}
