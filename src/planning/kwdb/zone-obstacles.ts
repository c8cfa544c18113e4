import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { formatConstraint, type Constraint } from "../../topology/kwdb/constraint";
import type { ZoneConfigDeclaration } from "../../topology/kwdb/cluster";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { tooManyReplicas } from "../../topology/kwdb/validate-constraints";
import { isAdopted, isSystemTarget, type ZoneTarget } from "../../topology/kwdb/zone-target";
import type { ZoneValues } from "../../topology/kwdb/zone-values";
import { didYouMean } from "../../topology/suggest";
import { holdsUnwritable, type ZoneChange } from "./change";
import { indexesOf } from "./desired-zones";
import { liveIndex } from "./live-index";
import type { ObservedKwdbCluster, ObservedNode } from "./observed";
import type { ZoneOriginal } from "./originals";
import { downNodes } from "./server-zones";

/** Why the target itself cannot be configured, whatever is wanted of it. */
export function targetObstacles(
  zone: ZoneConfigDeclaration,
  target: ZoneTarget,
  observed: ObservedKwdbCluster,
): readonly Diagnostic[] {
  const address = formatZoneTarget(target);
  const findings: Diagnostic[] = [];
  const blocked = (code: string, summary: string, detail: string): void =>
    void findings.push(errorDiagnostic({ code, summary, detail, address }));
  if (isSystemTarget(target) && !zone.allowSystemRange) {
    blocked(
      "KWDB_SYSTEM_RANGE_NOT_ALLOWED",
      `${address} belongs to the cluster itself`,
      "A wrong value there can stop a part of the cluster or all of it. Set allow_system_range = true if that is what you want.",
    );
  }
  const unknown = unknownTarget(target, observed);
  if (unknown !== undefined) blocked("KWDB_TARGET_UNKNOWN", `${address} does not exist`, unknown);
  if (target.kind === "partition" && target.index === undefined) {
    const indexes = indexesOf(target, observed);
    if (indexes.length > 1) {
      const detail = `The indexes ${indexes.join(", ")} all have a partition ${target.partition}. Name one: PARTITION ${target.partition} OF INDEX ${target.database}.${target.table}@${indexes[0] ?? ""}.`;
      blocked("KWDB_PARTITION_AMBIGUOUS", `${address} is not one partition`, detail);
    }
  }
  const tooOld = unsupportedTarget(target, observed);
  if (tooOld !== undefined)
    blocked("KWDB_TARGET_UNSUPPORTED", `KWDB ${observed.version} cannot configure ${address}`, tooOld);
  if (observed.nodes.kind === "not-admin" && isAdopted(target)) {
    blocked(
      "KWDB_NOT_ADMIN",
      `${address} needs an administrator`,
      "Only members of the role admin may configure it. Connect as one (root is one).",
    );
  }
  return findings;
}

function unknownTarget(target: ZoneTarget, observed: ObservedKwdbCluster): string | undefined {
  if (target.kind === "range" || liveIndex(observed).zones.has(formatZoneTarget(target))) return undefined;
  const databases = observed.databases.map(({ name }) => name);
  if (!databases.includes(target.database)) {
    return `There is no database "${target.database}", or the user has no privilege on it.${didYouMean(target.database, databases)} Create it first.`;
  }
  if (target.kind === "database") return undefined;
  const tables = liveIndex(observed).tablesOf(target.database);
  const table = liveIndex(observed).table(target.database, target.table);
  if (table === undefined) {
    return `There is no table "${target.table}" in database "${target.database}", or the user has no privilege on it.${didYouMean(
      target.table,
      tables.map((candidate) => candidate.table),
    )} Create it first.`;
  }
  if ("index" in target && target.index !== undefined && !table.indexes.includes(target.index)) {
    return `The table has no index "${target.index}".${didYouMean(target.index, table.indexes)} It has ${table.indexes.join(", ") || "none"}.`;
  }
  if (target.kind !== "partition" || (table.timeSeries && !observed.abilities.listsHashPoints)) return undefined;
  const partitions = table.partitions
    .filter(({ index }) => target.index === undefined || index === target.index)
    .map(({ name }) => name);
  if (partitions.includes(target.partition)) return undefined;
  return `The table has no partition "${target.partition}".${didYouMean(target.partition, partitions)} It has ${partitions.join(", ") || "none"}.`;
}

function unsupportedTarget(target: ZoneTarget, observed: ObservedKwdbCluster): string | undefined {
  const { abilities } = observed;
  if (target.kind === "index" && !abilities.indexZones) {
    return "Servers from 2.1.0 on end ALTER INDEX … CONFIGURE ZONE USING in an internal error. Declare the zone of the table or of a partition.";
  }
  if (target.kind === "partition" && !abilities.partitionZones)
    return "Zones of partitions need KWDB 2.1.0 or newer. Upgrade the cluster.";
  if (target.kind !== "table" && target.kind !== "partition") return undefined;
  const table = liveIndex(observed).table(target.database, target.table);
  return table?.timeSeries === true && !abilities.timeSeriesZones
    ? "Zones of time-series tables need KWDB 2.1.0 or newer. Upgrade the cluster."
    : undefined;
}

export interface ZoneObstacleRequest {
  readonly target: ZoneTarget;
  readonly change: ZoneChange;
  readonly effectiveBefore: ZoneValues;
  readonly effectiveAfter: ZoneValues;
  readonly original: ZoneOriginal | undefined;
  readonly observed: ObservedKwdbCluster;
}

/** Why a change of a zone must not be sent. The server refuses only some of it. */
export function zoneObstacles(request: ZoneObstacleRequest): readonly Diagnostic[] {
  const { change, target, effectiveAfter } = request;
  const address = formatZoneTarget(target);
  const findings: Diagnostic[] = [
    ...replicaObstacles(request, address),
    ...matchObstacles(change, request.observed, address),
  ];
  const { rangeMinBytes: min, rangeMaxBytes: max, numReplicas, constraints } = effectiveAfter;
  if (min !== undefined && max !== undefined && min >= max) {
    const detail = `With what it inherits, range_min_bytes would be ${min} and range_max_bytes ${max}. Declare both, the minimum below the maximum.`;
    findings.push(
      errorDiagnostic({
        code: "KWDB_RANGE_SIZES_CONFLICT",
        summary: "Minimum size not below the maximum",
        detail,
        address,
      }),
    );
  }
  if (constraints?.kind === "per-replica" && numReplicas !== undefined) {
    const total = constraints.groups.reduce((sum, group) => sum + group.replicas, 0);
    if (total > numReplicas) findings.push(errorDiagnostic({ ...tooManyReplicas(total, numReplicas), address }));
  }
  if (change.kind === "replace-zone" && holdsUnwritable(target, change.after)) {
    const detail =
      "It holds constraints that somebody set by the YAML form; no statement of today can write them again, and putting another variable back would lose them. Discard the zone by hand, then plan again.";
    findings.push(
      errorDiagnostic({
        code: "KWDB_CONSTRAINTS_WOULD_BE_LOST",
        summary: `${address} cannot be put back without losing its constraints`,
        detail,
        address,
      }),
    );
  }
  return findings;
}

/** Replicas are never made fewer while a node is down, nor below what the cluster itself came with. */
function replicaObstacles(request: ZoneObstacleRequest, address: string): readonly Diagnostic[] {
  const before = request.effectiveBefore.numReplicas;
  const after = request.effectiveAfter.numReplicas;
  if (before === undefined || after === undefined) return [];
  const findings: Diagnostic[] = [];
  const found = isAdopted(request.target)
    ? (request.original?.own?.numReplicas ?? (request.original === undefined ? before : undefined))
    : undefined;
  if (found !== undefined && after < found && after !== before) {
    const detail = `It had ${found} replicas when it was first changed; ${after} would make the whole cluster bear fewer failures than it came with. Declare ${found} or more.`;
    findings.push(
      errorDiagnostic({
        code: "KWDB_REPLICAS_BELOW_ORIGINAL",
        summary: `${address} would get fewer replicas than it had`,
        detail,
        address,
      }),
    );
  }
  if (after >= before) return findings;
  const { nodes } = request.observed;
  if (nodes.kind === "not-admin") {
    const detail = `Whether all nodes are up decides whether ${before} replicas may become ${after}, and only administrators may see it. Connect as a member of the role admin.`;
    return [
      ...findings,
      errorDiagnostic({
        code: "KWDB_NODES_UNREADABLE",
        summary: "It cannot be seen whether all nodes are up",
        detail,
        address,
      }),
    ];
  }
  const down = downNodes(nodes.value);
  if (down.length === 0) return findings;
  const detail = `${names(down)} ${down.length === 1 ? "does" : "do"} not answer. Replicas that are taken away now may be the last good ones; the server would not refuse it. Bring ${down.length === 1 ? "it" : "them"} back or decommission ${down.length === 1 ? "it" : "them"}, then plan again.`;
  return [
    ...findings,
    errorDiagnostic({
      code: "KWDB_SHRINK_WITH_NODE_DOWN",
      summary: `${address} would go from ${before} to ${after} replicas while a node is down`,
      detail,
      address,
    }),
  ];
}

function names(nodes: readonly ObservedNode[]): string {
  return nodes.map(({ id, address }) => `Node ${id} (${address})`).join(", ");
}

/** The server wants at least one node for each required constraint, now. */
function matchObstacles(change: ZoneChange, { nodes }: ObservedKwdbCluster, address: string): readonly Diagnostic[] {
  if (change.kind === "discard-zone" || nodes.kind === "not-admin") return [];
  const required = new Map(
    constraintsOf(change.set)
      .filter(({ requirement }) => requirement === "required")
      .map((constraint) => [formatConstraint(constraint), constraint]),
  );
  return [...required].flatMap(([text, constraint]) => {
    if (nodes.value.some((node) => matches(node, constraint))) return [];
    const known = [
      ...new Set(
        nodes.value.flatMap(({ locality, attributes }) => [
          ...locality.map(({ key, value }) => `+${key}=${value}`),
          ...attributes.map((attribute) => `+${attribute}`),
        ]),
      ),
    ].sort();
    const detail = `No node of the cluster has it; the server refuses such a constraint.${didYouMean(text, known)} There are ${known.join(", ") || "no localities and no attributes"}.`;
    return [
      errorDiagnostic({ code: "KWDB_CONSTRAINT_MATCHES_NO_NODE", summary: `${text} matches no node`, detail, address }),
    ];
  });
}

function constraintsOf({ constraints, leasePreferences }: ZoneValues): readonly Constraint[] {
  const placed =
    constraints === undefined
      ? []
      : constraints.kind === "all-replicas"
        ? constraints.constraints
        : constraints.groups.flatMap((group) => group.constraints);
  return [...placed, ...(leasePreferences ?? []).flat()];
}

/** Whether a node satisfies a constraint's key and value. */
export function matches(node: ObservedNode, { key, value }: Constraint): boolean {
  return key === undefined
    ? node.attributes.includes(value)
    : node.locality.some((tier) => tier.key === key && tier.value === value);
}
