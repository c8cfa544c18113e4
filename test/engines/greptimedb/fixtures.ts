import type { ObservedGreptimeCluster, ObservedTable } from "../../../src/planning/observed";
import type { TableDeclaration } from "../../../src/topology/manifest";
import { definitionOf } from "../../../src/engines/greptimedb/definitions";
import { parseCreateTable } from "../../../src/engines/greptimedb/parse-create-table";

export function declaration(over: Partial<TableDeclaration> = {}): TableDeclaration {
  return {
    database: "public",
    name: "cpu",
    columns: [
      { name: "host", type: "STRING", nullable: true },
      { name: "usage", type: "DOUBLE", nullable: true },
      { name: "ts", type: "TIMESTAMP", nullable: false },
    ],
    primaryKey: ["host"],
    timeIndex: "ts",
    partitioning: {
      kind: "range",
      columns: ["host"],
      partitions: [{ lessThan: ["g"] }, { lessThan: ["p"] }, { lessThan: [{ maxvalue: true }] }],
    },
    engine: "mito",
    options: {},
    ignoreUndeclaredColumns: false,
    deletionProtection: true,
    ...over,
  };
}

/** SHOW CREATE TABLE of {@link declaration} as 1.x prints it. */
export const CPU = `CREATE TABLE IF NOT EXISTS \`cpu\` (
  \`host\` STRING NULL,
  \`usage\` DOUBLE NULL,
  \`ts\` TIMESTAMP(3) NOT NULL,
  TIME INDEX (\`ts\`),
  PRIMARY KEY (\`host\`)
)
PARTITION ON COLUMNS (\`host\`) (
  host < 'g',
  host >= 'g' AND host < 'p',
  host >= 'p'
)
ENGINE=mito
`;

export function observedTable(showCreate: string, createOptions = "", database = "public"): ObservedTable {
  const created = parseCreateTable(showCreate);
  return {
    database,
    name: created.name,
    tableId: 1024,
    engine: created.engine,
    regions: [],
    definition: definitionOf(created, createOptions),
  };
}

export function cluster(version: string, ...tables: readonly ObservedTable[]): ObservedGreptimeCluster {
  return {
    engine: "greptimedb",
    version,
    mode: "distributed",
    metasrvUptimeMs: 60_000,
    datanodes: [],
    tables,
    procedures: [],
  };
}
