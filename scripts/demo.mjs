// The main job in a minute: an embedded cluster, a deployed placement, drift, convergence.
import { step, findTerraform, run } from "./lib/terraform.mjs";
import { environmentOf, runSql, startCluster, synthesize, temporaryDirectory, topoform } from "./lib/workspace.mjs";

const HOSTS = ["alpha", "carrot", "ember", "flint", "garnet", "hazel", "karst", "onyx", "pearl", "quartz", "slate", "topaz"];
const TABLE = `CREATE TABLE cpu (
  host STRING,
  usage DOUBLE COMMENT 'percent',
  ts TIMESTAMP(3) TIME INDEX,
  PRIMARY KEY (host)
) PARTITION ON COLUMNS (host) (host < 'g', host >= 'g' AND host < 'p', host >= 'p')`.replace("usage DOUBLE", "`usage` DOUBLE");

const { directory, remove } = temporaryDirectory();
const cluster = await startCluster();
try {
  await demo();
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await cluster.stop();
  remove();
}

async function demo() {
  const env = environmentOf(directory, cluster);
  step(`A GreptimeDB-shaped cluster with three datanodes listens on MySQL port ${cluster.port}`);
  await fillTable();
  console.log("  table public.cpu: three partitions by host, 1200 rows, placed by the server");

  step("Synthesize examples/greptimedb-placement");
  const stack = await synthesize("greptimedb-placement", directory, env);
  const before = await rowsOf();
  await status(stack, env, "The region map before");

  const terraform = findTerraform();
  const surface = terraform === undefined ? cliSurface(stack, env) : terraformSurface(terraform, stack, env);
  if (terraform === undefined) step("Neither terraform nor tofu is on the PATH: the same plan and executor, through `topoform apply`");
  await surface.prepare();
  step("Plan");
  await surface.plan(2);
  step("Apply");
  await surface.apply();
  await status(stack, env, "The region map after");

  step("Somebody moves a region behind Topoform's back");
  const moved = await moveByHand();
  console.log(`  ${moved}`);
  step("The plan shows exactly that region");
  await surface.plan(2);
  step("Converge");
  await surface.apply();
  step("Verify: nothing differs, no row is lost");
  await surface.plan(0);
  const after = await rowsOf();
  if (JSON.stringify(after) !== JSON.stringify(before)) throw new Error(`rows differ: ${JSON.stringify(before)} before, ${JSON.stringify(after)} after`);
  console.log(`  ${after[0]} rows before and after, the same checksum`);
  await status(stack, env, "The region map at the end");
}

function terraformSurface(terraform, stack, env) {
  const options = { cwd: stack, env };
  return {
    prepare: async () => {
      step(`${terraform} init`);
      await run(terraform, ["init", "-input=false", "-no-color"], { ...options, quiet: true });
    },
    plan: (code) => run(terraform, ["plan", "-input=false", "-no-color", "-detailed-exitcode", "-out=plan"], { ...options, expect: [code] }),
    apply: () => run(terraform, ["apply", "-input=false", "-no-color", "plan"], options),
  };
}

function cliSurface(stack, env) {
  const options = { cwd: stack, env };
  return {
    prepare: async () => undefined,
    plan: (code) => run(process.execPath, [topoform, "plan", "--detailed-exitcode", "-o", "plan.json"], { ...options, expect: [code] }),
    apply: () => run(process.execPath, [topoform, "apply", "plan.json", "--auto-approve"], options),
  };
}

async function fillTable() {
  await runSql(cluster, "CREATE TABLE first (ts TIMESTAMP TIME INDEX)");
  await cluster.sql(TABLE);
  const rows = Array.from({ length: 1200 }, (_, i) => `('${HOSTS[i % HOSTS.length]}-${i % 7}', ${(i * 37) % 100}, ${1_750_000_000_000 + i * 1000})`);
  await cluster.sql(`INSERT INTO cpu (host, \`usage\`, ts) VALUES ${rows.join(",")}`);
}

async function rowsOf() {
  const [row] = await cluster.sql("SELECT count(*) AS n, sum(`usage`) AS total, min(ts) AS first_ts, max(ts) AS last_ts FROM cpu");
  return Object.values(row).map(String);
}

/** Moves the first region of `cpu` as an operator would, and waits for it. */
async function moveByHand() {
  const [region] = await cluster.sql("SELECT region_id, peer_id FROM information_schema.region_peers WHERE table_name = 'cpu' ORDER BY region_id LIMIT 1");
  const target = (BigInt(region.peer_id) + 1n) % 3n;
  const statement = `ADMIN migrate_region(${region.region_id}, ${region.peer_id}, ${target}, 60)`;
  const [answer] = await cluster.sql(statement);
  const procedure = Object.values(answer)[0];
  for (;;) {
    const [state] = await cluster.sql(`ADMIN procedure_state('${procedure}')`);
    if (String(Object.values(state)[0]).includes("Done")) return statement;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function status(stack, env, title) {
  step(title);
  await run(process.execPath, [topoform, "status"], { cwd: stack, env });
}
