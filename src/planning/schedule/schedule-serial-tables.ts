import type { MoveLimits } from "../../topology/manifest";
import type { Move } from "../change";
import { compareText, tableKey } from "../table-key";

/**
 * Rounds in which each table has at most one move:
 *
 * 1. In each round go through the tables, those with most moves left first, then by name.
 * 2. Take the table's first move that the datanodes' limits still allow; end the round at the cluster's limit.
 */
export function scheduleSerialTables(moves: readonly Move[], limits: MoveLimits): readonly (readonly number[])[] {
  const waiting = new Map<string, number[]>();
  moves.forEach((move, index) => {
    const key = tableKey(move.table);
    const list = waiting.get(key);
    if (list === undefined) waiting.set(key, [index]);
    else list.push(index);
  });
  const rounds: number[][] = [];
  while (waiting.size > 0) rounds.push(oneRound(moves, limits, waiting));
  return rounds;
}

function oneRound(moves: readonly Move[], limits: MoveLimits, waiting: Map<string, number[]>): number[] {
  const outgoing = new Map<bigint, number>();
  const incoming = new Map<bigint, number>();
  const round: number[] = [];
  const tables = [...waiting].sort(([nameA, a], [nameB, b]) => b.length - a.length || compareText(nameA, nameB));
  for (const [name, indexes] of tables) {
    if (round.length >= limits.cluster) break;
    const position = indexes.findIndex((index) => {
      const move = moves[index]!;
      return (outgoing.get(move.from) ?? 0) < limits.outgoing && (incoming.get(move.to) ?? 0) < limits.incoming;
    });
    if (position < 0) continue;
    const index = indexes[position]!;
    const move = moves[index]!;
    indexes.splice(position, 1);
    if (indexes.length === 0) waiting.delete(name);
    outgoing.set(move.from, (outgoing.get(move.from) ?? 0) + 1);
    incoming.set(move.to, (incoming.get(move.to) ?? 0) + 1);
    round.push(index);
  }
  return round;
}
