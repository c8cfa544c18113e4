import type { Path } from "./path";
import { equalPaths } from "./path";

/** An error stops the operation; a warning is shown and the operation goes on. */
export type Severity = "error" | "warning";

/**
 * Something the user has to know, as a value.
 *
 * Terraform merges warnings with the same summary into one and wraps `detail`, except for lines that begin with a
 * space (observed on Terraform 1.11.4): use one warning with a table rather than many with the same summary.
 */
export interface Diagnostic {
  readonly severity: Severity;
  /** One line, like a title. */
  readonly summary: string;
  /** What happened and what to do next. */
  readonly detail: string;
  /** The attribute that this is about. Left out when it is about the whole object. */
  readonly path?: Path;
}

/** Makes an error. */
export function errorDiagnostic(summary: string, detail: string, path?: Path): Diagnostic {
  return path === undefined ? { severity: "error", summary, detail } : { severity: "error", summary, detail, path };
}

/** Makes a warning. */
export function warningDiagnostic(summary: string, detail: string, path?: Path): Diagnostic {
  return path === undefined ? { severity: "warning", summary, detail } : { severity: "warning", summary, detail, path };
}

/** True when two diagnostics would look the same to the user. A missing path equals an empty one. */
export function equalDiagnostics(a: Diagnostic, b: Diagnostic): boolean {
  return (
    a.severity === b.severity &&
    a.summary === b.summary &&
    a.detail === b.detail &&
    equalPaths(a.path ?? [], b.path ?? [])
  );
}

/** Drops repetitions and keeps the order of first appearance. */
export function uniqueDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter((one, index) => diagnostics.findIndex((other) => equalDiagnostics(one, other)) === index);
}

/** True when at least one is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((one) => one.severity === "error");
}
