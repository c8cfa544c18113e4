/** Up to this many constraints all subsets are tried, so that the conflict has the fewest members, not only none too many. */
const EXACT = 12;

/**
 * The smallest set of constraints that conflict; null when all of them together can hold.
 *
 * 1. By halving (QuickXplain): a half that conflicts with what is kept already makes the other half superfluous. The result has no
 *    member too many and takes about `k · log2(n / k)` questions.
 * 2. Where there are few constraints, all smaller sets are tried, the smallest first, in the order given.
 *
 * @param feasible whether these constraints can hold together; more constraints never make it true.
 */
export function smallestConflict<T>(
  constraints: readonly T[],
  feasible: (subset: readonly T[]) => boolean,
): readonly T[] | null {
  if (feasible(constraints)) return null;
  if (!feasible([])) return [];
  const found = narrow([], [], constraints, feasible);
  const ordered = constraints.filter((constraint) => found.includes(constraint));
  return constraints.length > EXACT ? ordered : (smallerConflict(constraints, ordered.length, feasible) ?? ordered);
}

function narrow<T>(
  kept: readonly T[],
  added: readonly T[],
  open: readonly T[],
  feasible: (subset: readonly T[]) => boolean,
): readonly T[] {
  if (added.length > 0 && !feasible(kept)) return [];
  if (open.length === 1) return open;
  const middle = open.length >> 1;
  const [first, second] = [open.slice(0, middle), open.slice(middle)];
  const fromSecond = narrow([...kept, ...first], first, second, feasible);
  const fromFirst = narrow([...kept, ...fromSecond], fromSecond, first, feasible);
  return [...fromFirst, ...fromSecond];
}

function smallerConflict<T>(
  constraints: readonly T[],
  size: number,
  feasible: (subset: readonly T[]) => boolean,
): readonly T[] | null {
  for (let members = 1; members < size; members += 1) {
    for (const subset of subsets(constraints, members)) if (!feasible(subset)) return subset;
  }
  return null;
}

function* subsets<T>(items: readonly T[], members: number, from = 0): Generator<readonly T[]> {
  if (members === 0) return void (yield []);
  for (let index = from; index <= items.length - members; index += 1)
    for (const rest of subsets(items, members - 1, index + 1)) yield [items[index]!, ...rest];
}
