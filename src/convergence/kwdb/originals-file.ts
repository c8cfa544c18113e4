import { readFile } from "node:fs/promises";
import { canonicalJson } from "../../planning/canonical-json";
import { NO_ORIGINALS, type KwdbOriginals } from "../../planning/kwdb/originals";
import { originalsToJson, parseOriginals } from "../../planning/kwdb/plan-json";
import { DiagnosticError, errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { replaceFile } from "../journal/replace-file";

/**
 * What zones and settings of one cluster were before they were first changed, by owner: each manifest, and Terraform, puts back only what
 * it has changed itself.
 */
type OriginalsByOwner = Readonly<Record<string, KwdbOriginals>>;

/** What `owner` has recorded in the file at `path`; nothing when there is no file. Throws a DiagnosticError (ORIGINALS_UNREADABLE). */
export async function readOriginals(path: string, owner: string): Promise<KwdbOriginals> {
  return (await readAll(path))[owner] ?? NO_ORIGINALS;
}

/**
 * Puts what `owner` has recorded in place of what stands there; it is on the disk when the promise resolves.
 * Only the holder of the cluster's lock may write. Throws a DiagnosticError (ORIGINALS_UNREADABLE, ORIGINALS_UNWRITABLE).
 */
export async function saveOriginals(path: string, owner: string, originals: KwdbOriginals): Promise<void> {
  const { [owner]: before, ...others } = await readAll(path);
  if (canonicalJson(before ?? NO_ORIGINALS) === canonicalJson(originals)) return;
  const all = isEmpty(originals) ? others : { ...others, [owner]: originals };
  const owners = Object.fromEntries(Object.entries(all).map(([name, its]) => [name, JSON.parse(originalsToJson(its)) as unknown]));
  try {
    await replaceFile(path, `${canonicalJson({ format_version: 1, owners }, 2)}\n`);
  } catch (cause) {
    throw failure(path, cause, {
      code: "ORIGINALS_UNWRITABLE",
      summary: "What was found cannot be recorded",
      detail: "Nothing is changed without it. Free space, or name another directory in TOPOFORM_STATE_DIR.",
    });
  }
}

async function readAll(path: string): Promise<OriginalsByOwner> {
  try {
    const document = JSON.parse(await readFile(path, "utf8")) as { readonly format_version?: unknown; readonly owners?: unknown };
    if (document.format_version !== 1 || typeof document.owners !== "object" || document.owners === null)
      throw new Error("it is not of format version 1");
    return Object.fromEntries(Object.entries(document.owners).map(([owner, its]) => [owner, parseOriginals(JSON.stringify(its))]));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw failure(path, cause, {
      code: "ORIGINALS_UNREADABLE",
      summary: "What was found before the first change cannot be read",
      detail: "Mend the file or put it aside; then what is there now counts as what was found.",
    });
  }
}

function isEmpty({ zones, settings, rebalances }: KwdbOriginals): boolean {
  return zones.length === 0 && settings.length === 0 && rebalances.length === 0;
}

function failure(path: string, cause: unknown, texts: Pick<Diagnostic, "code" | "summary" | "detail">): DiagnosticError {
  const why = cause instanceof DiagnosticError ? cause.diagnostics[0]!.summary : (cause as Error).message;
  return new DiagnosticError(errorDiagnostic({ ...texts, detail: `${path}: ${why}. ${texts.detail}`, address: path }), { cause });
}
