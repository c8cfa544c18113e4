import { topologyDrift } from "../planning/topology-plan";
import type { TopologyManifest } from "../topology/manifest";
import { planTopology, type PlannedCluster } from "../operations/plan-topology";
import type { OperationContext } from "../operations/read-cluster";
import type { Console } from "./console";
import { drawDiagnostics } from "./draw-diagnostic";
import { drawTable } from "./draw-table";
import { ExitCode, unreadableExitCode, worstExitCode } from "./exit-code";

/** `topoform drift`: 0 without drift, 2 with, 3 when something could not be read (never "no drift"). */
export async function showDrift(manifest: TopologyManifest, context: OperationContext, console: Console): Promise<ExitCode> {
  const planned = await planTopology(manifest, context);
  if (console.json) console.out(JSON.stringify({ format_version: 1, clusters: planned.map(driftJson) }));
  else for (const cluster of planned) drawDrift(cluster, console);
  return worstExitCode(planned.map(driftExitCode));
}

function driftExitCode(cluster: PlannedCluster): ExitCode {
  if (cluster.kind === "unreadable") return unreadableExitCode(cluster.diagnostics);
  return topologyDrift(cluster.plan).length > 0 ? ExitCode.differences : ExitCode.ok;
}

function drawDrift(cluster: PlannedCluster, console: Console): void {
  const { colors } = console.outStyle;
  if (cluster.kind === "unreadable") {
    console.err(drawDiagnostics(cluster.diagnostics, console.errStyle));
    return;
  }
  const drift = topologyDrift(cluster.plan);
  const title = colors.bold(cluster.cluster);
  if (drift.length === 0) console.out(`${title}  ${colors.green("no drift")}`);
  else console.out(`${title}  ${colors.yellow(`${drift.length} ${drift.length === 1 ? "difference" : "differences"}`)}\n\n${drawTable(["what", "where", "difference"], drift.map((item) => [item.code, item.address, item.summary]))}\n`);
}

function driftJson(cluster: PlannedCluster): unknown {
  if (cluster.kind === "unreadable") return { cluster: cluster.cluster, checked: false, diagnostics: cluster.diagnostics };
  return { cluster: cluster.cluster, checked: true, drift: topologyDrift(cluster.plan) };
}
