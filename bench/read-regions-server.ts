import { startGreptimeDevCluster } from "../src/devcluster";

/** Tables of 500 ranges each; prints the port when all regions are there. */
async function main(regions: number): Promise<void> {
  const cluster = await startGreptimeDevCluster({ datanodes: 100 });
  const perTable = 500;
  const rules = Array.from({ length: perTable }, (_, i) =>
    i === 0 ? "a < 10" : i === perTable - 1 ? `a >= ${i * 10}` : `a >= ${i * 10} AND a < ${i * 10 + 10}`,
  ).join(", ");
  for (let table = 0; table < regions / perTable; table += 1) {
    await cluster.sql(`CREATE TABLE t${table} (a INT, v DOUBLE, ts TIMESTAMP TIME INDEX, PRIMARY KEY (a)) PARTITION ON COLUMNS (a) (${rules})`);
  }
  process.stdout.write(`${cluster.port}\n`);
  process.on("SIGTERM", () => void cluster.stop());
}

void main(Number(process.argv[2]));
