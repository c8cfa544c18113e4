import { canonicalType } from "./column-type";
import { formatLiteral } from "./format-partition-rule";
import { holds } from "./matches-partition";
import { alternatives, type Conjunction, type Literal, type PartitionExpression } from "./partition-expression";
import { typedRule } from "./partition-rules";
import { compareLiterals } from "./typed-literal";

/** Where a value of one column lies among the constants that the rules compare it with. NULL is a point before all values. */
export type WitnessCell =
  | { readonly kind: "point"; readonly column: string; readonly value: Literal }
  | { readonly kind: "below"; readonly column: string; readonly first: Literal }
  | { readonly kind: "above"; readonly column: string; readonly last: Literal }
  | { readonly kind: "between"; readonly column: string; readonly low: Literal; readonly high: Literal };

/** Values that no rule or more than one rule holds, one cell for each column, columns in order of their names. */
export type Witness = readonly WitnessCell[];

export type CoverProblem =
  | { readonly kind: "gap"; readonly witness: Witness }
  /** `rules`: two indexes; the same one twice when two alternatives of one rule share the witness, which the server refuses too. */
  | { readonly kind: "overlap"; readonly witness: Witness; readonly rules: readonly [number, number] }
  /** Two alternatives with the same comparisons. */
  | { readonly kind: "duplicate"; readonly rules: readonly [number, number] }
  /** The rule's comparisons contradict each other; the server accepts it. */
  | { readonly kind: "empty"; readonly rule: number };

/**
 * Whether the rules hold every row exactly once: the problems, at most one of each kind; none when they do.
 *
 * As the server tests it from 0.15 on: every combination of the constants themselves, of what lies between two
 * neighbours, below the smallest and above the largest must match one alternative of one rule. Types are not
 * considered: `kind <= 0, kind >= 1` leaves `0 < kind < 1` uncovered although no integer lies there (observed on 1.0.2 and 1.1.4).
 *
 * How: the columns are swept one after the other, each from its smallest cell to its largest. Cells in which the same
 * alternatives may match are taken together, so that ranges cost about n log n, not the product of all columns' cells.
 *
 * `types`: column name to type. Rules must be of these types (`validateTable` says when they are not).
 */
export function partitionCoverProblems(
  rules: readonly PartitionExpression[],
  types: ReadonlyMap<string, string>,
): readonly CoverProblem[] {
  if (rules.length === 0) return [];
  const typed = rules.map((rule) => alternatives(typedRule(rule, types).expression));
  const axes = axesOf(typed.flat(2), types);
  const boxes = typed.flatMap((list, rule) => list.map((conjunction) => boxOf(conjunction, rule, axes)));
  return [...duplicates(typed), ...emptyRules(typed.length, boxes), ...new Sweep(axes).problems(boxes)];
}

/** A witness in words: `a = 10`, `a > 20 and b < 'x'`, `0 < kind < 1`. */
export function formatWitness(witness: Witness): string {
  return witness.map(formatCell).join(" and ");
}

function formatCell(cell: WitnessCell): string {
  switch (cell.kind) {
    case "point":
      return `${cell.column} = ${formatLiteral(cell.value)}`;
    case "below":
      return `${cell.column} < ${formatLiteral(cell.first)}`;
    case "above":
      return `${cell.column} > ${formatLiteral(cell.last)}`;
    case "between":
      return `${formatLiteral(cell.low)} < ${cell.column} < ${formatLiteral(cell.high)}`;
  }
}

/** A column and the constants that it is compared with, in order. Cell 2i + 1 is constant i, even cells lie around them. */
interface Axis {
  readonly column: string;
  readonly type: string;
  readonly points: readonly Literal[];
}

/** Cells from the first to the last, both included. */
type Interval = readonly [number, number];

/** One alternative as a set of cells for each axis. */
interface Box {
  readonly rule: number;
  readonly intervals: readonly (readonly Interval[])[];
}

function axesOf(conjunction: Conjunction, types: ReadonlyMap<string, string>): readonly Axis[] {
  const columns = [...new Set(conjunction.map((c) => c.column))].sort();
  return columns.map((column) => {
    const type = canonicalType(types.get(column) ?? "") ?? "STRING";
    const values = conjunction.filter((c) => c.column === column).map((c) => c.value);
    const sorted = values.sort((a, b) => compareLiterals(a, b, type));
    return { column, type, points: sorted.filter((value, at) => at === 0 || compareLiterals(sorted[at - 1] ?? value, value, type) !== 0) };
  });
}

function cellCount(axis: Axis): number {
  return axis.points.length * 2 + 1;
}

function boxOf(conjunction: Conjunction, rule: number, axes: readonly Axis[]): Box {
  const intervals = axes.map((axis) => {
    const mine = conjunction.filter((c) => c.column === axis.column);
    return mine.reduce<readonly Interval[]>(
      (found, c) => intersect(found, cellsOf(c.operator, pointCell(axis, c.value), cellCount(axis))),
      [[0, cellCount(axis) - 1]],
    );
  });
  return { rule, intervals };
}

function pointCell(axis: Axis, value: Literal): number {
  let [low, high] = [0, axis.points.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareLiterals(axis.points[middle] ?? value, value, axis.type) < 0) low = middle + 1;
    else high = middle;
  }
  return low * 2 + 1;
}

function cellsOf(operator: Conjunction[number]["operator"], point: number, count: number): readonly Interval[] {
  const parts: readonly (readonly [Interval, number])[] = [
    [[0, point - 1], -1],
    [[point, point], 0],
    [[point + 1, count - 1], 1],
  ];
  return parts.filter(([, sign]) => holds(operator, sign)).map(([interval]) => interval);
}

function intersect(first: readonly Interval[], second: readonly Interval[]): readonly Interval[] {
  const found = first.flatMap(([a, b]) => second.map(([c, d]): Interval => [Math.max(a, c), Math.min(b, d)]));
  return found.filter(([low, high]) => low <= high);
}

function duplicates(rules: readonly (readonly Conjunction[])[]): readonly CoverProblem[] {
  const seen = new Map<string, number>();
  for (const [rule, list] of rules.entries()) {
    for (const conjunction of list) {
      const form = JSON.stringify(conjunction.map((c) => [c.column, c.operator, formatLiteral(c.value)]).sort());
      const first = seen.get(form);
      if (first !== undefined) return [{ kind: "duplicate", rules: [first, rule] }];
      seen.set(form, rule);
    }
  }
  return [];
}

function emptyRules(count: number, boxes: readonly Box[]): readonly CoverProblem[] {
  const filled = new Set(boxes.filter((box) => box.intervals.every((cells) => cells.length > 0)).map((box) => box.rule));
  const rule = Array.from({ length: count }, (_, index) => index).find((index) => !filled.has(index));
  return rule === undefined ? [] : [{ kind: "empty", rule }];
}

/** Looks for the first gap and the first overlap, in the order of the cells. */
class Sweep {
  readonly #found: CoverProblem[] = [];

  constructor(private readonly axes: readonly Axis[]) {}

  problems(boxes: readonly Box[]): readonly CoverProblem[] {
    this.#visit(boxes, []);
    return this.#found;
  }

  /** `cells`: the cell chosen on each axis so far; `active`: the boxes that contain all of them. */
  #visit(active: readonly Box[], cells: readonly number[]): void {
    if (this.#found.length === 2) return;
    const [first, second] = active;
    if (first === undefined) {
      this.#report({ kind: "gap", witness: this.#witness(cells) });
    } else if (active.every((box) => this.#isWhole(box, cells.length))) {
      if (second !== undefined) this.#report({ kind: "overlap", witness: this.#witness(cells), rules: [first.rule, second.rule] });
    } else {
      const axis = this.axes[cells.length];
      if (axis === undefined) return;
      for (const [cell, inside] of segments(active, cells.length, cellCount(axis))) this.#visit(inside, [...cells, cell]);
    }
  }

  #report(problem: CoverProblem): void {
    if (this.#found.every(({ kind }) => kind !== problem.kind)) this.#found.push(problem);
  }

  /** Whether the box holds every cell of the axes that are still to come. */
  #isWhole(box: Box, depth: number): boolean {
    return this.axes.every((axis, at) => {
      if (at < depth) return true;
      const [interval] = box.intervals[at] ?? [];
      return interval !== undefined && interval[0] === 0 && interval[1] === cellCount(axis) - 1;
    });
  }

  #witness(cells: readonly number[]): Witness {
    return this.axes.map((axis, at) => cellOf(axis, cells[at] ?? 0));
  }
}

/** Runs of cells that lie in the same boxes: the first cell of each run with its boxes, in order. */
function* segments(boxes: readonly Box[], depth: number, count: number): Generator<readonly [number, readonly Box[]]> {
  const starts = new Map<number, Box[]>([[0, []]]);
  const ends = new Map<number, Box[]>();
  for (const box of boxes) {
    for (const [low, high] of box.intervals[depth] ?? []) {
      add(starts, low, box);
      add(ends, high + 1, box);
    }
  }
  const inside = new Set<Box>();
  const edges = [...new Set([...starts.keys(), ...ends.keys()])].sort((a, b) => a - b);
  for (const edge of edges) {
    if (edge >= count) return;
    for (const box of ends.get(edge) ?? []) inside.delete(box);
    for (const box of starts.get(edge) ?? []) inside.add(box);
    yield [edge, [...inside]];
  }
}

function add(map: Map<number, Box[]>, key: number, box: Box): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [box]);
  else list.push(box);
}

function cellOf(axis: Axis, cell: number): WitnessCell {
  const { column, points } = axis;
  const at = points[(cell - 1) >> 1];
  if (cell % 2 === 1 && at !== undefined) return { kind: "point", column, value: at };
  const [low, high] = [points[cell / 2 - 1], points[cell / 2]];
  if (low !== undefined && high !== undefined) return { kind: "between", column, low, high };
  return low === undefined ? { kind: "below", column, first: high ?? { kind: "null" } } : { kind: "above", column, last: low };
}
