import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Datanodes, GreptimeCluster, RegionPlacement, SharedStorage } from "topoform";

/** GreptimeDB's document on region migration: the region of `migration_target` goes to datanode 2, within 60 seconds. */
class RegionMigration extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const cluster = GreptimeCluster.fromEnvironment(this, "cluster", {
      datanodes: Datanodes.count(3),
      sharedStorage: SharedStorage.s3({ bucket: "greptimedb-metrics" }),
    });

    // Instead of: ADMIN migrate_region(4398046511104, 1, 2, 60);
    new RegionPlacement(this, "migration-target", {
      cluster,
      table: "migration_target",
      pins: { "*": 2 },
      replayTimeoutSeconds: 60,
    });
  }
}

const app = new App();
new RegionMigration(app, "region-migration");
app.synth();
