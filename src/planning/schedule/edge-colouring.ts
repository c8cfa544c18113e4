/** An edge of a bipartite multigraph, by the numbers of its two ends. */
export interface Edge {
  readonly left: number;
  readonly right: number;
}

/**
 * Colours the edges of a bipartite multigraph so that no two edges that share an end have the same colour, with `colours` colours.
 * It always succeeds when `colours` is at least the greatest number of edges at one end (König).
 *
 * 1. For each edge in order, take the lowest colour free at its left end and the lowest free at its right end.
 * 2. When they differ, exchange the two colours along the path of alternating edges that starts at the right end;
 *    it cannot come back to the left end because the graph is bipartite. Then the left end's colour is free at both.
 *
 * @returns the colour of each edge, in order.
 */
export function colourEdges(edges: readonly Edge[], lefts: number, rights: number, colours: number): Int32Array {
  const table = createTable(lefts + rights, colours);
  const ends = new Int32Array(edges.length * 2);
  const colourOf = new Int32Array(edges.length);
  edges.forEach((edge, index) => {
    ends[2 * index] = edge.left;
    ends[2 * index + 1] = lefts + edge.right;
  });
  for (let edge = 0; edge < edges.length; edge += 1) {
    const left = ends[2 * edge]!;
    const right = ends[2 * edge + 1]!;
    const atLeft = table.lowestFree(left);
    const atRight = table.lowestFree(right);
    let colour = atLeft;
    if (table.get(right, atLeft) !== NONE) {
      if (table.get(left, atRight) === NONE) colour = atRight;
      else exchange(table, ends, colourOf, right, atLeft, atRight);
    }
    colourOf[edge] = colour;
    table.set(left, colour, edge);
    table.set(right, colour, edge);
  }
  return colourOf;
}

const NONE = -1;

/** Exchanges two colours along the alternating path from `start`, at which `first` is taken and `second` is free. */
function exchange(
  table: ColourTable,
  ends: Int32Array,
  colourOf: Int32Array,
  start: number,
  first: number,
  second: number,
): void {
  const path: number[] = [];
  let end = start;
  let wanted = first;
  for (let edge = table.get(end, wanted); edge !== NONE; edge = table.get(end, wanted)) {
    path.push(edge);
    end = ends[2 * edge] === end ? ends[2 * edge + 1]! : ends[2 * edge]!;
    wanted = wanted === first ? second : first;
  }
  for (const edge of path) {
    table.clear(ends[2 * edge]!, colourOf[edge]!);
    table.clear(ends[2 * edge + 1]!, colourOf[edge]!);
  }
  for (const edge of path) {
    const colour = colourOf[edge] === first ? second : first;
    colourOf[edge] = colour;
    table.set(ends[2 * edge]!, colour, edge);
    table.set(ends[2 * edge + 1]!, colour, edge);
  }
}

/** Which edge has which colour at each end, and the lowest free colour of each end. */
interface ColourTable {
  get(end: number, colour: number): number;
  set(end: number, colour: number, edge: number): void;
  clear(end: number, colour: number): void;
  lowestFree(end: number): number;
}

/** Above this many cells the table is sparse: one end with 100,000 edges does not cost every end 100,000 cells. */
const DENSE_CELLS = 16_000_000;

function createTable(ends: number, colours: number): ColourTable {
  const lowest = new Int32Array(ends);
  const cells = ends * colours <= DENSE_CELLS ? denseCells(ends, colours) : sparseCells(colours);
  return {
    get: cells.get,
    set: cells.set,
    clear(end, colour) {
      cells.clear(end, colour);
      if (colour < lowest[end]!) lowest[end] = colour;
    },
    lowestFree(end) {
      let colour = lowest[end]!;
      while (cells.get(end, colour) !== NONE) colour += 1;
      lowest[end] = colour;
      return colour;
    },
  };
}

type Cells = Omit<ColourTable, "lowestFree">;

function denseCells(ends: number, colours: number): Cells {
  const edges = new Int32Array(ends * colours).fill(NONE);
  return {
    get: (end, colour) => edges[end * colours + colour] ?? NONE,
    set: (end, colour, edge) => void (edges[end * colours + colour] = edge),
    clear: (end, colour) => void (edges[end * colours + colour] = NONE),
  };
}

function sparseCells(colours: number): Cells {
  const edges = new Map<number, number>();
  return {
    get: (end, colour) => edges.get(end * colours + colour) ?? NONE,
    set: (end, colour, edge) => void edges.set(end * colours + colour, edge),
    clear: (end, colour) => void edges.delete(end * colours + colour),
  };
}
