import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  Bytes,
  ClusterSetting,
  Constraint,
  Duration,
  KwdbCluster,
  ReplicaConstraints,
  Zone,
  ZoneConfig,
} from "topoform";

/** The replicas of the range `meta` as in KWDB's document, and what else has a zone: a database, a time-series table, a partition. */
class Zones extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const cluster = KwdbCluster.fromEnvironment(this, "cluster");

    new ZoneConfig(this, "meta", { cluster, zone: Zone.ofRange("meta"), numReplicas: 7, allowSystemRange: true });

    new ClusterSetting(this, "manual-balancing", {
      cluster,
      name: "kv.allocator.ts_consider_rebalance.enabled",
      value: false,
    });

    new ZoneConfig(this, "shop", {
      cluster,
      zone: Zone.ofDatabase("shop"),
      rangeMinBytes: Bytes.mebibytes(256),
      rangeMaxBytes: Bytes.mebibytes(512),
      gcTtl: Duration.hours(12),
    });

    new ZoneConfig(this, "orders-eu", {
      cluster,
      zone: Zone.ofPartition("shop", "orders", "eu"),
      numReplicas: 3,
      constraints: ReplicaConstraints.of(
        { replicas: 1, constraints: [Constraint.required({ region: "NODE1" })] },
        { replicas: 2, constraints: [Constraint.required({ region: "NODE2" })] },
      ),
      leasePreferences: [[Constraint.required({ region: "NODE1" })]],
    });

    new ZoneConfig(this, "cpu", { cluster, zone: Zone.ofTable("ts_db", "cpu"), numReplicas: 5 });
  }
}

const app = new App();
new Zones(app, "kwdb-zones");
app.synth();
