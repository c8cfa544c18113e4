import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Column, Datanodes, GreptimeCluster, MAXVALUE, PartitionedTable, Partitions, SharedStorage } from "topoform";

/** GreptimeDB's document on table sharding: `my_table` with partitions a < 10, 10 <= a < 20 and the rest. */
class TableSharding extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const cluster = GreptimeCluster.fromEnvironment(this, "cluster", {
      datanodes: Datanodes.count(3),
      sharedStorage: SharedStorage.s3({ bucket: "greptimedb-metrics" }),
    });

    new PartitionedTable(this, "my-table", {
      cluster,
      name: "my_table",
      columns: { a: Column.int32(), b: Column.string(), ts: Column.timestamp({ timeIndex: true }) },
      primaryKey: ["a"],
      partitions: Partitions.byRange({
        columns: ["a"],
        partitions: [
          { name: "p0", lessThan: 10, datanode: 0 },
          { name: "p1", lessThan: 20, datanode: 0 },
          { name: "p2", lessThan: MAXVALUE, datanode: 1 },
        ],
      }),
      deletionProtection: false,
    });
  }
}

const app = new App();
new TableSharding(app, "table-sharding");
app.synth();
