import type { ObservedGreptimeCluster } from "../planning/observed";
import type { Console } from "./console";
import { describeEvent } from "./describe-event";
import { liveMap } from "./live-map";
import type { RunView } from "./run-view";

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
