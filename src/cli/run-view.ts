import type { ConvergenceEvent } from "../convergence/events";
import type { ObservedGreptimeCluster } from "../planning/observed";
import type { DatanodeId, RegionId } from "../topology/ids";
import type { Console } from "./console";
import { describeEvent } from "./describe-event";
import { drawRegionMap } from "./draw-region-map";

/** Shows a run while it goes on. */
export interface RunView {
  event(cluster: string, event: ConvergenceEvent): void;
  end(): void;
}

/** A live region map on a terminal, plain lines elsewhere, JSON lines with `--json`. */
export function createRunView(observed: ReadonlyMap<string, ObservedGreptimeCluster>, console: Console): RunView {
  if (console.json) return jsonLines(console);
  return console.interactive ? liveMap(observed, console) : plainLines(console);
}

function jsonLines(console: Console): RunView {
  return {
    event: (cluster, event) => console.out(JSON.stringify({ format_version: 1, type: "event", cluster, ...event }, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value))),
    end: () => undefined,
  };
}

function plainLines(console: Console): RunView {
  return {
    event(cluster, event) {
      const line = describeEvent(event);
      if (line !== null) console.err(`${cluster}: ${line}`);
    },
    end: () => undefined,
  };
}

/** Redrawn at most this often. */
const FRAME_MS = 80;

function liveMap(observed: ReadonlyMap<string, ObservedGreptimeCluster>, console: Console): RunView {
  const clusters = new Map([...observed].map(([name, cluster]) => [name, liveCluster(cluster)]));
  let drawn = 0;
  let lastFrame = 0;
  let lastLine = "";
  const erase = (): string => (drawn === 0 ? "" : `\u001b[${drawn}A\u001b[J`);
  const draw = (): void => {
    const text = [...clusters].map(([name, state]) => drawLive(name, state, lastLine, console)).join("\n\n");
    console.err(`${erase()}${text}`);
    drawn = text.split("\n").length;
  };
  return {
    event(cluster, event) {
      const state = clusters.get(cluster);
      if (state !== undefined) follow(state, event);
      const line = describeEvent(event);
      if (line !== null) lastLine = line;
      if (event.at - lastFrame < FRAME_MS && event.code !== "RUN_ENDED") return;
      lastFrame = event.at;
      draw();
    },
    end: draw,
  };
}

interface LiveCluster {
  map: ObservedGreptimeCluster;
  readonly moving: Map<RegionId, DatanodeId>;
  finished: number;
  total: number;
}

function liveCluster(map: ObservedGreptimeCluster): LiveCluster {
  return { map, moving: new Map(), finished: 0, total: 0 };
}

function follow(state: LiveCluster, event: ConvergenceEvent): void {
  if (event.code === "RUN_STARTED") state.total = event.moves;
  if (event.code === "PLACEMENT_PLANNED") state.total += event.moves;
  if (event.code === "MOVE_SUBMITTED" || event.code === "MOVE_ADOPTED") state.moving.set(event.move.region, event.move.to);
  if (event.code === "MOVE_FAILED" || event.code === "MOVE_DONE") state.moving.delete(event.move.region);
  if (event.code !== "MOVE_DONE") return;
  state.finished = event.finished;
  state.total = event.total;
  state.map = withLeader(state.map, event.move.region, event.move.to);
}

function withLeader(cluster: ObservedGreptimeCluster, id: RegionId, leader: DatanodeId): ObservedGreptimeCluster {
  const tables = cluster.tables.map((table) => ({ ...table, regions: table.regions.map((region) => (region.id === id ? { ...region, leader } : region)) }));
  return { ...cluster, tables };
}

function drawLive(name: string, state: LiveCluster, line: string, { colors, columns }: Console): string {
  const width = Math.max(10, Math.min(40, columns - 30));
  const filled = state.total === 0 ? 0 : Math.round((state.finished / state.total) * width);
  const bar = `${colors.green("█".repeat(filled))}${colors.dim("░".repeat(width - filled))}`;
  const progress = state.total === 0 ? "" : `\n${bar} ${state.finished} of ${state.total} moved`;
  return `${colors.bold(name)}\n${drawRegionMap(state.map, colors, state.moving)}${progress}\n${colors.dim(line.slice(0, columns - 1))}`;
}
