/**
 * Whether a provider version satisfies a Terraform version constraint (`>= 5.0, < 6.0`, `~> 6.2`, `1.2.3`).
 * Pre-releases satisfy only constraints that name them exactly, as in Terraform. An absent constraint allows all
 * versions; a constraint that cannot be read allows none.
 */
export function satisfiesConstraint(version: string, constraint: string | undefined): boolean {
  const candidate = parseVersion(version);
  if (candidate === undefined) return false;
  if (constraint === undefined || constraint.trim() === "") return candidate.prerelease === "";
  return constraint.split(",").every((part) => satisfiesPart(candidate, part.trim()));
}

interface Version {
  readonly numbers: readonly number[];
  readonly prerelease: string;
}

function satisfiesPart(candidate: Version, part: string): boolean {
  const match = /^(=|!=|>=|<=|~>|>|<)?\s*(\S+)$/.exec(part);
  const wanted = parseVersion(match?.[2] ?? "");
  if (match === null || wanted === undefined) return false;
  const operator = match[1] ?? "=";
  const order = compareNumbers(candidate.numbers, wanted.numbers);
  if (operator === "=") return order === 0 && candidate.prerelease === wanted.prerelease;
  if (operator === "!=") return order !== 0 || candidate.prerelease !== wanted.prerelease;
  if (candidate.prerelease !== "") return false;
  switch (operator) {
    case ">=":
      return order >= 0;
    case "<=":
      return order < 0 || (order === 0 && wanted.prerelease === "");
    case ">":
      return order > 0 || (order === 0 && wanted.prerelease !== "");
    case "<":
      return order < 0;
    default:
      return order >= 0 && samePrefix(candidate.numbers, wanted.numbers.slice(0, -1));
  }
}

function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+(?:\.\d+){0,2})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text.trim());
  return match === null ? undefined : { numbers: (match[1] ?? "").split(".").map(Number), prerelease: match[2] ?? "" };
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < 3; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function samePrefix(version: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((number, index) => (version[index] ?? 0) === number);
}
