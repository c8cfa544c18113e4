import { isUnknown } from "../../plugin";
import type { ObjectValue, Value } from "../../plugin";
import type { Diagnostic } from "../../topology/diagnostic";
import { UNPARTITIONED } from "../../topology/ids";
import { parsePartitionRule } from "../../topology/parse-partition-rule";
import { qualifiedPin, splitQualifiedPin } from "../../topology/resolve-pins";
import { comparisonForm } from "../../topology/same-partition-rule";
import { attributeError } from "../report";
import { datanodesOf, listOf, mapOf, textsOf, toDatanodeId } from "../values";

/** What is wrong with the pins of a configuration, one by one and together. */
export function pinProblems(config: ObjectValue): readonly Diagnostic[] {
  const allowed = allowedDatanodes(config);
  const excluded = new Set(datanodesOf(config, "exclude_datanodes"));
  const pins = pinsOf(config);
  return [
    ...pins.flatMap((pin) => [...tableProblem(pin, config), ...ruleProblem(pin), ...targetProblem(pin, allowed), ...excludedProblem(pin, excluded)]),
    ...repeatedPins(pins),
  ];
}

interface Pin {
  readonly name: string;
  /** Undefined when the name has none. */
  readonly table: string | undefined;
  readonly partition: string;
  readonly datanode: Value;
}

function pinsOf(config: ObjectValue): readonly Pin[] {
  // While the list is unknown, as it is when it refers to other resources, both forms of a name may be right.
  const several = isUnknown(config["tables"] ?? null) || (listOf(config, "tables") ?? []).length > 1;
  return Object.entries(mapOf(config, "pins") ?? {}).map(([name, datanode]) => {
    const split = several ? splitQualifiedPin(name) : undefined;
    return { name, table: split?.table, partition: split?.partition ?? name, datanode };
  });
}

function tableProblem({ name, table }: Pin, config: ObjectValue): readonly Diagnostic[] {
  const tables = listOf(config, "tables") ?? [];
  if (tables.length < 2 || (table !== undefined && (tables.includes(table) || tables.some(isUnknown)))) return [];
  const names = textsOf(config, "tables") ?? [];
  const detail =
    `The pin "${name}" does not say which of the placed tables it means. Write the table in front: ` +
    `"${qualifiedPin(names[0] ?? "table", "host < 'g'")}". Tables: ${names.join(", ")}.`;
  return [attributeError("PLACEMENT_PIN_WITHOUT_TABLE", "pins", "The pin names no placed table", detail)];
}

/** Two spellings of one rule: which of them counts would be chance. */
function repeatedPins(pins: readonly Pin[]): readonly Diagnostic[] {
  const seen = new Map<string, string>();
  return pins.flatMap(({ name, table, partition }) => {
    const identity = JSON.stringify([table, comparisonForm(partition)]);
    const first = seen.get(identity);
    if (first === undefined) {
      seen.set(identity, name);
      return [];
    }
    return [attributeError("PLACEMENT_PIN_DUPLICATE", "pins", "Partition pinned twice", `The pins "${first}" and "${name}" name the same partition. Keep one.`)];
  });
}

function ruleProblem({ name, partition }: Pin): readonly Diagnostic[] {
  if (partition === UNPARTITIONED) return [];
  const parsed = parsePartitionRule(partition);
  if (parsed.kind === "rule") return [];
  return [
    attributeError(
      "PIN_NOT_A_RULE",
      "pins",
      `"${name}" is not a partition's rule`,
      `${parsed.problem}. ${parsed.advice} Partitions have no names on the server, so a name cannot be pinned here: write the rule as SHOW CREATE TABLE prints it, or * for a table without partitions.`,
    ),
  ];
}

function targetProblem({ name, datanode }: Pin, allowed: ReadonlySet<bigint> | undefined): readonly Diagnostic[] {
  if (isUnknown(datanode)) return [];
  const id = toDatanodeId(datanode);
  if (id === null) {
    return [attributeError("DATANODE_ID_INVALID", "pins", `The datanode of "${name}" is not a datanode id`, "Give the peer id: a whole number from 0 on.")];
  }
  if (allowed === undefined || allowed.has(id)) return [];
  return [
    attributeError(
      "DATANODE_NOT_DECLARED",
      "pins",
      `"${name}" is pinned to datanode ${id}, which the cluster does not have`,
      `datanodes lists ${[...allowed].join(", ") || "none"}. Pin to one of these, or add ${id} to datanodes.`,
    ),
  ];
}

function excludedProblem({ datanode }: Pin, excluded: ReadonlySet<bigint>): readonly Diagnostic[] {
  const id = toDatanodeId(datanode);
  if (id === null || !excluded.has(id)) return [];
  return [
    attributeError(
      "PLACEMENT_PIN_EXCLUDED",
      "pins",
      "A pin leads to a datanode that is excluded",
      `Datanode ${id} is in exclude_datanodes, which empties it. Pin the partition to another datanode, or leave ${id} out of exclude_datanodes.`,
    ),
  ];
}

/** Undefined while the set is absent or not wholly known. */
function allowedDatanodes(config: ObjectValue): ReadonlySet<bigint> | undefined {
  const declared = listOf(config, "datanodes");
  if (declared === null || declared.some(isUnknown)) return undefined;
  return new Set(declared.map(toDatanodeId).filter((id) => id !== null));
}
