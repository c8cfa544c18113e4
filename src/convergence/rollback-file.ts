import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Move, TableChange } from "../planning/change";
import { arrangeMoves } from "../planning/plan-placement";
import { canonicalJson } from "../planning/canonical-json";
import { inversePlan } from "../planning/inverse";
import type { ClusterPlan } from "../planning/plan";
import { parsePlan, planToJson } from "../planning/plan-json";
import { compareIds } from "../planning/table-key";
import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";
import { replaceFile } from "./replace-file";

/** What undoes the last apply. */
export interface SavedRollback {
  /** When it was saved: just before that apply began. Milliseconds since the epoch. */
  readonly savedAt: number;
  /** The inverse plan. Its basis is its own, so that the journal never takes it for the plan that it undoes. */
  readonly plan: ClusterPlan;
  /** Changes of that apply that nothing undoes, one line each. */
  readonly irreversible: readonly string[];
}

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
export async function saveRollback(path: string, saved: SavedRollback): Promise<void> {
  const document = { format_version: 1, saved_at: saved.savedAt, irreversible: saved.irreversible, plan: JSON.parse(planToJson(saved.plan)) as unknown };
  try {
    await replaceFile(path, `${canonicalJson(document, 2)}\n`);
  } catch (cause) {
    throw new DiagnosticError(
      errorDiagnostic({
        code: "ROLLBACK_UNWRITABLE",
        summary: "What undoes this apply cannot be saved",
        detail: `${path}: ${(cause as Error).message}. Nothing was changed. Free space, or name another directory in TOPOFORM_STATE_DIR.`,
        address: path,
      }),
      { cause },
    );
  }
}

/** What undoes the last apply; null when there was none. Throws a DiagnosticError (ROLLBACK_UNREADABLE). */
export async function readRollback(path: string): Promise<SavedRollback | null> {
  try {
    if (!(await stat(path)).isFile()) throw new Error("it is no regular file");
    const { format_version, saved_at, irreversible, plan } = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
    if (format_version !== 1 || typeof saved_at !== "number" || !Array.isArray(irreversible)) throw new Error("it is not of format version 1");
    return { savedAt: saved_at, plan: parsePlan(JSON.stringify(plan)), irreversible: irreversible.map(String) };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    const why = cause instanceof DiagnosticError ? cause.diagnostics[0]!.summary : (cause as Error).message;
    throw new DiagnosticError(
      errorDiagnostic({
        code: "ROLLBACK_UNREADABLE",
        summary: "What undoes the last apply cannot be read",
        detail: `${path}: ${why}. Put the file aside; the placement before that apply has to be declared by hand.`,
        address: path,
      }),
      { cause },
    );
  }
}
