import type { TopologyManifest } from "../topology/manifest";
import { withClusters, type OperationContext } from "../operations/read-cluster";
import { snapshotOf, snapshotToJson } from "../operations/snapshot-json";
import type { Console } from "./console";
import { drawDiagnostics } from "./draw-diagnostic";
import { writeResult } from "./write-result";
import { ExitCode, unreadableExitCode } from "./exit-code";

/** `topoform snapshot`: saves what was read of every cluster, to plan from without credentials. Written only when all could be read. */
export async function saveSnapshot(manifest: TopologyManifest, context: OperationContext, file: string | undefined, console: Console): Promise<ExitCode> {
  return withClusters(manifest, context, async (readings) => {
    const clusters = [];
    for (const reading of readings) {
      if (reading.kind === "unreadable") {
        console.err(drawDiagnostics(reading.diagnostics, console.errStyle));
        return unreadableExitCode(reading.diagnostics);
      }
      clusters.push(snapshotOf(reading));
    }
    const text = snapshotToJson({ formatVersion: 1, clusters });
    if (file === undefined) console.out(text);
    else writeResult(file, text);
    return ExitCode.ok;
  });
}
