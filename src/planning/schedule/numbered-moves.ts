import type { Move } from "../change";
import { tableKey } from "../table-key";

/** Moves by numbers: the source and the target of each, and its table where the moves of one table run one after another. */
export interface NumberedMoves {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** undefined: moves of one table may run at once. */
  readonly table?: Int32Array;
}

/** Sources, targets and tables are counted from 0 each, in the order in which they first appear. */
export function numberMoves(moves: readonly Move[], serialPerTable: boolean): NumberedMoves {
  return {
    from: numbers(moves, (move) => move.from),
    to: numbers(moves, (move) => move.to),
    ...(serialPerTable ? { table: numbers(moves, (move) => tableKey(move.table)) } : {}),
  };
}

function numbers(moves: readonly Move[], keyOf: (move: Move) => bigint | string): Int32Array {
  const known = new Map<bigint | string, number>();
  const found = new Int32Array(moves.length);
  for (let index = 0; index < moves.length; index += 1) {
    const key = keyOf(moves[index]!);
    let number = known.get(key);
    if (number === undefined) known.set(key, (number = known.size));
    found[index] = number;
  }
  return found;
}

/** How much each number has; `of` names the number of each move and `amount` what the move counts, absent: 1. */
export function sums(of: Int32Array, amount?: Float64Array): Float64Array {
  let most = -1;
  for (const each of of) most = Math.max(most, each);
  const found = new Float64Array(most + 1);
  for (let move = 0; move < of.length; move += 1) found[of[move]!]! += amount === undefined ? 1 : amount[move]!;
  return found;
}

/** The greatest of {@link sums}; 0 without moves. */
export function greatestSum(of: Int32Array, amount?: Float64Array): number {
  let most = 0;
  for (const sum of sums(of, amount)) most = Math.max(most, sum);
  return most;
}
