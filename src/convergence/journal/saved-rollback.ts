import { readFile, stat } from "node:fs/promises";
import { canonicalJson } from "../../planning/canonical-json";
import { DiagnosticError, errorDiagnostic } from "../../topology/diagnostic";
import { replaceFile } from "./replace-file";

/** What undoes the last apply to one cluster. */
export interface Rollback<Plan> {
  /** When it was saved: just before that apply began. Milliseconds since the epoch. */
  readonly savedAt: number;
  /** The inverse plan. Its basis is its own, so that the journal never takes it for the plan that it undoes. */
  readonly plan: Plan;
  /** Changes of that apply that nothing undoes, one line each. */
  readonly irreversible: readonly string[];
}

/** How an engine's plans become text and back. */
export interface PlanCodec<Plan> {
  readonly toJson: (plan: Plan) => string;
  readonly parse: (text: string) => Plan;
}

/** Saves it for this user only. Throws a DiagnosticError (ROLLBACK_UNWRITABLE). */
export async function writeRollback<Plan>(path: string, saved: Rollback<Plan>, { toJson }: PlanCodec<Plan>): Promise<void> {
  const document = { format_version: 1, saved_at: saved.savedAt, irreversible: saved.irreversible, plan: JSON.parse(toJson(saved.plan)) as unknown };
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
export async function loadRollback<Plan>(path: string, { parse }: PlanCodec<Plan>): Promise<Rollback<Plan> | null> {
  try {
    if (!(await stat(path)).isFile()) throw new Error("it is no regular file");
    const { format_version, saved_at, irreversible, plan } = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
    if (format_version !== 1 || typeof saved_at !== "number" || !Array.isArray(irreversible)) throw new Error("it is not of format version 1");
    return { savedAt: saved_at, plan: parse(JSON.stringify(plan)), irreversible: irreversible.map(String) };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    const why = cause instanceof DiagnosticError ? cause.diagnostics[0]!.summary : (cause as Error).message;
    throw new DiagnosticError(
      errorDiagnostic({
        code: "ROLLBACK_UNREADABLE",
        summary: "What undoes the last apply cannot be read",
        detail: `${path}: ${why}. Put the file aside; what was before that apply has to be declared by hand.`,
        address: path,
      }),
      { cause },
    );
  }
}
