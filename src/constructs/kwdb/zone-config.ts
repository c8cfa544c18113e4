import { Construct } from "constructs";

import { KwdbZoneConfig } from "../bindings/kwdb-zone-config";
import type { IKwdbCluster } from "./kwdb-cluster";
import type { Zone } from "./zone";
import { zoneArguments } from "./zone-arguments";
import { zoneValues, type ZoneVariables } from "./zone-values";

export interface ZoneConfigProps extends ZoneVariables {
  readonly cluster: IKwdbCluster;
  /** What is configured: `Zone.ofRange("meta")`, `Zone.ofDatabase("ts_db")`, … */
  readonly zone: Zone;
  /**
   * Must be true for the ranges meta, liveness, system and timeseries and for the database `system`: a wrong value there can
   * stop the cluster. @default false
   */
  readonly allowSystemRange?: boolean;
  /** Whether a deployment waits until the ranges have as many replicas as the zone says. @default false */
  readonly waitForReplicas?: boolean;
  /** How long it waits. @default 600 */
  readonly replicasTimeoutSeconds?: number;
}

/**
 * The zone configuration of a range, database, table, index or partition. Becomes a `topoform_kwdb_zone_config`.
 *
 * Destroying it discards the zone of a user's object; ranges and the database `system` get back what was found there. Everything
 * that is wrong with it is reported at synth, all at once.
 *
 * @example
 * new ZoneConfig(this, "meta", { cluster, zone: Zone.ofRange("meta"), numReplicas: 7, allowSystemRange: true });
 * new ZoneConfig(this, "metrics", {
 *   cluster,
 *   zone: Zone.ofDatabase("ts_db"),
 *   rangeMinBytes: Bytes.mebibytes(256),
 *   rangeMaxBytes: Bytes.mebibytes(512),
 *   gcTtl: Duration.hours(25),
 * });
 */
export class ZoneConfig extends Construct {
  private readonly zoneConfig: KwdbZoneConfig;

  constructor(scope: Construct, id: string, props: ZoneConfigProps) {
    super(scope, id);
    const { cluster, zone } = props;
    const declaration = {
      target: zone,
      ...zoneValues(props),
      allowSystemRange: props.allowSystemRange ?? false,
      waitForReplicas: props.waitForReplicas ?? false,
    };
    this.zoneConfig = new KwdbZoneConfig(this, "Default", {
      provider: cluster.provider,
      ...zoneArguments(declaration),
      replicasTimeoutSeconds: props.replicasTimeoutSeconds,
    });
    cluster.topology.addZone({ construct: this, declaration, resource: this.zoneConfig });
  }

  /** The target in the server's spelling, `TABLE ts_db.public.cpu`, known after apply. */
  get id(): string {
    return this.zoneConfig.id;
  }
}
