import { createHash } from "node:crypto";
import { canonicalJson } from "../../planning/canonical-json";
import { inverseChanges } from "../../planning/kwdb/inverse";
import type { KwdbPlan } from "../../planning/kwdb/plan";
import { kwdbPlanToJson, parseKwdbPlan } from "../../planning/kwdb/plan-json";
import { renderKwdbChange } from "../../planning/kwdb/render-plan";
import { loadRollback, writeRollback, type PlanCodec, type Rollback } from "../journal/saved-rollback";

export type SavedKwdbRollback = Rollback<KwdbPlan>;

const CODEC: PlanCodec<KwdbPlan> = { toJson: kwdbPlanToJson, parse: parseKwdbPlan };

/** What will undo `plan`, together with an interrupted apply that it continues and that `earlier` undoes. */
export function kwdbRollbackOf(plan: KwdbPlan, earlier: SavedKwdbRollback | null, now: number): SavedKwdbRollback {
  const { changes, irreversible } = inverseChanges(plan.changes, earlier?.plan.changes ?? []);
  const lines = irreversible.map((change) => renderKwdbChange(change)[0] ?? "");
  const undo: KwdbPlan = { ...plan, changes, waitForReplicas: [], blocked: [], warnings: [], undeclaredZones: [] };
  return {
    savedAt: now,
    plan: { ...undo, basis: kwdbRollbackBasis(undo) },
    irreversible: [...new Set([...(earlier?.irreversible ?? []), ...lines])],
  };
}

/** A basis that no plan of a declaration has. */
export function kwdbRollbackBasis({ basis, changes }: KwdbPlan): string {
  return createHash("sha256").update(canonicalJson({ rollback: basis, changes })).digest("hex");
}

/** Saves it for this user only. Throws a DiagnosticError (ROLLBACK_UNWRITABLE). */
export const saveKwdbRollback = (path: string, saved: SavedKwdbRollback): Promise<void> => writeRollback(path, saved, CODEC);

/** What undoes the last apply; null when there was none. Throws a DiagnosticError (ROLLBACK_UNREADABLE). */
export const readKwdbRollback = (path: string): Promise<SavedKwdbRollback | null> => loadRollback(path, CODEC);
