/**
 * The smallest set of constraints that conflict; null when all of them together can hold.
 *
 * 1. By halving (QuickXplain): a half that conflicts with what is kept already makes the other half superfluous. The result has no
 *    member too many and takes about `k · log2(n / k)` questions.
 * 2. All smaller sets are tried, the smallest first, in the order given, as long as they are not too many: with up to 12 constraints
 *    always, with 100 as far as sets of two.
 *
 * @param feasible whether these constraints can hold together; more constraints never make it true.
 */
export function smallestConflict<T>(
  constraints: readonly T[],
  feasible: (subset: readonly T[]) => boolean,
  { mostTried = 5_000, mostAsked = Infinity, groupOf = () => "" }: ConflictSearch<T> = {},
): readonly T[] | null {
  if (feasible(constraints)) return null;
  if (!feasible([])) return [];
  let asked = 0;
  const ask = (subset: readonly T[]): Answer => ((asked += 1) > mostAsked ? "not asked" : feasible(subset));
  const groups = narrow([], [], inGroups(constraints, groupOf), (kept) => ask(kept.flat()));
  const found = new Set(narrow([], [], groups.flat(), ask));
  return (
    smallerConflict(constraints, found.size, feasible, mostTried) ??
    constraints.filter((constraint) => found.has(constraint))
  );
}

export interface ConflictSearch<T> {
  /** How many smaller sets are tried at most. */
  readonly mostTried?: number;
  /** How many questions halving may take; after that the set still conflicts, and may have members too many. */
  readonly mostAsked?: number;
  /** Constraints of one group are first kept or dropped together: few questions, where thousands are alike. */
  readonly groupOf?: (constraint: T) => string;
}

type Answer = boolean | "not asked";

function inGroups<T>(constraints: readonly T[], groupOf: (constraint: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const constraint of constraints) {
    const group = groups.get(groupOf(constraint));
    if (group === undefined) groups.set(groupOf(constraint), [constraint]);
    else group.push(constraint);
  }
  return [...groups.values()];
}

function narrow<T>(
  kept: readonly T[],
  added: readonly T[],
  open: readonly T[],
  feasible: (subset: readonly T[]) => Answer,
): readonly T[] {
  const holds = added.length === 0 || feasible(kept);
  if (holds === false) return [];
  if (holds === "not asked" || open.length === 1) return open;
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
  mostTried: number,
): readonly T[] | null {
  let tried = 0;
  for (let members = 1; members < size; members += 1) {
    tried += binomial(constraints.length, members);
    if (tried > mostTried) return null;
    for (const subset of subsets(constraints, members)) if (!feasible(subset)) return subset;
  }
  return null;
}

function binomial(n: number, k: number): number {
  let product = 1;
  for (let index = 1; index <= k; index += 1) product = (product * (n - k + index)) / index;
  return product;
}

function* subsets<T>(items: readonly T[], members: number, from = 0): Generator<readonly T[]> {
  if (members === 0) return void (yield []);
  for (let index = from; index <= items.length - members; index += 1)
    for (const rest of subsets(items, members - 1, index + 1)) yield [items[index]!, ...rest];
}
