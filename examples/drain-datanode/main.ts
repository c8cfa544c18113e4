import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Datanodes, GreptimeCluster, Placement, RegionPlacement, SharedStorage } from "topoform";

/** Datanode 2 is taken out of service: its regions go to the others, which keep the same number each. */
class DrainDatanode extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const cluster = GreptimeCluster.fromEnvironment(this, "cluster", {
      datanodes: Datanodes.count(3),
      sharedStorage: SharedStorage.s3({ bucket: "greptimedb-metrics" }),
    });

    new RegionPlacement(this, "events", { cluster, table: "events", placement: Placement.balance() });

    cluster.drain(2);
  }
}

const app = new App();
new DrainDatanode(app, "drain-datanode");
app.synth();
