/** One step into a value: an attribute or key by name, an element by index. */
export type PathStep = string | number;

/**
 * Something a user must know, as a value: what happened, to what, why, and what to do next.
 *
 * - `code` is stable and never renumbered (`PARTITION_BOUNDS_NOT_INCREASING`).
 * - `summary` is a title without a final full stop; `detail` says why and the next step.
 * - `address` names the thing: a construct path, a table (`public.cpu`), a cluster; absent when there is none.
 * - `path` leads to the attribute inside it; absent when it is about the whole.
 */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly summary: string;
  readonly detail: string;
  readonly address?: string;
  readonly path?: readonly PathStep[];
}

/** An expected failure that ends an operation. Carries diagnostics; `cause` keeps what a driver threw. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: Diagnostic | readonly Diagnostic[], options?: { readonly cause?: unknown }) {
    const list = Array.isArray(diagnostics) ? (diagnostics as readonly Diagnostic[]) : [diagnostics as Diagnostic];
    super(list.map((d) => `${d.summary}: ${d.detail}`).join("\n"), options);
    this.name = "DiagnosticError";
    this.diagnostics = list;
  }
}

/** An error diagnostic. */
export function errorDiagnostic(fields: Omit<Diagnostic, "severity">): Diagnostic {
  return { severity: "error", ...fields };
}

/** A warning diagnostic. */
export function warningDiagnostic(fields: Omit<Diagnostic, "severity">): Diagnostic {
  return { severity: "warning", ...fields };
}

/** Whether any of them is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === "error");
}
