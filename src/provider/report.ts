import type { Diagnostic as PluginDiagnostic, Path } from "../plugin";
import { PortError } from "../engines/port";
import { DiagnosticError, errorDiagnostic } from "../topology/diagnostic";
import type { Diagnostic, PathStep } from "../topology/diagnostic";

/**
 * Our diagnostics as Terraform shows them.
 *
 * Terraform finds the source line of outermost attributes only (observed on Terraform 1.11.4), so a path is cut to its first
 * step; steps in camelCase become the attribute's name. A path that leads to no attribute of `attributes` is left out.
 */
export function toPluginDiagnostics(
  diagnostics: readonly Diagnostic[],
  attributes: Readonly<Record<string, unknown>> = {},
): readonly PluginDiagnostic[] {
  return diagnostics.map((diagnostic) => {
    const path = attributePath(diagnostic.path, attributes);
    const shown = { severity: diagnostic.severity, summary: diagnostic.summary, detail: `${addressed(diagnostic)} [${diagnostic.code}]` };
    return path === undefined ? shown : { ...shown, path };
  });
}

/** The detail behind its address; a list keeps its first line in line with the others. */
function addressed({ address, detail }: Diagnostic): string {
  if (address === undefined) return detail;
  return `${address}:${detail.startsWith(" ") ? "\n" : " "}${detail}`;
}

/**
 * What a failed statement or reading tells the user. Other errors are ours, and are thrown again: the framework reports them.
 */
export function expectedFailure(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (error instanceof PortError) return [error.diagnostic];
  throw error;
}

/** An error about one attribute. */
export function attributeError(code: string, attribute: string, summary: string, detail: string): Diagnostic {
  return errorDiagnostic({ code, summary, detail, path: [attribute] });
}

function attributePath(path: readonly PathStep[] | undefined, attributes: Readonly<Record<string, unknown>>): Path | undefined {
  const first = path?.[0];
  if (typeof first !== "string") return undefined;
  const name = first === "partitioning" ? partitionAttribute(path ?? []) : attributeOfField(first);
  return name in attributes ? [name] : undefined;
}

/** HCL gives the two kinds of partitions an attribute each. */
function partitionAttribute(path: readonly PathStep[]): string {
  if (path[1] === "columns") return "partition_columns";
  return path.includes("rule") ? "partition_rules" : "partition_less_than";
}

function attributeOfField(field: string): string {
  return ATTRIBUTE_OF_FIELD[field] ?? field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Fields of the declaration whose attribute has another name. */
const ATTRIBUTE_OF_FIELD: Readonly<Record<string, string>> = {
  limits: "max_moves",
};
