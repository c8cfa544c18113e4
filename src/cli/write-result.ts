import { writeFileSync } from "node:fs";
import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";

/** Writes what a verb was asked to save, readable for this user only. Throws a {@link DiagnosticError} (OUTPUT_UNWRITABLE). */
export function writeResult(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch (cause) {
    const detail = `${(cause as Error).message}. Nothing was saved. Pass a file in a directory that exists and can be written.`;
    throw new DiagnosticError(errorDiagnostic({ code: "OUTPUT_UNWRITABLE", summary: "The file cannot be written", detail, address: file }), { cause });
  }
}
