import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Column, Datanodes, GreptimeCluster, MAXVALUE, PartitionedTable, Partitions, SharedStorage } from "topoform";

/** A table in three partitions, each led by a datanode of its own. */
class Metrics extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const cluster = GreptimeCluster.fromEnvironment(this, "cluster", {
      datanodes: Datanodes.count(3),
      sharedStorage: SharedStorage.s3({ bucket: "greptimedb-metrics", root: "production" }),
    });

    new PartitionedTable(this, "cpu", {
      cluster,
      name: "cpu",
      columns: {
        host: Column.string(),
        usage: Column.float64({ comment: "percent" }),
        ts: Column.timestamp({ precision: 3, timeIndex: true }),
      },
      primaryKey: ["host"],
      partitions: Partitions.byRange({
        columns: ["host"],
        partitions: [
          { name: "a-f", lessThan: "g", datanode: 0 },
          { name: "g-o", lessThan: "p", datanode: 1 },
          { name: "p-z", lessThan: MAXVALUE, datanode: 2 },
        ],
      }),
      deletionProtection: false,
    });
  }
}

const app = new App();
new Metrics(app, "greptimedb-placement");
app.synth();
