import { canonicalJson } from "../canonical-json";
import { compareText } from "../table-key";
import { errorDiagnostic, warningDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import type { KwdbClusterDeclaration, RebalanceDeclaration } from "../../topology/kwdb/cluster";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import type { RebalanceChange } from "./change";
import type { ObservedKwdbCluster, ObservedKwdbTable } from "./observed";
import type { KwdbOriginals } from "./originals";
import { availableNodes, isRebalancePartition } from "./server-zones";

export interface PlannedRebalances {
  readonly changes: readonly RebalanceChange[];
  readonly blocked: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Rebalances that were never done, or whose triggers have changed since. */
export function planRebalances(
  cluster: KwdbClusterDeclaration,
  observed: ObservedKwdbCluster,
  originals: KwdbOriginals,
): PlannedRebalances {
  const changes: RebalanceChange[] = [];
  const blocked: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  for (const rebalance of [...cluster.rebalances].sort((a, b) => compareText(a.name, b.name))) {
    const done = originals.rebalances.find(({ name }) => name === rebalance.name);
    if (done !== undefined && canonicalJson(done.triggers) === canonicalJson(rebalance.triggers)) continue;
    const obstacles = rebalanceObstacles(rebalance, cluster, observed);
    blocked.push(...obstacles);
    if (obstacles.length > 0) continue;
    warnings.push(...rebalanceWarnings(rebalance, observed));
    const reason = done === undefined ? "declared and not done yet" : "its triggers have changed";
    changes.push({
      kind: "rebalance",
      name: rebalance.name,
      target: rebalance.target,
      triggers: rebalance.triggers,
      reason,
      inverse: null,
    });
  }
  return { changes, blocked, warnings };
}

/** Why a rebalance must not be started. For the command that starts one by hand as well. */
export function rebalanceObstacles(
  rebalance: Pick<RebalanceDeclaration, "target" | "replacePartitions">,
  cluster: Pick<KwdbClusterDeclaration, "zones">,
  observed: ObservedKwdbCluster,
): readonly Diagnostic[] {
  const { target } = rebalance;
  const address = formatZoneTarget(target);
  const blocked = (code: string, summary: string, detail: string): Diagnostic =>
    errorDiagnostic({ code, summary, detail, address });
  if (!observed.abilities.rebalance) {
    return [
      blocked(
        "KWDB_REBALANCE_UNSUPPORTED",
        `KWDB ${observed.version} cannot rebalance`,
        "USING REBALANCE needs KWDB 3.0.0 or newer. Upgrade the cluster.",
      ),
    ];
  }
  const wrong = wrongTarget(target, observed);
  if (wrong !== undefined) return [blocked(wrong.code, wrong.summary, wrong.detail)];
  const findings: Diagnostic[] = [];
  const leaving =
    observed.nodes.kind === "read"
      ? observed.nodes.value.filter(({ decommissioning, live }) => decommissioning && live)
      : [];
  if (leaving.length > 0) {
    const detail = `Node ${leaving.map(({ id }) => id).join(", ")} is being decommissioned, during which the server refuses to rebalance. Wait until it has left.`;
    findings.push(blocked("KWDB_REBALANCE_DECOMMISSIONING", "A node is leaving the cluster", detail));
  }
  if (rebalance.replacePartitions) return findings;
  const lost = cluster.zones
    .map((zone) => zone.target)
    .filter((zone) => zone.kind === "partition" && covers(target, zone, observed));
  if (lost.length === 0) return findings;
  const detail = `REBALANCE replaces the partitions of every table it touches, and their zones: ${lost.map(formatZoneTarget).sort().join(", ")} would be lost. Take them out of the declaration, rebalance other tables, or set replace_partitions = true.`;
  return [
    ...findings,
    blocked("KWDB_REBALANCE_REPLACES_DECLARED", "A rebalance would replace declared partitions", detail),
  ];
}

function wrongTarget(
  target: ZoneTarget,
  observed: ObservedKwdbCluster,
): { readonly code: string; readonly summary: string; readonly detail: string } | undefined {
  const unknown = (what: string): { code: string; summary: string; detail: string } => ({
    code: "KWDB_TARGET_UNKNOWN",
    summary: `${formatZoneTarget(target)} does not exist`,
    detail: `${what}, or the user has no privilege on it. Correct the name or create it first.`,
  });
  if (target.kind === "range") {
    if (target.range === "default") return undefined;
    const detail =
      "The server rebalances users' time-series tables only. Name a time-series database or table, or RANGE default for all of them.";
    return { code: "KWDB_REBALANCE_SYSTEM", summary: "Rebalance of a system range", detail };
  }
  const database = observed.databases.find(({ name }) => name === target.database);
  if (database === undefined) return unknown(`There is no database "${target.database}"`);
  if (database.engine === "relational") {
    const detail = `Database "${target.database}" is relational; the server rebalances time-series tables only.`;
    return { code: "KWDB_REBALANCE_RELATIONAL", summary: "Rebalance of something relational", detail };
  }
  if (
    target.kind === "database" ||
    observed.tables.some(({ database: name, table }) => name === target.database && table === target.table)
  )
    return undefined;
  return unknown(`There is no table "${target.table}" in database "${target.database}"`);
}

/** Whether rebalancing `target` replaces the partitions of the table of `partition`. What is not known to be relational counts as touched. */
function covers(
  target: ZoneTarget,
  partition: Extract<ZoneTarget, { kind: "partition" }>,
  observed: ObservedKwdbCluster,
): boolean {
  if (observed.databases.some(({ name, engine }) => name === partition.database && engine === "relational"))
    return false;
  if (target.kind === "range") return true;
  if (target.kind === "database") return target.database === partition.database;
  return target.database === partition.database && target.table === partition.table;
}

/** What to say before any rebalance. */
export function offPeakWarning(target: ZoneTarget): Diagnostic {
  return warningDiagnostic({
    code: "KWDB_REBALANCE_OFF_PEAK",
    summary: "A rebalance moves data",
    detail: "It loads the network and the disks of all nodes. Run it in a quiet hour.",
    address: formatZoneTarget(target),
  });
}

function rebalanceWarnings({ target }: RebalanceDeclaration, observed: ObservedKwdbCluster): readonly Diagnostic[] {
  const address = formatZoneTarget(target);
  const warnings = [offPeakWarning(target)];
  const lost = observed.tables.filter(
    (table) => touched(target, table) && table.partitions.some(({ name }) => !isRebalancePartition(name)),
  );
  if (lost.length > 0) {
    const detail = `${lost.map(({ database, table }) => `${database}.${table}`).join(", ")}: partitions that somebody made there are replaced by the rebalance's own, together with their zones.`;
    warnings.push(
      warningDiagnostic({
        code: "KWDB_REBALANCE_REPLACES_PARTITIONS",
        summary: "Partitions will be replaced",
        detail,
        address,
      }),
    );
  }
  if (observed.nodes.kind === "read") {
    const regions = availableNodes(observed.nodes.value).map(
      ({ locality }) => locality.find(({ key }) => key === "region")?.value,
    );
    if (regions.includes(undefined) || new Set(regions).size < regions.length) {
      const detail =
        "The server tells nodes apart by the locality tier region. Start every node with a region of its own, or the rules that the rebalance writes mean nothing.";
      warnings.push(
        warningDiagnostic({
          code: "KWDB_REBALANCE_LOCALITIES",
          summary: "Nodes without a region of their own",
          detail,
          address,
        }),
      );
    }
  }
  return warnings;
}

function touched(target: ZoneTarget, table: ObservedKwdbTable): boolean {
  if (!table.timeSeries) return false;
  if (target.kind === "range") return true;
  return target.database === table.database && (target.kind === "database" || target.table === table.table);
}
