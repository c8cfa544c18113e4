import { TerraformOutput, TerraformVariable, Testing } from "cdktf";

import {
  Column,
  Datanodes,
  GreptimeCluster,
  MAXVALUE,
  PartitionedTable,
  Partitions,
  SharedStorage,
  type PartitionedTableProps,
} from "../../src/index";
import {
  builtProvider,
  clusterOf,
  cpu,
  program,
  removeTemporaryDirectories,
  stackOf,
  synthesized,
} from "./support/program";

afterAll(removeTemporaryDirectories);

const provider = builtProvider();

function synthesizedTable(change: Partial<PartitionedTableProps> = {}) {
  const stack = stackOf(program(provider));
  new PartitionedTable(stack, "cpu", { ...cpu(clusterOf(stack)), ...change });
  const { resource } = synthesized(stack);
  return {
    table: resource.topoform_greptimedb_table?.cpu,
    placement: resource.topoform_greptimedb_region_placement?.cpu,
  };
}

test("a table over three datanodes becomes a table and a placement of one name", () => {
  const { table, placement } = synthesizedTable();
  expect(table).toEqual({
    provider: "topoform",
    database: "public",
    name: "cpu",
    columns: [
      { name: "host", type: "STRING", nullable: true },
      { name: "usage", type: "DOUBLE", nullable: true },
      { name: "ts", type: "TIMESTAMP(3)", nullable: false },
    ],
    primary_key: ["host"],
    time_index: "ts",
    partition_columns: ["host"],
    partition_less_than: [["g"], ["p"], ["MAXVALUE"]],
    engine: "mito",
    ignore_undeclared_columns: false,
    deletion_protection: true,
  });
  expect(placement).toEqual({
    provider: "topoform",
    database: "${topoform_greptimedb_table.cpu.database}",
    table: "${topoform_greptimedb_table.cpu.name}",
    strategy: "pinned",
    pins: { "host < 'g'": 0, "host >= 'g' AND host < 'p'": 1, "host >= 'p'": 2 },
    datanodes: [0, 1, 2],
    shared_storage: "s3://metrics/greptimedb",
    replay_timeout_seconds: 300,
    max_outgoing_moves_per_datanode: 1,
    max_incoming_moves_per_datanode: 2,
    max_moves: 16,
    lifecycle: { replace_triggered_by: ["topoform_greptimedb_table.cpu.table_id"] },
  });
});

test("the table of the sharding document", () => {
  const { table, placement } = synthesizedTable({
    name: "my_table",
    columns: { a: Column.int32(), b: Column.string(), ts: Column.timestamp({ timeIndex: true }) },
    primaryKey: ["a"],
    partitions: Partitions.byRange({
      columns: ["a"],
      partitions: [
        { name: "p0", lessThan: 10 },
        { name: "p1", lessThan: 20 },
        { name: "p2", lessThan: MAXVALUE },
      ],
    }),
  });
  expect(table).toMatchObject({ partition_columns: ["a"], partition_less_than: [["10"], ["20"], ["MAXVALUE"]] });
  expect(placement).toBeUndefined();
});

test("only partitions with a datanode are pinned", () => {
  const partitions = Partitions.byRange({
    columns: ["host"],
    partitions: [{ lessThan: "g" }, { lessThan: MAXVALUE, datanode: 2 }],
  });
  expect(synthesizedTable({ partitions }).placement?.pins).toEqual({ "host >= 'g'": 2 });
});

test("a table without partitions has the single key *", () => {
  const stack = stackOf(program(provider));
  const { partitions: _, ...props } = cpu(clusterOf(stack));
  new PartitionedTable(stack, "cpu", { ...props, datanode: 1 });
  const { resource } = synthesized(stack);
  expect(resource.topoform_greptimedb_table?.cpu).not.toHaveProperty("partition_columns");
  expect(resource.topoform_greptimedb_region_placement?.cpu?.pins).toEqual({ "*": 1 });
});

test("explicit rules are written in canonical form", () => {
  const { table, placement } = synthesizedTable({
    partitions: Partitions.byRules({
      columns: ["host"],
      partitions: [
        { rule: "'m'>host", datanode: 0 },
        { rule: "host>='m'", datanode: 1 },
      ],
    }),
  });
  expect(table).toMatchObject({ partition_columns: ["host"], partition_rules: ["host < 'm'", "host >= 'm'"] });
  expect(table).not.toHaveProperty("partition_less_than");
  expect(placement?.pins).toEqual({ "host < 'm'": 0, "host >= 'm'": 1 });
});

test("the string MAXVALUE as a bound is told from the end by writing rules", () => {
  const partitions = Partitions.byRange({
    columns: ["host"],
    partitions: [{ lessThan: "MAXVALUE" }, { lessThan: MAXVALUE }],
  });
  const { table } = synthesizedTable({ partitions });
  expect(table).toMatchObject({ partition_rules: ["host < 'MAXVALUE'", "host >= 'MAXVALUE'"] });
  expect(table).not.toHaveProperty("partition_less_than");
});

test("text that looks like a Terraform template stays text", () => {
  const { table, placement } = synthesizedTable({
    columns: { host: Column.string({ default: "${a}", comment: "50%{x}" }), ts: Column.timestamp({ timeIndex: true }) },
    partitions: Partitions.byRange({
      columns: ["host"],
      partitions: [
        { lessThan: "${b", datanode: 0 },
        { lessThan: MAXVALUE, datanode: 1 },
      ],
    }),
  });
  expect(table?.columns).toContainEqual({
    name: "host",
    type: "STRING",
    nullable: true,
    default: "$${a}",
    comment: "50%%{x}",
  });
  expect(table?.partition_less_than).toEqual([["$${b"], ["MAXVALUE"]]);
  expect(Object.keys(placement?.pins as object)).toEqual(["host < '$${b'", "host >= '$${b'"]);
});

test("numbers beyond 2^53 keep their digits", () => {
  const stack = stackOf(program(provider));
  const cluster = new GreptimeCluster(stack, "cluster", {
    datanodes: Datanodes.ids([2n ** 63n]),
    sharedStorage: SharedStorage.s3({ bucket: "b" }),
  });
  new PartitionedTable(stack, "cpu", {
    cluster,
    name: "cpu",
    columns: { id: Column.uint64(), ts: Column.timestamp({ timeIndex: true }) },
    primaryKey: ["id"],
    partitions: Partitions.byRange({
      columns: ["id"],
      partitions: [{ lessThan: 2n ** 60n + 1n, datanode: 2n ** 63n }, { lessThan: MAXVALUE }],
    }),
  });
  const { resource } = synthesized(stack);
  expect(resource.topoform_greptimedb_table?.cpu?.partition_less_than).toEqual([["1152921504606846977"], ["MAXVALUE"]]);
  expect(resource.topoform_greptimedb_region_placement?.cpu).toMatchObject({
    pins: { "id < 1152921504606846977": "9223372036854775808" },
    datanodes: ["9223372036854775808"],
  });
});

test("options, limits and accepted losses", () => {
  const { table, placement } = synthesizedTable({
    database: "metrics",
    engine: "metric",
    options: { ttl: "90d" },
    ignoreUndeclaredColumns: true,
    deletionProtection: false,
    replayTimeoutSeconds: 60,
    maxOutgoingMovesPerDatanode: 2,
    maxIncomingMovesPerDatanode: 3,
    maxMoves: 4,
    acceptDataLossOf: [1],
  });
  expect(table).toMatchObject({
    database: "metrics",
    engine: "metric",
    options: { ttl: "90d" },
    ignore_undeclared_columns: true,
    deletion_protection: false,
  });
  expect(placement).toMatchObject({
    replay_timeout_seconds: 60,
    max_outgoing_moves_per_datanode: 2,
    max_incoming_moves_per_datanode: 3,
    max_moves: 4,
    accept_data_loss_of: [1],
  });
});

test("a bound that another resource gives stands in the table and in the pins", () => {
  const stack = stackOf(program(provider));
  const word = new TerraformVariable(stack, "word", { type: "string" }).stringValue;
  const number = new TerraformVariable(stack, "number", { type: "number" }).numberValue;
  const cluster = clusterOf(stack);
  new PartitionedTable(stack, "words", {
    ...cpu(cluster),
    name: "words",
    partitions: Partitions.byRange({
      columns: ["host"],
      partitions: [
        { lessThan: word, datanode: 0 },
        { lessThan: MAXVALUE, datanode: 1 },
      ],
    }),
  });
  new PartitionedTable(stack, "numbers", {
    cluster,
    name: "numbers",
    columns: { id: Column.int64(), ts: Column.timestamp({ timeIndex: true }) },
    primaryKey: ["id"],
    partitions: Partitions.byRange({
      columns: ["id"],
      partitions: [
        { lessThan: number, datanode: 0 },
        { lessThan: MAXVALUE, datanode: 1 },
      ],
    }),
  });
  const { resource } = synthesized(stack);
  expect(resource.topoform_greptimedb_table?.words?.partition_less_than).toEqual([["${var.word}"], ["MAXVALUE"]]);
  expect(resource.topoform_greptimedb_region_placement?.words?.pins).toEqual({
    "host < '${var.word}'": 0,
    "host >= '${var.word}'": 1,
  });
  expect(resource.topoform_greptimedb_table?.numbers?.partition_less_than).toEqual([["${var.number}"], ["MAXVALUE"]]);
  expect(resource.topoform_greptimedb_region_placement?.numbers?.pins).toEqual({
    "id < ${var.number}": 0,
    "id >= ${var.number}": 1,
  });
});

test("a datanode that another resource gives", () => {
  const stack = stackOf(program(provider));
  const node = new TerraformVariable(stack, "node", { type: "number" }).numberValue;
  const partitions = Partitions.byRange({
    columns: ["host"],
    partitions: [
      { lessThan: "g", datanode: node },
      { lessThan: MAXVALUE, datanode: 1 },
    ],
  });
  new PartitionedTable(stack, "cpu", { ...cpu(clusterOf(stack)), partitions });
  expect(synthesized(stack).resource.topoform_greptimedb_region_placement?.cpu?.pins).toEqual({
    "host < 'g'": "${var.node}",
    "host >= 'g'": 1,
  });
});

test("ids and placement are references for other resources", () => {
  const stack = stackOf(program(provider));
  const table = new PartitionedTable(stack, "cpu", cpu(clusterOf(stack)));
  new TerraformOutput(stack, "values", {
    value: {
      id: table.id,
      tableId: table.tableId,
      regions: table.regionIds,
      placement: table.placement,
      low: table.regionIdOf("low"),
      high: table.regionIdOf("host >= 'p'"),
    },
  });
  const { output } = JSON.parse(Testing.synth(stack)) as { output: { values: { value: unknown } } };
  expect(output.values.value).toEqual({
    id: "${topoform_greptimedb_table.cpu.id}",
    tableId: "${topoform_greptimedb_table.cpu.table_id}",
    regions: "${topoform_greptimedb_table.cpu.region_ids}",
    placement: "${topoform_greptimedb_region_placement.cpu.placement}",
    low: "${topoform_greptimedb_table.cpu.region_ids[\"host < 'g'\"]}",
    high: "${topoform_greptimedb_table.cpu.region_ids[\"host >= 'p'\"]}",
  });
});
