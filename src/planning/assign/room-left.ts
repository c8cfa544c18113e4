import { lacksRoom } from "./lacks-room";
import type { SearchProblem } from "./search-problem";

/** Regions that are counted together: all, or those of one table; how many of them each place must and may have. */
interface Group {
  readonly largestFirst: readonly number[];
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** Asks again and again, during a search, whether what is undecided can find room beside what is decided. */
export class RoomLeft {
  readonly #mostBytes: Float64Array;
  readonly #groups: readonly Group[];

  constructor(
    private readonly problem: SearchProblem,
    private readonly largestFirst: readonly number[],
  ) {
    const { limits, tableOf } = problem;
    this.#mostBytes = boundsOf(problem, "bytes", null).most;
    // Where bytes are not limited the numbers alone decide, and a flow has looked at them.
    const limited = limits.some(({ measure, most }) => measure === "bytes" && most < Infinity);
    const tables = new Set(limits.flatMap(({ table }) => (table === null || !limited ? [] : [table])));
    this.#groups = [
      { ...boundsOf(problem, "regions", null), largestFirst },
      ...[...tables].map((table) => ({
        ...boundsOf(problem, "regions", table),
        largestFirst: largestFirst.filter((region) => tableOf[region] === table),
      })),
    ];
  }

  /**
   * Whether it certainly lacks room: by the number and the bytes of all, or of one table; or because those that a place must have
   * at least are more than it may hold. And how many looks at a region or a place that took.
   */
  lacks(target: Int32Array, decided: Uint8Array): { readonly lacks: boolean; readonly work: number } {
    const { places, size } = this.problem;
    const room = this.#mostBytes.slice();
    for (const region of this.largestFirst) if (decided[region] === 1) room[target[region]!]! -= size[region]!;
    const needed = new Float64Array(places);
    let work = 0;
    for (const { largestFirst, least, most } of this.#groups) {
      const undecided: number[] = [];
      const count = new Int32Array(places);
      for (const region of largestFirst) {
        if (decided[region] === 0) undecided.push(size[region]!);
        else count[target[region]!]! += 1;
      }
      work += largestFirst.length + 4 * places;
      const rooms = Array.from(room, (bytes, place) => ({ bytes, regions: most[place]! - count[place]! }));
      if (lacksRoom(undecided, rooms)) return { lacks: true, work };
      for (let place = 0; place < places; place += 1) {
        const lacking = least[place]! - count[place]!;
        if (lacking > undecided.length) return { lacks: true, work };
        for (let smallest = 1; smallest <= lacking; smallest += 1) needed[place]! += undecided.at(-smallest)!;
      }
    }
    return { lacks: needed.some((bytes, place) => bytes > room[place]!), work };
  }
}

/** What the limits of each place alone ask for; of all tables together no place has to have any. */
function boundsOf(
  { places, limits }: SearchProblem,
  measure: "regions" | "bytes",
  table: number | null,
): Pick<Group, "least" | "most"> {
  const [least, most] = [new Float64Array(places), new Float64Array(places).fill(Infinity)];
  for (const limit of limits) {
    if (limit.places.length !== 1 || limit.table !== table || limit.measure !== measure) continue;
    const place = limit.places[0]!;
    if (table !== null) least[place] = Math.max(least[place]!, limit.least);
    most[place] = Math.min(most[place]!, limit.most);
  }
  return { least, most };
}
