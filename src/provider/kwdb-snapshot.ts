import type { KwdbPort } from "../engines/kwdb-port";
import { ownValuesOf } from "../planning/kwdb/desired-zones";
import type { ObservedKwdbCluster } from "../planning/kwdb/observed";
import type { OwnValues } from "../topology/kwdb/zone-inheritance";

/** A reading of a KWDB cluster: all zones, nodes, databases and settings; no tables. */
export interface KwdbReading {
  readonly observed: ObservedKwdbCluster;
  /** Own values of all zones, by canonical target. */
  readonly own: OwnValues;
}

/** Reads one cluster once for everything that asks during one Terraform walk. */
export interface KwdbReader {
  /**
   * A failed reading fails for every request until {@link KwdbReader.invalidate}: a server that does not answer is asked once, not once
   * per resource.
   */
  read(): Promise<KwdbReading>;
  /** Forgets what was read, because something was changed. */
  invalidate(): void;
}

export function createKwdbReader(port: Pick<KwdbPort, "inspect">): KwdbReader {
  let latest: Promise<KwdbReading> | undefined;
  const read = async (): Promise<KwdbReading> => {
    const observed = await port.inspect({ cluster: { zones: [], settings: [], rebalances: [] }, allSettings: true });
    return { observed, own: ownValuesOf(observed) };
  };
  return {
    read: () => (latest ??= read()),
    invalidate: () => (latest = undefined),
  };
}
