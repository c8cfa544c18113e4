import type { Diagnostic } from "../topology/diagnostic";
import type { DatanodeId } from "../topology/ids";
import type { ObservedGreptimeCluster } from "./observed";
import { errorDiagnostic } from "../topology/diagnostic";
import type { Liveness } from "./liveness";
import { compareIds } from "./table-key";

/** A datanode that a metasrv which has just started does not list yet: whether it is there is known some seconds later. `why`: what it is wanted for. */
export function notReported(datanode: DatanodeId, why: string, { metasrvUptimeMs }: ObservedGreptimeCluster): Diagnostic {
  return errorDiagnostic({
    code: "CLUSTER_STARTING",
    summary: `Datanode ${datanode} has not reported since metasrv started`,
    detail: `${why} Metasrv has been up for ${((metasrvUptimeMs ?? 0) / 1000).toFixed(1)} s; datanodes report within seconds. Plan again.`,
    address: `datanode ${datanode}`,
  });
}

/** Datanodes that lead regions and are not listed yet, by id: the list of datanodes is still filling up. */
export function unlistedLeaders({ tables }: ObservedGreptimeCluster, livenessOf: (datanode: DatanodeId) => Liveness): readonly DatanodeId[] {
  const leaders = new Set(tables.flatMap(({ regions }) => regions.flatMap(({ leader }) => leader ?? [])));
  return [...leaders].filter((leader) => livenessOf(leader) === "unlisted").sort(compareIds);
}
