import { repetitions, type Finding } from "../validation";
import type { ZoneConfigDeclaration } from "./cluster";
import { formatConstraint, groupText, parseConstraint, type Constraint } from "./constraint";

type IsUnresolved = (value: unknown) => boolean;

/** What the server refuses in constraints, besides those that match no node. */
export function constraintFindings({ values }: ZoneConfigDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const { constraints } = values;
  if (constraints === undefined || isUnresolved(constraints)) return [];
  if (constraints.kind === "all-replicas") return groupFindings(constraints.constraints, ["constraints"], isUnresolved);
  const findings: Finding[] = [];
  const keys = constraints.groups.map((group) => groupText(group.constraints));
  constraints.groups.forEach((group, index) => {
    const path = ["constraints", keys[index] ?? index];
    findings.push(...groupFindings(group.constraints, path, isUnresolved));
    if (group.constraints.length === 0) {
      findings.push({
        code: "KWDB_CONSTRAINT_GROUP_EMPTY",
        summary: "Replicas without constraints",
        detail: "A group of replicas names no constraint. Name one, or remove the group.",
        path,
      });
    }
    if (!isUnresolved(group.replicas) && !(Number.isInteger(group.replicas) && group.replicas >= 1)) {
      const detail = `${keys[index] ?? ""} is for ${group.replicas} replicas. Write 1 or more.`;
      findings.push({ code: "KWDB_CONSTRAINT_REPLICAS", summary: "Number of replicas out of range", detail, path });
    }
    const prohibited = group.constraints.find(({ requirement }) => requirement === "prohibited");
    if (prohibited !== undefined) {
      const detail = `${formatConstraint(prohibited)} is for some replicas only. Prohibitions hold for all replicas: write the constraints as a list.`;
      findings.push({
        code: "KWDB_CONSTRAINT_PROHIBITED_PER_REPLICA",
        summary: "Prohibition for some replicas",
        detail,
        path,
      });
    }
  });
  for (const { index, first } of repetitions(keys, isUnresolved)) {
    const detail = `Groups ${first + 1} and ${index + 1} are both ${keys[index] ?? ""}. Join them.`;
    findings.push({
      code: "KWDB_CONSTRAINT_GROUP_REPEATED",
      summary: "Repeated group of constraints",
      detail,
      path: ["constraints", keys[index] ?? index],
    });
  }
  if (constraints.groups.some(({ replicas }) => isUnresolved(replicas))) return findings;
  const total = constraints.groups.reduce((sum, group) => sum + group.replicas, 0);
  const { numReplicas } = values;
  if (numReplicas !== undefined && !isUnresolved(numReplicas) && total > numReplicas)
    findings.push(tooManyReplicas(total, numReplicas));
  return findings;
}

/** More replicas in constraints than the zone has. */
export function tooManyReplicas(total: number, numReplicas: number): Finding {
  return {
    code: "KWDB_CONSTRAINT_REPLICAS_EXCEED",
    summary: "Constraints for more replicas than there are",
    detail: `The constraints are for ${total} replicas, num_replicas is ${numReplicas}. Raise num_replicas or lower the numbers.`,
    path: ["constraints"],
  };
}

export function leaseFindings({ values }: ZoneConfigDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const { leasePreferences } = values;
  if (leasePreferences === undefined || isUnresolved(leasePreferences)) return [];
  return leasePreferences.flatMap((group, index) => {
    const path = ["lease_preferences", index];
    if (group.length > 0) return groupFindings(group, path, isUnresolved);
    return [
      {
        code: "KWDB_LEASE_PREFERENCE_EMPTY",
        summary: "Empty lease preference",
        detail: "A lease preference names at least one constraint. Name one, or remove it.",
        path,
      },
    ];
  });
}

function groupFindings(
  group: readonly Constraint[],
  path: readonly (string | number)[],
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  return [...nameFindings(group, path, isUnresolved), ...conflictFindings(group, path)];
}

/** Names that the server's list syntax has no way to say. */
function nameFindings(
  group: readonly Constraint[],
  path: readonly (string | number)[],
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  return group.flatMap((constraint, index) => {
    const text = formatConstraint(constraint);
    const parsed = isUnresolved(text) ? undefined : parseConstraint(text);
    if (parsed?.kind !== "invalid") return [];
    return [
      {
        code: "KWDB_CONSTRAINT_INVALID",
        summary: "Not a constraint",
        detail: parsed.detail,
        path: [...path, index],
      },
    ];
  });
}

/** Two required values of one key can never hold together; an attribute or a pair stands once in a group. */
function conflictFindings(group: readonly Constraint[], path: readonly (string | number)[]): readonly Finding[] {
  return group.flatMap((constraint, index) => {
    const other = group.slice(0, index).find((earlier) => conflicts(earlier, constraint));
    if (other === undefined) return [];
    const detail = `${formatConstraint(other)} and ${formatConstraint(constraint)} cannot stand in one group. Remove one.`;
    return [
      {
        code: "KWDB_CONSTRAINTS_CONFLICT",
        summary: "Constraints that exclude each other",
        detail,
        path: [...path, index],
      },
    ];
  });
}

function conflicts(a: Constraint, b: Constraint): boolean {
  if (a.key !== b.key) return false;
  if (a.value === b.value) return true;
  return a.key !== undefined && a.requirement === "required" && b.requirement === "required";
}
