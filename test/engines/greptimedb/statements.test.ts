import {
  createTable,
  migrateRegion,
  procedureState,
  selectLeaders,
  tableChangeStatements,
} from "../../../src/engines/greptimedb/statements";
import { parseCreateTable } from "../../../src/engines/greptimedb/parse-create-table";
import { diffTable } from "../../../src/engines/greptimedb/diff";
import { capabilitiesOf } from "../../../src/engines/greptimedb/version";
import type { TableChange } from "../../../src/planning/change";
import { datanodeId, regionId, type PartitionKey } from "../../../src/topology/ids";
import { cluster, CPU, declaration, observedTable } from "./fixtures";

const V114 = capabilitiesOf("1.1.4");

test("CREATE TABLE, from 0.7 on", () => {
  const declared = declaration({ options: { ttl: "7d", "compaction.twcs.time_window": "1h" } });
  expect(createTable(declared, V114)).toBe(`CREATE TABLE IF NOT EXISTS \`public\`.\`cpu\` (
  \`host\` STRING NULL,
  \`usage\` DOUBLE NULL,
  \`ts\` TIMESTAMP(3) NOT NULL,
  TIME INDEX (\`ts\`),
  PRIMARY KEY (\`host\`)
)
PARTITION ON COLUMNS (\`host\`) (
  \`host\` < 'g',
  \`host\` >= 'g' AND \`host\` < 'p',
  \`host\` >= 'p'
)
ENGINE=mito
WITH (
  'compaction.twcs.time_window' = '1h',
  ttl = '7d'
)`);
});

test("CREATE TABLE before 0.7", () => {
  expect(createTable(declaration(), capabilitiesOf("0.6.0"))).toContain(`PARTITION BY RANGE COLUMNS (\`host\`) (
  PARTITION p0 VALUES LESS THAN ('g'),
  PARTITION p1 VALUES LESS THAN ('p'),
  PARTITION p2 VALUES LESS THAN (MAXVALUE)
)`);
});

test("explicit rules before 0.7 are refused", () => {
  const declared = declaration({
    partitioning: { kind: "rules", columns: ["host"], partitions: [{ rule: "host < 'g'" }, { rule: "host >= 'g'" }] },
  });
  expect(() => createTable(declared, capabilitiesOf("0.6.0"))).toThrow(/0\.7/);
});

test("what is rendered reads back as declared", () => {
  const names = declaration({
    name: "odd",
    columns: [
      { name: "we`ird", type: "int", nullable: true, default: "5" },
      { name: "select", type: "STRING", nullable: true, comment: "it's" },
      { name: "ts", type: "TIMESTAMP(9)", nullable: false, default: "now()" },
    ],
    primaryKey: ["select"],
    partitioning: {
      kind: "range",
      columns: ["select"],
      partitions: [{ lessThan: ["it's"] }, { lessThan: [{ maxvalue: true }] }],
    },
  });
  const sql = createTable(names, V114);
  expect(diffTable(names, cluster("1.1.4", observedTable(sql)))).toEqual([]);
  expect(parseCreateTable(sql).rules).toEqual(["select < 'it''s'", "select >= 'it''s'"]);
});

test.each(["DECIMAL(10,2)", "BINARY", "JSON"])("a partition column of type %s is refused before it is sent", (type) => {
  const columns = declaration().columns.map((column) => (column.name === "host" ? { ...column, type } : column));
  expect(() => createTable(declaration({ columns }), V114)).toThrow(
    expect.objectContaining({ diagnostics: [expect.objectContaining({ code: "PARTITION_COLUMN_TYPE" })] }),
  );
});

test("a type that is none never reaches the server", () => {
  const columns = declaration().columns.map((column) =>
    column.name === "usage" ? { ...column, type: "INT); DROP TABLE x; --" } : column,
  );
  expect(() => createTable(declaration({ columns }), V114)).toThrow(
    expect.objectContaining({ diagnostics: [expect.objectContaining({ code: "COLUMN_TYPE_UNKNOWN" })] }),
  );
  expect(() => createTable(declaration({ engine: "mito; DROP" }), V114)).toThrow(
    expect.objectContaining({ name: "DiagnosticError" }),
  );
});

const BASE = { table: { database: "public", name: "cpu" }, reason: "", losesData: false, inverse: null };
const key = (text: string): PartitionKey => text as PartitionKey;

// Neither 1.0.2 nor 1.1.4 keeps the COMMENT clause of ADD COLUMN.
test("a new column's comment is a statement of its own", () => {
  const column = { name: "c", type: "INT", nullable: true, comment: "it's" };
  const change: TableChange = { ...BASE, kind: "add-column", column, primaryKey: false };
  expect(tableChangeStatements(change, capabilitiesOf("1.1.4"))).toEqual([
    "ALTER TABLE `public`.`cpu` ADD COLUMN IF NOT EXISTS `c` INT NULL",
    "COMMENT ON COLUMN `public`.`cpu`.`c` IS 'it''s'",
  ]);
});

test.each<[string, TableChange, string]>([
  ["1.1.4", { ...BASE, kind: "drop-table" }, "DROP TABLE IF EXISTS `public`.`cpu`"],
  [
    "1.1.4",
    {
      ...BASE,
      kind: "add-column",
      column: { name: "c", type: "int", nullable: true, default: "1" },
      primaryKey: false,
    },
    "ALTER TABLE `public`.`cpu` ADD COLUMN IF NOT EXISTS `c` INT NULL DEFAULT 1",
  ],
  [
    "0.9.5",
    { ...BASE, kind: "add-column", column: { name: "c", type: "STRING", nullable: true }, primaryKey: true },
    "ALTER TABLE `public`.`cpu` ADD COLUMN `c` STRING NULL PRIMARY KEY",
  ],
  ["1.1.4", { ...BASE, kind: "drop-column", column: "c" }, "ALTER TABLE `public`.`cpu` DROP COLUMN `c`"],
  [
    "1.1.4",
    { ...BASE, kind: "modify-column-type", column: "c", from: "INT", to: "BIGINT" },
    "ALTER TABLE `public`.`cpu` MODIFY COLUMN `c` BIGINT",
  ],
  [
    "1.1.4",
    { ...BASE, kind: "modify-column-default", column: "c", columnType: "STRING", from: null, to: "7" },
    "ALTER TABLE `public`.`cpu` MODIFY COLUMN `c` SET DEFAULT '7'",
  ],
  [
    "1.1.4",
    { ...BASE, kind: "modify-column-default", column: "c", columnType: "STRING", from: "7", to: null },
    "ALTER TABLE `public`.`cpu` MODIFY COLUMN `c` DROP DEFAULT",
  ],
  [
    "1.1.4",
    { ...BASE, kind: "modify-column-comment", column: "c", from: null, to: "it's" },
    "COMMENT ON COLUMN `public`.`cpu`.`c` IS 'it''s'",
  ],
  [
    "1.1.4",
    { ...BASE, kind: "set-option", option: "ttl", from: null, to: "3d" },
    "ALTER TABLE `public`.`cpu` SET 'ttl' = '3d'",
  ],
  [
    "1.1.4",
    { ...BASE, kind: "set-option", option: "comment", from: null, to: "hi" },
    "COMMENT ON TABLE `public`.`cpu` IS 'hi'",
  ],
  ["1.1.4", { ...BASE, kind: "unset-option", option: "ttl", from: "3d" }, "ALTER TABLE `public`.`cpu` UNSET 'ttl'"],
  [
    "1.0.2",
    {
      ...BASE,
      kind: "repartition",
      columns: ["host"],
      from: [key("host < 'g'")],
      to: [key("host < 'd'"), key("host >= 'd' AND host < 'g'")],
    },
    "ALTER TABLE `public`.`cpu` SPLIT PARTITION (`host` < 'g') INTO (`host` < 'd', `host` >= 'd' AND `host` < 'g') WITH (TIMEOUT = '10m', WAIT = false)",
  ],
  [
    "1.1.4",
    {
      ...BASE,
      kind: "repartition",
      columns: ["host"],
      from: [key("host < 'g'"), key("host >= 'g'")],
      to: [key("host < 'd'"), key("host >= 'd'")],
    },
    "ALTER TABLE `public`.`cpu` REPARTITION (`host` < 'g', `host` >= 'g') INTO (`host` < 'd', `host` >= 'd') WITH (TIMEOUT = '10m', WAIT = false)",
  ],
  [
    "1.1.4",
    { ...BASE, kind: "repartition", columns: ["host"], from: [], to: [key("host < 'd'"), key("host >= 'd'")] },
    "ALTER TABLE `public`.`cpu` PARTITION ON COLUMNS (`host`) (`host` < 'd', `host` >= 'd') WITH (TIMEOUT = '10m', WAIT = false)",
  ],
])("%s %j", (version, change, sql) => expect(tableChangeStatements(change, capabilitiesOf(version))).toEqual([sql]));

test("an impossible change has no statement", () => {
  const change: TableChange = { ...BASE, kind: "change-engine", from: "mito", to: "metric", impossible: "no" };
  expect(() => tableChangeStatements(change, V114)).toThrow(/no/);
});

test("admin functions by version, the timeout always given, ids beyond 2^53 exact", () => {
  const move = { region: regionId("9007199254740993"), from: datanodeId("4294967296"), to: datanodeId(2) };
  expect(migrateRegion(capabilitiesOf("0.9.2"), move, 60)).toBe(
    "SELECT migrate_region(9007199254740993, 4294967296, 2, 60)",
  );
  expect(migrateRegion(capabilitiesOf("0.9.3"), move, 60)).toBe(
    "ADMIN migrate_region(9007199254740993, 4294967296, 2, 60)",
  );
  expect(procedureState(V114, "a'b")).toBe("ADMIN procedure_state('a''b')");
});

test("no filter where a filter loses rows", () => {
  const regions = [regionId("4398046511104")];
  expect(selectLeaders(capabilitiesOf("0.17.2"), regions)).not.toContain("WHERE");
  expect(selectLeaders(V114, regions)).toContain("WHERE region_id IN (4398046511104)");
  expect(selectLeaders(capabilitiesOf("0.7.2"), regions)).toContain("greptime_region_peers");
});

test("SHOW CREATE TABLE's own text is what the fixture says", () =>
  expect(observedTable(CPU).definition?.rules).toHaveLength(3));
