import { Construct } from "constructs";

import { KwdbRangeRebalance } from "../bindings/kwdb-range-rebalance";
import { templateText } from "../template-text";
import type { IKwdbCluster } from "./kwdb-cluster";
import type { Zone } from "./zone";
import { targetText } from "./zone-arguments";

export interface RangeRebalanceProps {
  readonly cluster: IKwdbCluster;
  /** A time-series database or table, or `Zone.ofRange("default")` for all of them. */
  readonly zone: Zone;
  /** Any texts; when one changes, the ranges are rebalanced again. @default - none: it is done once */
  readonly triggers?: Readonly<Record<string, string>>;
  /**
   * Whether it may replace HASHPOINT partitions that somebody made, together with their zones: the server partitions the tables
   * anew. @default false
   */
  readonly replacePartitions?: boolean;
  /** How long the server's job may take before a deployment stops following it. @default 7200 */
  readonly timeoutSeconds?: number;
}

/**
 * A manual rebalance of time-series ranges (`CONFIGURE ZONE USING REBALANCE`, KWDB 3.0.0 and newer). Becomes a
 * `topoform_kwdb_range_rebalance`: done once, after the zones that it concerns, and again whenever its triggers change. It
 * moves data: deploy it in a quiet hour. Destroying it undoes nothing.
 *
 * @example
 * new RangeRebalance(this, "rebalance", { cluster, zone: Zone.ofDatabase("ts_db"), triggers: { nodes: "5" } });
 */
export class RangeRebalance extends Construct {
  private readonly rebalance: KwdbRangeRebalance;

  constructor(scope: Construct, id: string, props: RangeRebalanceProps) {
    super(scope, id);
    const { cluster, zone, replacePartitions, timeoutSeconds } = props;
    const triggers = props.triggers ?? {};
    this.rebalance = new KwdbRangeRebalance(this, "Default", {
      provider: cluster.provider,
      target: targetText(zone),
      triggers: Object.keys(triggers).length === 0 ? undefined : triggerArguments(triggers),
      replacePartitions,
      timeoutSeconds,
    });
    cluster.topology.addRebalance({
      construct: this,
      declaration: { name: this.node.path, target: zone, triggers, replacePartitions: replacePartitions ?? false },
      resource: this.rebalance,
    });
  }

  /** The target in the server's spelling, known after apply. */
  get id(): string {
    return this.rebalance.id;
  }

  /** Id of the server's latest job, in decimal digits, known after apply. */
  get jobId(): string {
    return this.rebalance.jobId;
  }
}

function triggerArguments(triggers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(triggers).map(([name, value]) => [templateText(name), templateText(value)]));
}
