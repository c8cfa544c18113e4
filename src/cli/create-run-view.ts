import type { ObservedKwdbCluster } from "../planning/kwdb/observed";
import type { ObservedGreptimeCluster } from "../planning/observed";
import type { Console } from "./console";
import { describeEvent } from "./describe-event";
import { liveMap } from "./live-map";
import type { RunView } from "./run-view";

/** A cluster whose run is shown; without an observation there is nothing to show. */
interface ShownCluster {
  readonly cluster: string;
  readonly observed?: ObservedGreptimeCluster | ObservedKwdbCluster;
}

/** A live region map on a terminal, plain lines elsewhere, JSON lines with `--json`. */
export function createRunView(clusters: readonly ShownCluster[], console: Console): RunView {
  if (console.json) return jsonLines(console);
  if (!console.interactive) return plainLines(console);
  const observed = clusters.flatMap(({ cluster, observed: one }) => (one === undefined ? [] : [[cluster, one] as const]));
  return liveMap(new Map(observed.map(([name, one]) => [name, one.engine === "greptimedb" ? one : null])), console);
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
