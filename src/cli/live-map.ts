import type { ConvergenceEvent } from "../convergence/events";
import type { ObservedGreptimeCluster } from "../planning/observed";
import type { DatanodeId, RegionId } from "../topology/ids";
import type { Console, Style } from "./console";
import type { RunView } from "./run-view";
import { describeEvent } from "./describe-event";
import { drawRegionMap } from "./draw-region-map";
import { terminalWidth, truncateToWidth } from "./terminal-text";
import { wrapText } from "./wrap-text";

/** Redrawn at most this often. */
const FRAME_MS = 80;

/**
 * Redraws the regions of all clusters in place while they move. A frame never exceeds the terminal: what does not fit is left
 * to the progress bar, because lines that have scrolled away cannot be drawn again. What went wrong stays above the frame.
 * A cluster without a map of regions (null: KWDB) has its progress bar alone.
 */
export function liveMap(observed: ReadonlyMap<string, ObservedGreptimeCluster | null>, console: Console): RunView {
  const clusters = new Map([...observed].map(([name, cluster]) => [name, liveCluster(cluster)]));
  let drawn: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const draw = (above: readonly string[] = []): void => {
    clearTimeout(timer);
    timer = undefined;
    const size = console.terminalSize();
    const frame = drawFrame(clusters, console.errStyle, size);
    console.err(`${eraseFrame(drawn, size.columns)}${[...above, ...frame].join("\n")}`);
    drawn = frame;
  };
  return {
    event(cluster, event) {
      const state = clusters.get(cluster);
      if (state !== undefined) follow(state, event);
      const line = describeEvent(event);
      if (line !== null && isLasting(event)) return draw(wrapText(line, console.terminalSize().columns, ""));
      if (line !== null && state !== undefined) state.lastLine = line;
      timer ??= setTimeout(draw, FRAME_MS);
    },
    end: () => draw(),
  };
}

/** Up to the first line of a frame that may have been wrapped since by a narrower terminal, and nothing below it. */
function eraseFrame(frame: readonly string[], columns: number): string {
  if (frame.length === 0) return "";
  const rows = frame.reduce((sum, line) => sum + Math.max(1, Math.ceil(terminalWidth(line) / columns)), 0);
  return `\r\u001b[${rows}A\u001b[J`;
}

/** Events that the user must still see when the run is over. */
function isLasting(event: ConvergenceEvent): boolean {
  switch (event.code) {
    case "TABLE_CHANGE_DONE":
    case "TABLE_CHANGE_FAILED":
    case "CHANGE_DONE":
    case "CHANGE_FAILED":
    case "MOVE_FAILED":
    case "MOVE_NEVER_STARTED":
    case "DRAINING":
    case "STOPPED":
      return true;
    default:
      return false;
  }
}

interface LiveCluster {
  map: ObservedGreptimeCluster | null;
  readonly moving: Map<RegionId, DatanodeId>;
  finished: number;
  failed: number;
  total: number;
  /** Event times of the run's begin and of the last event; 0 before the run. */
  startedAt: number;
  at: number;
  lastLine: string;
}

function liveCluster(map: ObservedGreptimeCluster | null): LiveCluster {
  return { map, moving: new Map(), finished: 0, failed: 0, total: 0, startedAt: 0, at: 0, lastLine: "" };
}

function follow(state: LiveCluster, event: ConvergenceEvent): void {
  state.at = event.at;
  if (event.code === "RUN_STARTED") state.startedAt = event.at;
  if (event.code === "RUN_STARTED") state.total = event.moves + (event.changes ?? 0);
  if (event.code === "PLACEMENT_PLANNED") state.total += event.moves;
  if (event.code === "MOVE_SUBMITTED" || event.code === "MOVE_ADOPTED") state.moving.set(event.move.region, event.move.to);
  if (event.code === "MOVE_FAILED" || event.code === "MOVE_DONE") state.moving.delete(event.move.region);
  if (event.code === "MOVE_FAILED" || event.code === "CHANGE_FAILED") state.failed += 1;
  if (event.code === "CHANGE_DONE") state.finished += 1;
  if (event.code !== "MOVE_DONE") return;
  state.finished = event.finished;
  state.total = event.total;
  if (state.map !== null) state.map = withLeader(state.map, event.move.region, event.move.to);
}

function withLeader(cluster: ObservedGreptimeCluster, id: RegionId, leader: DatanodeId): ObservedGreptimeCluster {
  const tables = cluster.tables.map((table) => ({ ...table, regions: table.regions.map((region) => (region.id === id ? { ...region, leader } : region)) }));
  return { ...cluster, tables };
}

type Size = ReturnType<Console["terminalSize"]>;

/** The most telling frame that the terminal holds: every region, else their number per table and datanode, else the bars alone. */
function drawFrame(clusters: ReadonlyMap<string, LiveCluster>, style: Style, size: Size): readonly string[] {
  const frames = [undefined, 0, null].map((mostLines) =>
    [...clusters].flatMap(([name, state], i) => [
      ...(i === 0 ? [] : [""]),
      style.colors.bold(name),
      ...(mostLines === null || state.map === null ? [] : drawRegionMap(state.map, style.colors, state.moving, mostLines).split("\n")),
      ...drawFooter(state, style, size).map((line) => truncateToWidth(line, size.columns - 1)),
    ]),
  );
  const fitting = frames.find((frame) => frame.length < size.rows && frame.every((line) => terminalWidth(line) < size.columns));
  return fitting ?? frames.at(-1)!.map((line) => truncateToWidth(line, size.columns - 1)).slice(1 - size.rows);
}

function drawFooter(state: LiveCluster, { colors }: Style, { columns }: Size): readonly string[] {
  const width = Math.max(10, Math.min(40, columns - 40));
  const filled = state.total === 0 ? 0 : Math.round((state.finished / state.total) * width);
  const bar = `${colors.green("█".repeat(filled))}${colors.dim("░".repeat(width - filled))}`;
  const failed = state.failed === 0 ? "" : colors.red(`, ${state.failed} failed`);
  const seconds = Math.round((state.at - state.startedAt) / 1000);
  const progress = state.total === 0 ? [] : [`${bar} ${state.finished} of ${state.total} ${state.map === null ? "changed" : "moved"}${failed}${colors.dim(`  ${seconds} s`)}`];
  return [...progress, ...(state.lastLine === "" ? [] : [colors.dim(state.lastLine)])];
}
