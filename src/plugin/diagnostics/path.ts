/** One step: an attribute name, a position in a list or tuple, or a key of a map. Elements of sets have no step. */
export type PathStep = string | number | { readonly key: string };

/**
 * Where in a configuration or state something is.
 *
 * Terraform shows the source line for a path to an outermost attribute, to one of its elements, and into blocks;
 * deeper paths show the header of the resource (observed on Terraform 1.11.4).
 *
 * @example
 * const path: Path = ["placement", { key: "host < 'g'" }];
 */
export type Path = readonly PathStep[];

/** Renders a path as Terraform writes references, for example `placement["host < 'g'"]` or `rule[0].name`. */
export function renderPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "string") text += text === "" ? step : `.${step}`;
    else if (typeof step === "number") text += `[${step}]`;
    else text += `[${JSON.stringify(step.key)}]`;
  }
  return text;
}

/** True when both paths have the same steps. */
export function equalPaths(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, index) => equalSteps(step, b[index]));
}

function equalSteps(a: PathStep, b: PathStep | undefined): boolean {
  if (typeof a === "object") return typeof b === "object" && a.key === b.key;
  return a === b;
}
