/** What differs between the programs of the walks. */
export interface PlacementProgram {
  readonly database: string;
  /** Peer ids of the cluster; the first three get a partition each. */
  readonly datanodes: readonly number[];
}

/** The files of a CDKTF project: a table in three partitions by host, each on a datanode of its own. */
export function placementProject({ database, datanodes }: PlacementProgram): Readonly<Record<string, string>> {
  const [first, second, third] = datanodes;
  return {
    "cdktf.json": JSON.stringify({
      language: "typescript",
      app: "node main.js",
      projectId: "walk",
      sendCrashReports: "false",
    }),
    "main.js": `
const { App, TerraformStack } = require("cdktf");
const { Column, Datanodes, GreptimeCluster, MAXVALUE, PartitionedTable, Partitions, SharedStorage } = require("topoform");

const app = new App();
const stack = new TerraformStack(app, "walk");
const cluster = GreptimeCluster.fromEnvironment(stack, "cluster", {
  datanodes: Datanodes.ids(${JSON.stringify(datanodes)}),
  sharedStorage: SharedStorage.s3({ bucket: "metrics" }),
});
new PartitionedTable(stack, "cpu", {
  cluster,
  database: ${JSON.stringify(database)},
  name: "cpu",
  columns: { host: Column.string(), usage: Column.float64(), ts: Column.timestamp({ timeIndex: true }) },
  primaryKey: ["host"],
  partitions: Partitions.byRange({
    columns: ["host"],
    partitions: [
      { name: "a-f", lessThan: "g", datanode: ${first} },
      { name: "g-o", lessThan: "p", datanode: ${second} },
      { name: "p-z", lessThan: MAXVALUE, datanode: ${third} },
    ],
  }),
  deletionProtection: false,
});
app.synth();
`,
  };
}
