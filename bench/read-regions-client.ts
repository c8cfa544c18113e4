import { openCluster } from "../src/engines/open";

/** Reads the whole cluster once and says what it took. */
async function main(port: number): Promise<void> {
  const declaration = { engine: "greptimedb" as const, name: "bench", connection: { host: "127.0.0.1", port, statementTimeoutSeconds: 300 }, tables: [], placements: [] };
  const cluster = openCluster(declaration, { env: {} });
  const idle = process.resourceUsage().maxRSS / 1024;
  const begin = performance.now();
  const observed = await cluster.inspect({ definitions: [] });
  const seconds = (performance.now() - begin) / 1000;
  const regions = observed.tables.reduce((sum, table) => sum + table.regions.length, 0);
  await cluster.close();
  console.log(JSON.stringify({ regions, seconds, idleMebibytes: idle, peakMebibytes: process.resourceUsage().maxRSS / 1024 }));
}

void main(Number(process.argv[2]));
