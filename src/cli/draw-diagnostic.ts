import type { Diagnostic } from "../topology/diagnostic";
import type { Style } from "./console";
import { wrapText } from "./wrap-text";

/** A diagnostic as a short block: title, where, why and the next step, code. */
export function drawDiagnostic(diagnostic: Diagnostic, { colors, columns }: Style): string {
  const title = diagnostic.severity === "error" ? colors.red(colors.bold("Error: ")) : colors.yellow(colors.bold("Warning: "));
  const where = [diagnostic.address, diagnostic.path?.join(".")].filter(Boolean).join(" · ");
  const lines = [`${title}${colors.bold(diagnostic.summary)}`];
  if (where) lines.push(`  ${colors.dim(`at ${where}`)}`);
  lines.push(...wrapText(diagnostic.detail, columns, "  "), `  ${colors.dim(diagnostic.code)}`);
  return lines.join("\n");
}

export function drawDiagnostics(diagnostics: readonly Diagnostic[], style: Style): string {
  return diagnostics.map((diagnostic) => drawDiagnostic(diagnostic, style)).join("\n\n");
}
