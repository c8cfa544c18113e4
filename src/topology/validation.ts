import { errorDiagnostic, warningDiagnostic, type Diagnostic, type PathStep } from "./diagnostic";

/** How to validate a declaration. */
export interface ValidateOptions {
  /**
   * Whether a value is not known yet, because another resource gives it. Such values are skipped wherever they stand:
   * names, list elements, whole lists, numbers. Default: every value is known.
   */
  readonly isUnresolved?: (value: unknown) => boolean;
  /** What the diagnostics are about, e.g. a construct's path. Default: the declaration's own name (`public.cpu`). */
  readonly address?: string;
}

/** One finding before it is known what it is about. `path` uses the manifest's field names (`primary_key`). */
export interface Finding {
  readonly code: string;
  readonly summary: string;
  readonly detail: string;
  readonly path?: readonly PathStep[];
  readonly severity?: "warning";
}

/** Findings as diagnostics of one address. */
export function diagnosticsOf(findings: readonly Finding[], address: string): readonly Diagnostic[] {
  return findings.map(({ severity, ...fields }) =>
    severity === "warning" ? warningDiagnostic({ ...fields, address }) : errorDiagnostic({ ...fields, address }),
  );
}

/** `isUnresolved` of the options, or one that knows every value. */
export function unresolvedTest(options: ValidateOptions): (value: unknown) => boolean {
  return options.isUnresolved ?? (() => false);
}

/** The indexes at which an element repeats an earlier one, with the index of the first. Unresolved ones never repeat. */
export function repetitions(
  values: readonly unknown[],
  isUnresolved: (value: unknown) => boolean,
): readonly { readonly index: number; readonly first: number }[] {
  const seen = new Map<unknown, number>();
  return values.flatMap((value, index) => {
    if (value === undefined || isUnresolved(value)) return [];
    const first = seen.get(value);
    if (first !== undefined) return [{ index, first }];
    seen.set(value, index);
    return [];
  });
}

/** A value in a message: text in quotes, lists and objects as JSON. */
export function show(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return typeof value === "string" ? `"${value}"` : String(value);
  return JSON.stringify(value, (_, member: unknown) => (typeof member === "bigint" ? member.toString() : member));
}
