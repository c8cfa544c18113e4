import { planRebalance, runRebalance, type RebalanceRequest } from "../operations/kwdb/rebalance";
import type { OperationContext } from "../operations/read-cluster";
import { diagnosticsOf } from "../operations/read-cluster";
import { errorDiagnostic, type DiagnosticError } from "../topology/diagnostic";
import type { KwdbClusterDeclaration } from "../topology/kwdb/cluster";
import { parseZoneTarget } from "../topology/kwdb/parse-zone-target";
import type { ZoneTarget } from "../topology/kwdb/zone-target";
import type { TopologyManifest } from "../topology/manifest";
import { approved, drawApplied, exitCodeOf } from "./apply";
import type { Console } from "./console";
import { createRunView } from "./create-run-view";
import { drawDiagnostics } from "./draw-diagnostic";
import { resultJson } from "./draw-result";
import { ExitCode, unreadableExitCode } from "./exit-code";
import type { InterruptSignals } from "./interrupt";
import { drawPlanned } from "./plan";
import { UsageError } from "./usage-error";

export interface KwdbRebalanceOptions {
  /** Name of a cluster of the manifest; needed when it declares several of KWDB. */
  readonly cluster?: string;
  readonly replacePartitions?: boolean;
  readonly autoApprove?: boolean;
  /** Seconds that the job may take. */
  readonly timeout?: number;
}

/** `topoform kwdb rebalance <target>`: shows what it touches, asks, starts the job and follows it to its end. */
export async function rebalanceKwdb(
  target: string,
  manifest: TopologyManifest | undefined,
  context: OperationContext,
  options: KwdbRebalanceOptions,
  signals: InterruptSignals,
  console: Console,
): Promise<ExitCode> {
  const request: RebalanceRequest & { readonly timeoutSeconds?: number } = {
    cluster: clusterOf(manifest, options.cluster),
    target: targetOf(target),
    replacePartitions: options.replacePartitions === true,
    ...(options.timeout === undefined ? {} : { timeoutSeconds: options.timeout }),
  };
  const planned = await planRebalance(request, context).catch((error: unknown) => ({
    kind: "unreadable" as const,
    cluster: request.cluster.name,
    diagnostics: diagnosticsOf(error, request.cluster.name),
  }));
  if (planned.kind === "unreadable") {
    if (console.json) console.out(resultJson([planned], []));
    else console.err(drawDiagnostics(planned.diagnostics, console.errStyle));
    return unreadableExitCode(planned.diagnostics);
  }
  if (!console.json) drawPlanned(planned, console);
  const plans = [planned.plan];
  if (!(await approved(plans, options, signals.drain, console))) {
    console.err("Nothing was changed.");
    return ExitCode.interrupted;
  }
  const view = createRunView([planned], console);
  const applied = await runRebalance(request, planned.plan, context, {
    drain: signals.drain,
    stop: signals.stop,
    command: "topoform kwdb rebalance",
    emit: (cluster, event) => view.event(cluster, event),
  });
  view.end();
  if (console.json) console.out(resultJson([], [applied]));
  else drawApplied(applied, plans, console);
  return exitCodeOf(applied);
}

function targetOf(text: string): ZoneTarget {
  const parsed = parseZoneTarget(text);
  if (parsed.kind === "parsed") return parsed.target;
  throw usage("KWDB_TARGET_INVALID", "Not a zone target", `"${text}": ${parsed.detail}`);
}

/** The cluster of the manifest; without a manifest the one that the environment names. */
function clusterOf(manifest: TopologyManifest | undefined, name: string | undefined): KwdbClusterDeclaration {
  const clusters = (manifest?.clusters ?? []).flatMap((cluster) => (cluster.engine === "kwdb" ? [cluster] : []));
  const [found, ...others] = name === undefined ? clusters : clusters.filter((cluster) => cluster.name === name);
  if (found !== undefined && others.length === 0) return found;
  const names = clusters.map((cluster) => cluster.name).join(", ") || "none";
  if (name !== undefined)
    throw usage("CLUSTER_UNKNOWN", "There is no such KWDB cluster", `The manifest declares ${names}, not ${name}. Pass one of them with --cluster.`);
  if (found !== undefined)
    throw usage("CLUSTER_AMBIGUOUS", "There are several KWDB clusters", `The manifest declares ${names}. Pass one of them with --cluster.`);
  return { engine: "kwdb", name: "kwdb", connection: {}, zones: [], settings: [], rebalances: [], reportUndeclaredZones: false };
}

function usage(code: string, summary: string, detail: string): DiagnosticError {
  return new UsageError(errorDiagnostic({ code, summary, detail }));
}
