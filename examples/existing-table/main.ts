import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Datanodes, GreptimeCluster, RegionPlacement, SharedStorage } from "topoform";

/** Places a table that someone else creates: the keys are its partition rules, as SHOW CREATE TABLE prints them. */
class ExistingTable extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const cluster = GreptimeCluster.fromEnvironment(this, "cluster", {
      datanodes: Datanodes.count(3),
      sharedStorage: SharedStorage.s3({ bucket: "greptimedb-metrics" }),
    });

    new RegionPlacement(this, "requests", {
      cluster,
      table: "requests",
      pins: {
        "region = 'eu'": 0,
        "region = 'us'": 1,
      },
    });
  }
}

const app = new App();
new ExistingTable(app, "existing-table");
app.synth();
