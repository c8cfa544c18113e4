// What the walk does on a KWDB cluster: a zone is changed by hand, and destroying gives every zone and setting back.
import { note, step } from "../programs.mjs";
import { devClusters } from "../workspace.mjs";

const SHOW_META = "SHOW ZONE CONFIGURATION FOR RANGE meta";

export const kwdb = {
  name: "kwdb",
  variables: ["TOPOFORM_KWDB_HOST", "TOPOFORM_KWDB_URL"],
  start: () => devClusters().startKwdbDevCluster({ nodes: 7 }),
  reach: ({ host, port }) => ({ TOPOFORM_KWDB_HOST: host, TOPOFORM_KWDB_PORT: String(port) }),
  opening: ({ port }) => `An embedded cluster with seven nodes listens on PostgreSQL port ${port}`,
  map: "zones",
  applied: showMeta,
  drift: {
    title: "Somebody changes a zone behind Topoform's back",
    byHand: changeByHand,
    shown: "The plan shows exactly that zone",
  },
  verified: "nothing differs",
  destroyed: "Destroy: every declared zone and setting is as it was found",
  observe: zonesAndSettings,
  compare: compareZones,
};

/** What a client prints for the document's statement. */
async function showMeta(cluster) {
  step(SHOW_META);
  const [{ target, raw_config_sql: sql }] = await cluster.sql(SHOW_META);
  const lines = sql.replaceAll("\t", "    ").split("\n");
  const width = Math.max(...lines.map(({ length }) => length));
  note(` ${"target".padEnd(target.length)} | raw_config_sql`);
  note(`${"-".repeat(target.length + 2)}+${"-".repeat(width + 2)}`);
  lines.forEach((line, index) => note(` ${(index === 0 ? target : "").padEnd(target.length)} | ${line}`));
}

async function changeByHand(cluster) {
  const statement = "ALTER RANGE meta CONFIGURE ZONE USING num_replicas = 5";
  await cluster.sql(statement);
  return statement;
}

/** Statement by zone, value by setting. A rebalance partitions tables anew; destroying it undoes nothing. */
async function zonesAndSettings(cluster) {
  const zones = await cluster.sql(
    "SELECT target, raw_config_sql FROM kwdb_internal.zones WHERE partition_name IS NULL OR partition_name NOT LIKE 'rebalance_replica%'",
  );
  const settings = await cluster.sql("SELECT name, value FROM system.settings");
  return new Map([
    ...zones.map(({ target, raw_config_sql: sql }) => [target, sql]),
    ...settings.map(({ name, value }) => [name, value]),
  ]);
}

function compareZones(before, after) {
  const names = new Set([...before.keys(), ...after.keys()]);
  for (const name of names)
    if (before.get(name) !== after.get(name))
      throw new Error(
        `${name} is not as it was: ${after.get(name) ?? "gone"} instead of ${before.get(name) ?? "nothing"}`,
      );
  note(`${names.size} zones and settings before and after, value by value the same`);
}
