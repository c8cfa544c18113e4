import { type Constraint, type ConstraintGroup, formatConstraint, type ZoneValues } from "./zone-config";

/** The writer of the server's YAML: flow values on one line that breaks before an item once it is longer than this. */
const BEST_WIDTH = 80;

type Flow = string | readonly Flow[] | { readonly counts: readonly (readonly [string, string])[] };

/** A flow value as the server's YAML writer lays it out, beginning at `column`. */
function writeFlow(value: Flow, column: number, indent: number): string {
  if (typeof value === "string") return scalar(value);
  const isMap = "counts" in value;
  const items: readonly Flow[] = isMap ? value.counts.map(([key, count]) => `${scalar(key)}: ${count}`) : value;
  const [open, close] = isMap ? ["{", "}"] : ["[", "]"];
  let line = open;
  let at = column + 1;
  for (const [i, item] of items.entries()) {
    if (i > 0) {
      line += ",";
      at++;
      if (at > BEST_WIDTH) {
        line += `\n${" ".repeat(indent)}`;
        at = indent;
      } else {
        line += " ";
        at++;
      }
    }
    const text = isMap && typeof item === "string" ? item : writeFlow(item, at, indent + 2);
    line += text;
    const lastLine = text.lastIndexOf("\n");
    at = lastLine < 0 ? at + text.length : text.length - lastLine - 1;
  }
  return line + close;
}

/** Quoted when it would not be read back as the same text inside a flow value. */
function scalar(text: string): string {
  const plain = /^[A-Za-z+_./][^,[\]{}#:&*!|>'"%@`]*$/.test(text) || /^-[^\s,[\]{}#:'"]+$/.test(text);
  return plain && text.trim() === text && !/^[+-]?(\d|\.)/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

function constraintsFlow(groups: readonly ConstraintGroup[]): Flow {
  if (groups.length === 0) return [];
  if (groups.length === 1 && groups[0]!.replicas === 0) return groups[0]!.constraints.map(formatConstraint);
  return { counts: groups.map((group) => [group.constraints.map(formatConstraint).join(","), String(group.replicas)] as const) };
}

/** `[]`, `[+region=a]` or `{+region=a: 1}`. */
export function printConstraints(groups: readonly ConstraintGroup[], column = 0): string {
  return writeFlow(constraintsFlow(groups), column, 2);
}

/** `[[+region=a], [-region=b]]`. */
export function printLeasePreferences(preferences: readonly (readonly Constraint[])[], column = 0): string {
  return writeFlow(preferences.map((preference) => preference.map(formatConstraint)), column, 2);
}

/** A zone as `raw_config_yaml` shows it: what is not set is null, and empty lists stand for both "inherited" and "none". */
export function printYaml(values: ZoneValues): string {
  const number = (value: bigint | number | null): string => (value === null ? "null" : String(value));
  const gc = values.gcTtlSeconds === null ? "gc: null\n" : `gc:\n  ttlseconds: ${values.gcTtlSeconds}\n`;
  return (
    `range_min_bytes: ${number(values.rangeMinBytes)}\nrange_max_bytes: ${number(values.rangeMaxBytes)}\n${gc}num_replicas: ${number(values.numReplicas)}\n` +
    `constraints: ${printConstraints(values.constraints ?? [], "constraints: ".length)}\nlease_preferences: ${printLeasePreferences(values.leasePreferences ?? [], "lease_preferences: ".length)}\n`
  );
}
