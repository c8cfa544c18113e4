import type { Diagnostic } from "../diagnostics/diagnostic";
import { errorDiagnostic } from "../diagnostics/diagnostic";
import type { Path } from "../diagnostics/path";
import { renderPath } from "../diagnostics/path";

/** A rule of Terraform that an answer of the provider breaks. The text never holds a value, which might be a secret. */
export interface Violation {
  readonly path: Path;
  readonly problem: string;
}

/** Makes error diagnostics of violations: they are bugs of the provider and say so. */
export function violationDiagnostics(
  summary: string,
  subject: string,
  violations: readonly Violation[],
): readonly Diagnostic[] {
  return violations.map(({ path, problem }) =>
    errorDiagnostic(
      summary,
      `${subject}${path.length === 0 ? "" : `, attribute ${renderPath(path)}`}: ${problem}.\n\n` +
        "This is a bug in the provider, which should be reported in its issue tracker.",
      path,
    ),
  );
}
