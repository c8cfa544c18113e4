import { createHash } from "node:crypto";
import type { Move, TableChange } from "../planning/change";
import { arrangeMoves } from "../planning/plan-placement";
import { canonicalJson } from "../planning/canonical-json";
import { inversePlan } from "../planning/inverse";
import type { ClusterPlan } from "../planning/plan";
import { parsePlan, planToJson } from "../planning/plan-json";
import { compareIds } from "../planning/table-key";
import { loadRollback, writeRollback, type PlanCodec, type Rollback } from "./journal/saved-rollback";

export type SavedRollback = Rollback<ClusterPlan>;

const CODEC: PlanCodec<ClusterPlan> = { toJson: planToJson, parse: parsePlan };

/**
 * What will undo `plan`. When `plan` continues an apply that was interrupted, `earlier` is what undoes that one: then both together
 * are undone, so that a rollback always leads back to before the first of them.
 */
export function rollbackOf(plan: ClusterPlan, earlier: SavedRollback | null, now: number): SavedRollback {
  const inverse = inversePlan(plan);
  const moves = mergedMoves(inverse.plan.moves, earlier?.plan.moves ?? []);
  const tableChanges = mergedChanges(inverse.plan.tableChanges, earlier?.plan.tableChanges ?? []);
  const { limits, serialPerTable } = plan.settings;
  const undo: ClusterPlan = { ...inverse.plan, tableChanges, ...arrangeMoves(moves, limits, serialPerTable) };
  const irreversible = inverse.irreversible.map(describe);
  return {
    savedAt: now,
    plan: { ...undo, basis: rollbackBasis(undo) },
    irreversible: [...new Set([...(earlier?.irreversible ?? []), ...irreversible])],
  };
}

/** A basis that no plan of a declaration has. */
export function rollbackBasis({ basis, tableChanges, moves }: ClusterPlan): string {
  return createHash("sha256").update(canonicalJson({ rollback: basis, tableChanges, moves })).digest("hex");
}

function describe({ table, kind, reason }: TableChange): string {
  return `${table.database}.${table.name}: ${kind} (${reason})`;
}

/** A region that both moved goes back to where it was before the first of them. */
function mergedMoves(later: readonly Move[], earlier: readonly Move[]): readonly Move[] {
  const home = new Map(earlier.map((move) => [move.region, move]));
  const moves = new Map(earlier.map((move) => [move.region, move]));
  for (const move of later) moves.set(move.region, { ...move, to: home.get(move.region)?.to ?? move.to });
  return [...moves.values()].filter((move) => move.from !== move.to).sort((a, b) => compareIds(a.region, b.region));
}

/** The last change is undone first. A plan that is executed again names its changes again. */
function mergedChanges(later: readonly TableChange[], earlier: readonly TableChange[]): readonly TableChange[] {
  const known = new Set(earlier.map((change) => canonicalJson(change)));
  return [...later.filter((change) => !known.has(canonicalJson(change))), ...earlier];
}

/** Saves it for this user only. Throws a DiagnosticError (ROLLBACK_UNWRITABLE). */
export const saveRollback = (path: string, saved: SavedRollback): Promise<void> => writeRollback(path, saved, CODEC);

/** What undoes the last apply; null when there was none. Throws a DiagnosticError (ROLLBACK_UNREADABLE). */
export const readRollback = (path: string): Promise<SavedRollback | null> => loadRollback(path, CODEC);
