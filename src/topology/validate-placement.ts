import { hasErrors, type Diagnostic } from "./diagnostic";
import { UNPARTITIONED } from "./ids";
import { placedTables, type GreptimeClusterDeclaration, type MoveLimits, type PlacementDeclaration, type TableDeclaration } from "./manifest";
import { parsePartitionRule } from "./parse-partition-rule";
import { partitionsOfTable } from "./partition-rules";
import { pinsByTable, pinTargets, placesSeveralTables, qualifiedPin, splitQualifiedPin } from "./resolve-pins";
import { comparisonForm } from "./same-partition-rule";
import { strategyFindings } from "./validate-strategy";
import { validateTable } from "./validate-table";
import { didYouMean } from "./suggest";
import { diagnosticsOf, show, unresolvedTest, type Finding, type ValidateOptions } from "./validation";

export interface ValidatePlacementOptions extends ValidateOptions {
  /** The cluster that the placement is for. Absent: what needs it (datanodes, tables, shared storage) is not checked. */
  readonly cluster?: Pick<GreptimeClusterDeclaration, "datanodes" | "sharedStorage" | "tables">;
}

/** More running moves than this starve the heartbeats of the datanodes. */
const MAX_LIMIT = 64;

type IsUnresolved = (value: unknown) => boolean;
type Cluster = NonNullable<ValidatePlacementOptions["cluster"]>;

/** Everything that is wrong with a placement, at once, each with the change to make. Empty when nothing is. */
export function validatePlacement(placement: PlacementDeclaration, options: ValidatePlacementOptions = {}): readonly Diagnostic[] {
  const isUnresolved = unresolvedTest(options);
  const findings = [
    ...storageFindings(placement, options.cluster, isUnresolved),
    ...(isUnresolved(placement.pins) ? [] : pinFindings(placement, options.cluster, isUnresolved)),
    ...(isUnresolved(placement.strategy) ? [] : strategyFindings(placement, options.cluster, isUnresolved)),
    ...limitFindings(placement.limits, isUnresolved),
    ...timeoutFindings(placement.replayTimeoutSeconds, isUnresolved),
  ];
  return diagnosticsOf(findings, options.address ?? placement.name);
}

function storageFindings(placement: PlacementDeclaration, cluster: Cluster | undefined, isUnresolved: IsUnresolved): readonly Finding[] {
  if (cluster === undefined || cluster.sharedStorage !== undefined) return [];
  if (!isUnresolved(placement.pins) && !mayMove(placement)) return [];
  const detail =
    "The cluster declares no shared storage. A region can only move between datanodes that read the same bucket: " +
    "on local disks the target cannot open it, and the move never ends. Declare the bucket as the cluster's shared storage.";
  return [{ code: "PLACEMENT_WITHOUT_SHARED_STORAGE", summary: "Placement without shared storage", detail }];
}

/** Whether the placement can ask for a move at all. */
function mayMove({ pins, strategy, excludeDatanodes, capacity }: PlacementDeclaration): boolean {
  return strategy !== "pinned" || Object.keys(pins).length > 0 || (excludeDatanodes ?? []).length > 0 || capacity !== undefined;
}

function pinFindings(placement: PlacementDeclaration, cluster: Cluster | undefined, isUnresolved: IsUnresolved): readonly Finding[] {
  const names = Object.keys(placement.pins).filter((name) => !isUnresolved(name));
  const datanodes = names.flatMap((name) => [
    ...datanodeFindings(name, placement.pins[name], cluster, isUnresolved),
    ...excludedTargetFindings(name, placement, isUnresolved),
  ]);
  if (isUnresolved(placement.tables)) return datanodes;
  if (!placesSeveralTables(placement)) return [...datanodes, ...tablePinFindings(names, placement, placement.table, cluster, isUnresolved)];
  const tables = placedTables(placement);
  const placed = new Set(tables);
  const astray = names.filter((name) => !placed.has(splitQualifiedPin(name)?.table ?? ""));
  const pinsOf = pinsByTable(placement);
  return [
    ...datanodes,
    ...astray.map((name) => pinWithoutTable(name, tables)),
    ...tables.flatMap((table) =>
      tablePinFindings(Object.keys(pinsOf(table)), placement, table, cluster, isUnresolved).map((finding) => ({
        ...finding,
        path: ["pins", qualifiedPin(table, String(finding.path?.[1] ?? ""))],
      })),
    ),
  ];
}

function pinWithoutTable(name: string, tables: readonly string[]): Finding {
  const detail =
    `The pin ${show(name)} does not say which of the placed tables it means. Write the table in front: ` +
    `${show(qualifiedPin(tables[0] ?? "table", "host < 'g'"))}. Tables: ${tables.join(", ")}.`;
  return { code: "PLACEMENT_PIN_WITHOUT_TABLE", summary: "The pin names no placed table", detail, path: ["pins", name] };
}

function tablePinFindings(
  names: readonly string[],
  placement: PlacementDeclaration,
  name: string,
  cluster: Cluster | undefined,
  isUnresolved: IsUnresolved,
): readonly Finding[] {
  const table = declaredTable({ ...placement, table: name }, cluster, isUnresolved);
  return table === undefined ? undeclaredTableFindings(names) : declaredTableFindings(names, table, isUnresolved);
}

function declaredTable({ database, table }: PlacementDeclaration, cluster: Cluster | undefined, isUnresolved: IsUnresolved): TableDeclaration | undefined {
  if (isUnresolved(database) || isUnresolved(table)) return undefined;
  return cluster?.tables.find((candidate) => candidate.database === database && candidate.name === table);
}

function datanodeFindings(name: string, datanode: unknown, cluster: Cluster | undefined, isUnresolved: IsUnresolved): readonly Finding[] {
  const declared = cluster?.datanodes;
  if (declared === undefined || isUnresolved(declared) || isUnresolved(datanode)) return [];
  const ids = declared.map(({ id }) => id);
  if (ids.some(isUnresolved) || ids.some((id) => id === datanode)) return [];
  const detail = `The pin ${show(name)} names datanode ${show(datanode)}. The cluster has: ${ids.join(", ")}. Pin to one of these, or declare the datanode.`;
  return [{ code: "PLACEMENT_DATANODE_UNKNOWN", summary: "The cluster has no such datanode", detail, path: ["pins", name] }];
}

function excludedTargetFindings(name: string, { pins, excludeDatanodes }: PlacementDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const datanode = pins[name];
  if (excludeDatanodes === undefined || isUnresolved(excludeDatanodes) || isUnresolved(datanode)) return [];
  if (!excludeDatanodes.some((excluded) => excluded === datanode)) return [];
  const detail =
    `Datanode ${show(datanode)} is in exclude_datanodes, which empties it. ` +
    "Pin the partition to another datanode, or leave it out of exclude_datanodes.";
  return [{ code: "PLACEMENT_PIN_EXCLUDED", summary: "A pin leads to a datanode that is excluded", detail, path: ["pins", name] }];
}

/** Of a table that exists already only the rules can be named. */
function undeclaredTableFindings(names: readonly string[]): readonly Finding[] {
  const unreadable = names.flatMap((name): readonly Finding[] => {
    const parsed = name.trim() === UNPARTITIONED ? undefined : parsePartitionRule(name);
    if (parsed?.kind !== "problem") return [];
    const detail =
      `The table is not declared, so the pin ${show(name)} must be a partition's rule as SHOW CREATE TABLE prints it ` +
      `(host < 'g'), or * for a table without partitions: ${parsed.problem}. ${parsed.advice}`;
    return [{ code: "PLACEMENT_PARTITION_UNREADABLE", summary: "The pin is no partition rule", detail, path: ["pins", name] }];
  });
  return [...unreadable, ...repeatedPins(names, (name) => comparisonForm(name))];
}

function declaredTableFindings(names: readonly string[], table: TableDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (containsUnresolved(table.columns, isUnresolved) || containsUnresolved(table.partitioning, isUnresolved)) return [];
  if (hasErrors(validateTable(table))) return [];
  const find = pinTargets(table);
  const unknown = names.filter((name) => find(name) === undefined).map((name) => unknownPartition(name, table));
  return [...unknown, ...repeatedPins(names, find)];
}

function unknownPartition(name: string, table: TableDeclaration): Finding {
  const partitions = partitionsOfTable(table);
  const labels = partitions.map(({ key, alias }) => (alias === undefined ? key : `${alias} (${key})`));
  const candidates = partitions.flatMap(({ key, alias }) => (alias === undefined ? [key] : [alias, key]));
  const detail = `The pin ${show(name)} names no partition of ${table.database}.${table.name}.${didYouMean(name, candidates)} Partitions: ${labels.join("; ")}.`;
  return { code: "PLACEMENT_PARTITION_UNKNOWN", summary: "The table has no such partition", detail, path: ["pins", name] };
}

function repeatedPins(names: readonly string[], identify: (name: string) => string | undefined): readonly Finding[] {
  const seen = new Map<string, string>();
  return names.flatMap((name): readonly Finding[] => {
    const identity = identify(name);
    const first = identity === undefined ? undefined : seen.get(identity);
    if (identity !== undefined && first === undefined) seen.set(identity, name);
    if (first === undefined) return [];
    const detail = `The pins ${show(first)} and ${show(name)} name the same partition. Keep one.`;
    return [{ code: "PLACEMENT_PIN_DUPLICATE", summary: "Partition pinned twice", detail, path: ["pins", name] }];
  });
}

function limitFindings(limits: MoveLimits, isUnresolved: IsUnresolved): readonly Finding[] {
  if (isUnresolved(limits)) return [];
  const names = ["outgoing", "incoming", "cluster"] as const;
  return names.flatMap((name): readonly Finding[] => {
    const value = limits[name];
    if (isUnresolved(value) || (Number.isInteger(value) && value >= 1 && value <= MAX_LIMIT)) return [];
    const detail = `The limit "${name}" is ${show(value)}. Allowed: whole numbers from 1 to ${MAX_LIMIT}; more moves at once cost datanodes their leases.`;
    return [{ code: "PLACEMENT_LIMIT_OUT_OF_RANGE", summary: "Limit out of range", detail, path: ["limits", name] }];
  });
}

function timeoutFindings(seconds: number, isUnresolved: IsUnresolved): readonly Finding[] {
  if (isUnresolved(seconds) || (Number.isSafeInteger(seconds) && seconds >= 1)) return [];
  const detail = `The replay timeout is ${show(seconds)} seconds. Allowed: whole numbers from 1. Leave it out for 300.`;
  return [{ code: "PLACEMENT_REPLAY_TIMEOUT_OUT_OF_RANGE", summary: "Replay timeout out of range", detail, path: ["replay_timeout_seconds"] }];
}

function containsUnresolved(value: unknown, isUnresolved: IsUnresolved): boolean {
  if (isUnresolved(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((member) => containsUnresolved(member, isUnresolved));
}
