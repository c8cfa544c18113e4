import type { Grammar } from "./syntax/parse-statement";

/** How one release behaves, where releases differ. */
export interface ServerVersion {
  /** `3.2.1` */
  readonly text: string;
  /** major * 10,000 + minor * 100 + patch. */
  readonly number: number;
  readonly grammar: Grammar;
  /** Zones on time-series tables (since 2.1.0). */
  readonly zonesOnTimeSeriesTables: boolean;
  /** constraints and lease_preferences are taken on partitions only (since 2.1.0). */
  readonly constraintsOnPartitionsOnly: boolean;
  /** Zones on partitions without a licence (since 2.1.0). */
  readonly partitionZones: boolean;
  /** num_replicas, range_min_bytes and range_max_bytes need a licence on clusters with replicas (2.0.4 to 2.2.0). */
  readonly licenceForReplicas: boolean;
  /** num_replicas is refused while a node is not live (2.1.0 to 3.2.0). */
  readonly refusesReplicasWithDeadNodes: boolean;
  /** HASHPOINT partitions are listed by `kwdb_internal.partitions` and SHOW PARTITIONS (since 3.0.0). */
  readonly listsHashPoints: boolean;
  /** Points of the hash ring of a table that names none. */
  readonly defaultHashPoints: number;
}

/** Behaviour of the release `text`, `3.2.1` or `V3.2.1`. Throws RangeError for one before 2.0.4 or that is no version. */
export function serverVersion(text: string): ServerVersion {
  const match = /^V?(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not a KWDB version: write it like 3.2.1`);
  const number = Number(match[1]) * 10_000 + Number(match[2]) * 100 + Number(match[3]);
  if (number < 20_004) throw new RangeError(`KWDB ${text} is not emulated: 2.0.4 is the oldest`);
  const since = (version: number): boolean => number >= version;
  return {
    text: text.replace(/^V/, ""),
    number,
    grammar: { rebalance: since(30_000), hashSpans: since(30_000), hashPoints: since(20_100) },
    zonesOnTimeSeriesTables: since(20_100),
    constraintsOnPartitionsOnly: since(20_100),
    partitionZones: since(20_100),
    licenceForReplicas: !since(20_201),
    refusesReplicasWithDeadNodes: since(20_100) && !since(30_201),
    listsHashPoints: since(30_000),
    defaultHashPoints: since(20_100) ? 2_000 : 20,
  };
}
