import { diffTable } from "../../../src/engines/greptimedb/diff";
import { tableDeclaration } from "../../../src/engines/greptimedb/table-declaration";
import type { TableChange } from "../../../src/planning/change";
import type { TableDeclaration } from "../../../src/topology/manifest";
import { cluster, CPU, declaration, observedTable } from "./fixtures";
import { RECORDED_VERSIONS, recorded, type RecordedStatement } from "./recordings";

function diff(
  declared: TableDeclaration,
  showCreate: string,
  version = "1.1.4",
  createOptions = "",
): readonly TableChange[] {
  return diffTable(declared, cluster(version, observedTable(showCreate, createOptions)));
}

test("as declared: nothing", () => expect(diff(declaration(), CPU)).toEqual([]));

test("missing: create", () => {
  expect(diffTable(declaration(), cluster("1.1.4"))).toMatchObject([
    { kind: "create-table", losesData: false, inverse: { kind: "drop-table", losesData: true } },
  ]);
});

describe.each(RECORDED_VERSIONS)("what was imported from %s is as declared", (version) => {
  const shown = recorded<RecordedStatement>(version, "statements").filter(
    (line) => /^show create table/i.test(line.sql ?? "") && line.rows !== undefined,
  );
  test.each(shown.map((line, i) => [`${i} ${line.rows?.[0]?.[0]}`, line.rows?.[0]?.[1] ?? ""] as const))(
    "%s",
    (_title, text) => {
      const options =
        "write_buffer_size=1 ttl=1 compaction.type=twcs compaction.twcs.time_window=1 compaction.override=true";
      const table = observedTable(text, options);
      expect(diffTable(tableDeclaration(table), cluster(version, table))).toEqual([]);
    },
  );
});

test("other words for the same: types, order of columns, rules, nullable time index, options", () => {
  const declared = declaration({
    columns: [
      { name: "ts", type: "timestamp_ms", nullable: true },
      { name: "usage", type: "float64", nullable: true },
      { name: "host", type: "varchar(20)", nullable: true, comment: "" },
    ],
    partitioning: {
      kind: "rules",
      columns: ["host"],
      partitions: [{ rule: "'p' <= host" }, { rule: "`host` < 'g'" }, { rule: "host < 'p' AND host >= 'g'" }],
    },
    options: { ttl: "7d", append_mode: "FALSE" },
  });
  expect(diff(declared, `${CPU}WITH(\n  ttl = '7days'\n)`, "1.1.4", "ttl=7days")).toEqual([]);
});

test("the database's TTL is not the table's; the table's own is", () => {
  const text = `${CPU}WITH(\n  ttl = '1s'\n)`;
  expect(diff(declaration(), text, "1.1.4", "")).toEqual([]);
  expect(diff(declaration(), text, "1.1.4", "ttl=1s")).toMatchObject([
    { kind: "unset-option", option: "ttl", from: "1s" },
  ]);
});

test("what the server adds is no drift", () => {
  const text = `${CPU}WITH(\n  'compaction.override' = 'true',\n  'compaction.twcs.time_window' = '1h',\n  'compaction.type' = 'twcs'\n)`;
  const own = "compaction.type=twcs compaction.override=true compaction.twcs.time_window=1h";
  expect(diff(declaration({ options: { "compaction.twcs.time_window": "60m" } }), text, "1.1.4", own)).toEqual([]);
});

test("what a table may have from its database at creation is no drift when it is not declared", () => {
  const text = `${CPU}WITH(\n  append_mode = 'true',\n  sst_format = 'flat'\n)`;
  expect(diff(declaration(), text)).toEqual([]);
  expect(diff(declaration({ options: { sst_format: "primary_key" } }), text)).toMatchObject([{ kind: "set-option" }]);
});

// SetRegionOption of the real server, 1.0 and 1.1: any other key is refused by ALTER TABLE.
test.each([
  ["compaction.twcs.trigger_file_num", "8", true],
  ["compaction.twcs.time_window", "2h", true],
  ["compaction.twcs.fallback_to_local", "false", false],
  ["compaction.twcs.remote_compaction", "true", false],
])("the option %s can be changed in place: %s %s", (option, value, possible) => {
  const [change] = diff(declaration({ options: { [option]: value } }), CPU);
  expect(change).toMatchObject({ kind: "set-option", option });
  expect(change !== undefined && "impossible" in change).toBe(!possible);
});

describe("columns", () => {
  const withColumn = CPU.replace("  `usage`", "  `extra` STRING NULL,\n  `usage`");

  test("a new one", () => {
    const column = { name: "rack", type: "INT", nullable: true };
    expect(diff(declaration({ columns: [...declaration().columns, column] }), CPU)).toMatchObject([
      { kind: "add-column", column, primaryKey: false, losesData: false },
    ]);
  });

  test("a new key column", () => {
    const column = { name: "rack", type: "STRING", nullable: true };
    const declared = declaration({ columns: [...declaration().columns, column], primaryKey: ["host", "rack"] });
    expect(diff(declared, CPU)).toMatchObject([{ kind: "add-column", primaryKey: true }]);
    expect(diff({ ...declared, primaryKey: ["rack", "host"] }, CPU)).toMatchObject([
      { kind: "change-key", impossible: expect.any(String) },
      { kind: "add-column" },
    ]);
  });

  test("a new one with a comment needs a server that can comment on columns", () => {
    const column = { name: "rack", type: "INT", nullable: true, comment: "where" };
    const declared = declaration({ columns: [...declaration().columns, column] });
    expect(diff(declared, CPU)[0]).not.toHaveProperty("impossible");
    expect(diff(declared, CPU, "0.17.2")).toMatchObject([
      { kind: "add-column", impossible: expect.stringContaining("comment") },
    ]);
  });

  test("a new NOT NULL one without default is impossible", () => {
    const column = { name: "rack", type: "INT", nullable: false };
    expect(diff(declaration({ columns: [...declaration().columns, column] }), CPU)).toMatchObject([
      { kind: "add-column", impossible: expect.stringContaining("default") },
    ]);
  });

  test("one too many loses data, or is ignored", () => {
    expect(diff(declaration(), withColumn)).toMatchObject([
      { kind: "drop-column", column: "extra", losesData: true, inverse: { kind: "add-column" } },
    ]);
    expect(diff(declaration({ ignoreUndeclaredColumns: true }), withColumn)).toEqual([]);
  });

  test("an undeclared tag cannot be dropped, and is ignored on wish", () => {
    const tagged = withColumn.replace("PRIMARY KEY (`host`)", "PRIMARY KEY (`host`, `extra`)");
    expect(diff(declaration(), tagged)).toMatchObject([
      { kind: "drop-column", impossible: expect.stringContaining("primary key") },
    ]);
    expect(diff(declaration({ ignoreUndeclaredColumns: true }), tagged)).toEqual([]);
  });

  test.each([
    ["FLOAT", true, undefined],
    ["STRING", false, undefined],
  ])("DOUBLE to %s: loses data %s", (type, losesData, impossible) => {
    const columns = declaration().columns.map((column) => (column.name === "usage" ? { ...column, type } : column));
    const [change] = diff(declaration({ columns }), CPU);
    expect(change).toMatchObject({ kind: "modify-column-type", from: "DOUBLE", to: type, losesData });
    expect(change?.impossible).toBe(impossible);
  });

  test("the type of a key column stays", () => {
    const columns = declaration().columns.map((column) =>
      column.name === "host" ? { ...column, type: "INT" } : column,
    );
    const declared = declaration({ columns });
    const { partitioning, ...unpartitioned } = declared;
    expect(partitioning).toBeDefined();
    const text = CPU.replace(/PARTITION ON[^]*\)\nENGINE/, "\nENGINE");
    expect(diff(unpartitioned, text)).toMatchObject([
      { kind: "modify-column-type", impossible: expect.stringContaining("primary key") },
    ]);
  });

  test("default, comment, nullability, by version", () => {
    const columns = declaration().columns.map((column) =>
      column.name === "usage" ? { ...column, default: "1", comment: "load", nullable: false } : column,
    );
    expect(diff(declaration({ columns }), CPU)).toMatchObject([
      { kind: "modify-column-nullable", impossible: expect.any(String) },
      { kind: "modify-column-default", columnType: "DOUBLE", from: null, to: "1", inverse: { from: "1", to: null } },
      { kind: "modify-column-comment", from: null, to: "load" },
    ]);
    const old = diff(declaration({ columns }), CPU, "0.15.5");
    expect(old.filter((change) => change.impossible !== undefined).map((change) => change.kind)).toEqual([
      "modify-column-nullable",
      "modify-column-default",
      "modify-column-comment",
    ]);
  });
});

describe("options", () => {
  test.each([
    ["7d", "30d", false],
    ["30d", "7d", true],
    ["7d", "forever", false],
    ["forever", "7d", true],
  ])("ttl %s to %s loses data: %s", (from, to, losesData) => {
    const text = `${CPU}WITH(\n  ttl = '${from}'\n)`;
    expect(diff(declaration({ options: { ttl: to } }), text, "1.1.4", `ttl=${from}`)).toMatchObject([
      { kind: "set-option", option: "ttl", losesData },
    ]);
  });

  test("what can only be given at creation", () => {
    expect(diff(declaration({ options: { merge_mode: "last_non_null" } }), CPU)).toMatchObject([
      { kind: "set-option", impossible: expect.stringContaining("created") },
    ]);
  });

  test("append_mode only from false to true, from 1.0 on", () => {
    expect(diff(declaration({ options: { append_mode: "true" } }), CPU)[0]?.impossible).toBeUndefined();
    expect(diff(declaration({ options: { append_mode: "true" } }), CPU, "0.17.2")[0]?.impossible).toBeDefined();
    const text = `${CPU}WITH(\n  append_mode = 'true'\n)`;
    expect(diff(declaration({ options: { append_mode: "false" } }), text)[0]?.impossible).toContain("false to true");
  });
});

describe("rules", () => {
  const split = declaration({
    partitioning: {
      kind: "range",
      columns: ["host"],
      partitions: [{ lessThan: ["d"] }, { lessThan: ["g"] }, { lessThan: ["p"] }, { lessThan: [{ maxvalue: true }] }],
    },
  });

  test("one repartition with only what changes", () => {
    expect(diff(split, CPU)).toMatchObject([
      {
        kind: "repartition",
        columns: ["host"],
        from: ["host < 'g'"],
        to: ["host < 'd'", "host >= 'd' AND host < 'g'"],
        inverse: { from: ["host < 'd'", "host >= 'd' AND host < 'g'"], to: ["host < 'g'"] },
      },
    ]);
    expect(diff(split, CPU)[0]?.impossible).toBeUndefined();
  });

  test("before 1.0 it says why not", () => {
    expect(diff(split, CPU, "0.17.2")).toMatchObject([
      { kind: "repartition", impossible: expect.stringContaining("1.0") },
    ]);
  });

  test("an unpartitioned table: from 1.1 on", () => {
    const text = CPU.replace(/PARTITION ON[^]*\)\nENGINE/, "\nENGINE");
    expect(diff(declaration(), text, "1.1.4")[0]).toMatchObject({ kind: "repartition", from: [], inverse: null });
    expect(diff(declaration(), text, "1.1.4")[0]?.impossible).toBeUndefined();
    expect(diff(declaration(), text, "1.0.2")[0]?.impossible).toContain("1.1");
  });

  test("never back to unpartitioned", () => {
    const { partitioning, ...unpartitioned } = declaration();
    expect(partitioning).toBeDefined();
    expect(diff(unpartitioned, CPU)).toMatchObject([{ kind: "repartition", to: [], impossible: expect.any(String) }]);
  });

  test("new partition columns: from 1.1 on", () => {
    const declared = declaration({
      partitioning: { kind: "rules", columns: ["usage"], partitions: [{ rule: "usage < 1" }, { rule: "usage >= 1" }] },
    });
    expect(diff(declared, CPU, "1.0.2")[0]?.impossible).toContain("1.1");
    expect(diff(declared, CPU, "1.1.4")[0]?.impossible).toBeUndefined();
  });
});

test("engine and time index cannot change", () => {
  const columns = [...declaration().columns, { name: "t2", type: "TIMESTAMP", nullable: false, default: "now()" }];
  expect(diff(declaration({ engine: "metric", timeIndex: "t2", columns }), CPU)).toMatchObject([
    { kind: "change-engine", impossible: expect.any(String) },
    { kind: "change-time-index", impossible: expect.any(String) },
    { kind: "add-column" },
  ]);
});

test("a snapshot without the definition is refused", () => {
  const table = { ...observedTable(CPU), definition: null };
  expect(() => diffTable(declaration(), cluster("1.1.4", table))).toThrow(
    expect.objectContaining({ name: "DiagnosticError" }),
  );
});
