import { parseCreateTable } from "../../../src/engines/greptimedb/parse-create-table";
import { RECORDED_VERSIONS, recorded, type RecordedStatement, type RecordedType } from "./recordings";

function shown(version: string): readonly { readonly name: string; readonly text: string }[] {
  return recorded<RecordedStatement>(version, "statements")
    .filter((line) => /^show create table/i.test(line.sql ?? "") && line.rows !== undefined)
    .map((line) => ({ name: line.rows?.[0]?.[0] ?? "", text: line.rows?.[0]?.[1] ?? "" }));
}

describe.each(RECORDED_VERSIONS)("every recorded SHOW CREATE TABLE of %s", (version) => {
  const all = shown(version);

  test("there are some", () => expect(all.length).toBeGreaterThan(30));

  test.each(all.map((one, i) => [`${i} ${one.name}`, one] as const))("%s", (_title, { name, text }) => {
    const table = parseCreateTable(text);
    expect(table.name).toBe(name);
    expect(table.columns.map((column) => column.name)).toContain(table.timeIndex);
    for (const key of [...table.primaryKey, ...table.partitionColumns]) {
      expect(table.columns.map((column) => column.name)).toContain(key);
    }
    expect(table.rules.length).toBe(printedRules(text));
  });

  test.each(
    recorded<RecordedType>(version, "types")
      .filter((type) => type.show_create !== undefined)
      .map((type) => [type.declared, type.show_create ?? ""]),
  )("a column declared %s", (declared, printed) => {
    const [column] = parseCreateTable(
      "CREATE TABLE IF NOT EXISTS `t` (\n  `c` " +
        printed +
        " NULL,\n  `ts` TIMESTAMP(3) NOT NULL,\n  TIME INDEX (`ts`)\n)\n\nENGINE=mito\n",
    ).columns;
    expect(column).toEqual({
      name: "c",
      type: declared === "JSON" ? "JSON" : printed,
      nullable: true,
      default: null,
      comment: null,
    });
  });
});

/** Lines between `PARTITION ON COLUMNS (…) (` and `)`, counted without the parser. */
function printedRules(text: string): number {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith("PARTITION ON COLUMNS"));
  if (start < 0) return 0;
  const end = lines.indexOf(")", start);
  return lines.slice(start + 1, end).filter((line) => line.trim() !== "").length;
}

test("columns, defaults, comments", () => {
  const text = shown("1.1.4").find((one) => one.name === "d1")?.text ?? "";
  expect(parseCreateTable(text)).toEqual({
    name: "d1",
    engine: "mito",
    columns: [
      { name: "a", type: "INT", nullable: true, default: "5", comment: null },
      { name: "b", type: "STRING", nullable: true, default: "x'y", comment: null },
      { name: "c", type: "DOUBLE", nullable: true, default: "1.5", comment: null },
      { name: "d", type: "BOOLEAN", nullable: true, default: "true", comment: null },
      { name: "e", type: "STRING", nullable: false, default: null, comment: null },
      { name: "f", type: "STRING", nullable: true, default: null, comment: "note 'q'" },
      { name: "g", type: "TIMESTAMP(3)", nullable: true, default: "now()", comment: null },
      { name: "h", type: "TIMESTAMP(3)", nullable: true, default: "current_timestamp()", comment: null },
      { name: "ts", type: "TIMESTAMP(3)", nullable: false, default: "current_timestamp()", comment: null },
    ],
    primaryKey: ["e"],
    timeIndex: "ts",
    partitionColumns: [],
    rules: [],
    options: {},
  });
});

test("options, quoted and not", () => {
  const text = shown("1.1.4").find((one) => one.name === "o1")?.text ?? "";
  expect(parseCreateTable(text).options).toEqual({
    append_mode: "true",
    comment: "hello",
    "compaction.override": "true",
    "compaction.twcs.time_window": "1h",
    "compaction.type": "twcs",
    ttl: "7days",
    write_buffer_size: "1.0KiB",
  });
});

test("rules with quotes in them, in the order printed", () => {
  const tables = new Map(shown("1.1.4").map((one) => [one.name, one.text]));
  expect(parseCreateTable(tables.get("r24") ?? "").rules).toEqual(["a < 'it''s'", "a >= 'it''s'"]);
  expect(parseCreateTable(tables.get("r26") ?? "").rules).toEqual(["a >= 20", "a < 10", "a < 20 AND a >= 10"]);
  expect(parseCreateTable(tables.get("r5") ?? "")).toMatchObject({ partitionColumns: ["a"], rules: [] });
  expect(parseCreateTable(tables.get("r37") ?? "").columns.map((column) => column.name)).toEqual([
    "select",
    "we`ird",
    "ts",
  ]);
});

test("a partition column that is no plain word, printed bare", () => {
  const text =
    "CREATE TABLE IF NOT EXISTS `t` (\n `my col` INT NULL,\n `ts` TIMESTAMP(3) NOT NULL,\n TIME INDEX (`ts`),\n PRIMARY KEY (`my col`)\n)\nPARTITION ON COLUMNS (`my col`) (\n my col < 1,\n my col >= 1\n)\nENGINE=mito\n";
  expect(parseCreateTable(text).rules).toEqual(["`my col` < 1", "`my col` >= 1"]);
});

test("0.7: double quotes, dotted keys without quotes, the pseudo-option regions", () => {
  const text = `CREATE TABLE IF NOT EXISTS "t" (
  "id" INT UNSIGNED NULL,
  "msg" STRING NULL FULLTEXT WITH(analyzer = 'English', case_sensitive = 'false'),
  "ts" TIMESTAMP(3) NOT NULL DEFAULT current_timestamp(),
  TIME INDEX ("ts"),
  PRIMARY KEY ("id")
)
PARTITION ON COLUMNS ("id") (
  id < 5,
  id >= 9,
  id >= 5 AND id < 9
)
ENGINE=mito
WITH(
  compaction.type = 'twcs',
  regions = 3,
  ttl = '7days'
)`;
  expect(parseCreateTable(text)).toMatchObject({
    rules: ["id < 5", "id >= 9", "id >= 5 AND id < 9"],
    options: { "compaction.type": "twcs", regions: "3", ttl: "7days" },
  });
});

test("before 0.7: ranges", () => {
  const text = `CREATE TABLE IF NOT EXISTS "t" (
  "a" INT NULL,
  "b" STRING NULL,
  "ts" TIMESTAMP(3) NOT NULL,
  TIME INDEX ("ts"),
  PRIMARY KEY ("a", "b")
)
PARTITION BY RANGE COLUMNS ("a") (
  PARTITION r0 VALUES LESS THAN (-10),
  PARTITION r1 VALUES LESS THAN (20),
  PARTITION r2 VALUES LESS THAN (MAXVALUE)
)
ENGINE=mito
WITH(
  regions = 3
)`;
  expect(parseCreateTable(text)).toMatchObject({
    partitionColumns: ["a"],
    rules: ["a < -10", "a >= -10 AND a < 20", "a >= 20"],
  });
});

test.each([
  ["a view", "CREATE VIEW v AS SELECT 1"],
  ["cut off", "CREATE TABLE IF NOT EXISTS `t` (\n  `a` INT NULL,"],
  ["an open quote", "CREATE TABLE IF NOT EXISTS `t"],
  [
    "a rule it cannot read",
    "CREATE TABLE `t` (`ts` TIMESTAMP(3) NOT NULL, TIME INDEX (`ts`)) PARTITION ON COLUMNS (`ts`) (f ts) ENGINE=mito",
  ],
])("refuses %s with the place", (_title, text) => {
  expect(() => parseCreateTable(text)).toThrow(expect.objectContaining({ name: "SqlTextError" }));
});
