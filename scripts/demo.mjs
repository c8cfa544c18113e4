// The main job in a minute: an embedded cluster, a deployed placement, drift, convergence.
import { greptimedb } from "./lib/engines/greptimedb.mjs";
import { note, step, supervise } from "./lib/programs.mjs";
import { walk } from "./lib/walk.mjs";
import { environmentOf, synthesize, temporaryDirectory } from "./lib/workspace.mjs";

const EXAMPLE = "greptimedb-placement";
const HOSTS = [
  "alpha",
  "carrot",
  "ember",
  "flint",
  "garnet",
  "hazel",
  "karst",
  "onyx",
  "pearl",
  "quartz",
  "slate",
  "topaz",
];
const TABLE = `CREATE TABLE cpu (
  host STRING,
  \`usage\` DOUBLE COMMENT 'percent',
  ts TIMESTAMP(3) TIME INDEX,
  PRIMARY KEY (host)
) PARTITION ON COLUMNS (host) (host < 'g', host >= 'g' AND host < 'p', host >= 'p')`;

const { directory, remove } = temporaryDirectory();
const cluster = await greptimedb.start();
await supervise("The demo", demo, async () => {
  await cluster.stop();
  remove();
});

async function demo() {
  const env = environmentOf(directory, greptimedb.reach(cluster));
  step(`A GreptimeDB-shaped cluster with three datanodes listens on MySQL port ${cluster.port}`);
  await fillTable();
  note("table public.cpu: three partitions by host, 1200 rows, placed by the server");
  step(`Synthesize examples/${EXAMPLE}`);
  const stack = await synthesize(EXAMPLE, directory, env);
  note("cdk.tf.json for Terraform, topoform.json for the command line, and the provider");
  await walk(stack, env, greptimedb, cluster);
}

async function fillTable() {
  // The server places round robin; another table before leaves ours on other datanodes than declared.
  await cluster.sql("CREATE TABLE other (ts TIMESTAMP TIME INDEX)");
  await cluster.sql(TABLE);
  await cluster.sql("DROP TABLE other");
  const rows = Array.from(
    { length: 1200 },
    (_, i) => `('${HOSTS[i % HOSTS.length]}-${i % 7}', ${(i * 37) % 100}, ${1_750_000_000_000 + i * 1000})`,
  );
  await cluster.sql(`INSERT INTO cpu (host, \`usage\`, ts) VALUES ${rows.join(",")}`);
}
