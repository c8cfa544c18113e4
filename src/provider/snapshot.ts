import type { ClusterPort } from "../engines/port";
import type { TableName } from "../planning/change";
import { sameTable, tableKey } from "../planning/table-key";
import type { ObservedGreptimeCluster, ObservedTable } from "../planning/observed";

/** Reads one cluster for everything that asks during one Terraform walk. */
export interface SnapshotReader {
  /**
   * The cluster with at least these tables' definitions. Requests that come within {@link GATHER_MS} share one reading;
   * later ones get the same reading, and only the definitions that it lacks are read.
   * A failed reading fails for every request until {@link SnapshotReader.invalidate}: a server that does not answer is
   * asked once, not once per resource.
   */
  read(definitions: readonly TableName[]): Promise<ObservedGreptimeCluster>;
  /** Forgets what was read, because something was changed. A reading under way is not kept. */
  invalidate(): void;
}

/** Terraform asks for ten resources at once; what arrives within this many milliseconds is read together. */
export const GATHER_MS = 5;

/** The part of an engine that reads. */
type Reader = Pick<ClusterPort, "inspect" | "readDefinitions">;

/** A reading, or one that is about to start, and the tables whose definitions it has; they may not exist. */
interface Reading {
  readonly asked: Map<string, TableName>;
  readonly observed: Promise<ObservedGreptimeCluster>;
}

/** `gather` calls the function given to it when requests have been gathered; default: after {@link GATHER_MS}. */
export function createSnapshotReader(
  port: Reader,
  gather: (ready: () => void) => void = (ready) => setTimeout(ready, GATHER_MS),
): SnapshotReader {
  let latest: Reading | undefined;
  let gathering: Reading | undefined;

  const startGathering = (): Reading => {
    const base = latest;
    const asked = new Map<string, TableName>();
    const observed = new Promise<void>(gather).then(() => {
      if (gathering === mine) {
        gathering = undefined;
        latest = { asked: new Map([...(base?.asked ?? []), ...asked]), observed };
      }
      const definitions = [...asked.values()];
      return base === undefined
        ? port.inspect({ definitions })
        : base.observed.then((before) => port.readDefinitions(before, definitions));
    });
    const mine = { asked, observed };
    return mine;
  };

  return {
    read(definitions) {
      const reading = latest;
      const missing = definitions.filter((name) => reading?.asked.has(tableKey(name)) !== true);
      if (reading !== undefined && missing.length === 0) return reading.observed;
      gathering ??= startGathering();
      for (const name of missing) gathering.asked.set(tableKey(name), name);
      return gathering.observed;
    },
    invalidate() {
      latest = undefined;
      gathering = undefined;
    },
  };
}

/** The observed table of this name; undefined when the cluster has none. */
export function findTable(observed: ObservedGreptimeCluster, name: TableName): ObservedTable | undefined {
  return observed.tables.find((table) => sameTable(table, name));
}
