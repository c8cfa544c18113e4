import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Column, Datanodes, GreptimeCluster, MAXVALUE, PartitionedTable, Partitions } from "topoform";
import { SharedBucket } from "topoform/aws";

/** The bucket that the datanodes share, and a table on the cluster that uses it. */
class Storage extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    new AwsProvider(this, "aws", { region: "eu-central-1" });
    const bucket = new SharedBucket(this, "storage", { bucketName: "greptimedb-metrics", root: "production" });

    const cluster = GreptimeCluster.fromEnvironment(this, "cluster", {
      datanodes: Datanodes.count(2),
      sharedStorage: bucket,
    });

    new PartitionedTable(this, "cpu", {
      cluster,
      name: "cpu",
      columns: { host: Column.string(), usage: Column.float64(), ts: Column.timestamp({ timeIndex: true }) },
      primaryKey: ["host"],
      partitions: Partitions.byRange({
        columns: ["host"],
        partitions: [
          { lessThan: "n", datanode: 0 },
          { lessThan: MAXVALUE, datanode: 1 },
        ],
      }),
    });
  }
}

const app = new App();
new Storage(app, "aws-bucket");
app.synth();
