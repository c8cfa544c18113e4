// What the walk does on a GreptimeDB cluster: a region is moved by hand, and no row may be lost.
import { note } from "../programs.mjs";
import { devClusters } from "../workspace.mjs";

export const greptimedb = {
  name: "greptimedb",
  variables: ["TOPOFORM_GREPTIMEDB_HOST", "TOPOFORM_GREPTIMEDB_URL"],
  start: () => devClusters().startGreptimeDevCluster({ datanodes: 3, procedureDurationMs: 400 }),
  reach: ({ host, port }) => ({ TOPOFORM_GREPTIMEDB_HOST: host, TOPOFORM_GREPTIMEDB_PORT: String(port) }),
  opening: ({ port }) => `An embedded cluster with three datanodes listens on MySQL port ${port}`,
  map: "region map",
  drift: {
    title: "Somebody moves a region behind Topoform's back",
    byHand: moveByHand,
    shown: "The plan shows exactly that region",
  },
  verified: "nothing differs, no row is lost",
  observe: rowsOf,
  compare: compareRows,
};

/** Table by table: how many rows, and a text that changes with any value. */
async function rowsOf(cluster) {
  const tables = (await cluster.sql("SHOW TABLES"))
    .map((row) => Object.values(row)[0])
    .filter((table) => table !== "numbers");
  const contents = tables.map(async (table) => [
    table,
    (await cluster.sql(`SELECT * FROM ${table}`)).map((row) => JSON.stringify(row)).sort(),
  ]);
  return new Map(await Promise.all(contents));
}

function compareRows(before, after) {
  for (const [table, rows] of before) {
    const now = after.get(table) ?? [];
    if (JSON.stringify(rows) !== JSON.stringify(now))
      throw new Error(`${table} has ${now.length} rows instead of ${rows.length}, or others`);
    note(`${table}: ${rows.length} rows before and after, value by value the same`);
  }
}

/** Moves the first region as an operator would, and waits for it. */
async function moveByHand(cluster) {
  const [region] = await cluster.sql(
    "SELECT region_id, peer_id FROM information_schema.region_peers ORDER BY region_id LIMIT 1",
  );
  const target = (BigInt(region.peer_id) + 1n) % 3n;
  const statement = `ADMIN migrate_region(${region.region_id}, ${region.peer_id}, ${target}, 60)`;
  const [answer] = await cluster.sql(statement);
  const procedure = Object.values(answer)[0];
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const [state] = await cluster.sql(`ADMIN procedure_state('${procedure}')`);
    if (String(Object.values(state)[0]).includes("Done")) return statement;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${statement} did not end within 10 s`);
}
