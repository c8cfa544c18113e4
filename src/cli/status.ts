import type { TopologyManifest } from "../topology/manifest";
import { withClusters, type ClusterReading, type OperationContext } from "../operations/read-cluster";
import type { Console } from "./console";
import { drawDiagnostics } from "./draw-diagnostic";
import { drawKwdbStatus, kwdbStatusJson } from "./kwdb-status";
import { drawRegionMap } from "./draw-region-map";
import { drawTable } from "./draw-table";
import { ExitCode, unreadableExitCode, worstExitCode } from "./exit-code";

/** `topoform status`: the live datanodes and regions, or nodes, zones and ranges, of every cluster of the manifest. */
export async function showStatus(manifest: TopologyManifest, context: OperationContext, console: Console): Promise<ExitCode> {
  return withClusters(manifest, context, async (readings) => {
    if (console.json) console.out(JSON.stringify({ format_version: 1, clusters: readings.map(statusJson) }));
    else for (const reading of readings) drawStatus(reading, console);
    return worstExitCode(readings.map((reading) => (reading.kind === "read" ? ExitCode.ok : unreadableExitCode(reading.diagnostics))));
  }, { ranges: true });
}

function drawStatus(reading: ClusterReading, console: Console): void {
  const { colors } = console.outStyle;
  if (reading.kind === "unreadable") {
    console.err(drawDiagnostics(reading.diagnostics, console.errStyle));
    return;
  }
  if (reading.engine === "kwdb") return console.out(`${drawKwdbStatus(reading, console.outStyle)}\n`);
  const { observed, declaration } = reading;
  const load = new Map<bigint, number>();
  for (const table of observed.tables) for (const { leader } of table.regions) if (leader !== null) load.set(leader, (load.get(leader) ?? 0) + 1);
  console.out(`${colors.bold(declaration.name)}  GreptimeDB ${observed.version}, ${observed.mode}\n`);
  console.out(
    drawTable(
      ["datanode", "address", "version", "heartbeat", "regions"],
      observed.datanodes.map((node) => [node.id.toString(), node.address, node.version, drawAge(node.silentMs), String(load.get(node.id) ?? 0)]),
    ),
  );
  console.out(`\n${drawRegionMap(observed, colors)}\n`);
}

function drawAge(silentMs: number | null): string {
  return silentMs === null ? "?" : `${(silentMs / 1000).toFixed(1)} s ago`;
}

function statusJson(reading: ClusterReading): unknown {
  const name = reading.declaration.name;
  if (reading.kind === "unreadable") return { cluster: name, readable: false, diagnostics: reading.diagnostics };
  if (reading.engine === "kwdb") return kwdbStatusJson(reading);
  const { observed } = reading;
  return {
    cluster: name,
    readable: true,
    version: observed.version,
    mode: observed.mode,
    datanodes: observed.datanodes.map((node) => ({ id: node.id.toString(), address: node.address, version: node.version, silent_ms: node.silentMs })),
    tables: observed.tables.map((table) => ({
      database: table.database,
      name: table.name,
      table_id: table.tableId,
      engine: table.engine,
      regions: table.regions.map((region) => ({
        region_id: region.id.toString(),
        partition: region.partition,
        datanode: region.leader?.toString() ?? null,
        status: region.status,
        size_bytes: region.sizeBytes?.toString() ?? null,
        rows: region.rows?.toString() ?? null,
      })),
    })),
  };
}
