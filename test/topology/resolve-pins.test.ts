import { datanodeId } from "../../src/topology/ids";
import type { PartitioningDeclaration, TableDeclaration } from "../../src/topology/manifest";
import { partitionRules } from "../../src/topology/partition-rules";
import { resolvePins } from "../../src/topology/resolve-pins";

const TABLE: TableDeclaration = {
  database: "public",
  name: "t",
  columns: [
    { name: "at", type: "TIMESTAMP", nullable: true },
    { name: "my col", type: "FLOAT", nullable: true },
    { name: "ts", type: "TIMESTAMP", nullable: false },
  ],
  primaryKey: ["at", "my col"],
  timeIndex: "ts",
  engine: "mito",
  options: {},
  ignoreUndeclaredColumns: false,
  deletionProtection: true,
};

function resolved(pins: readonly string[], partitioning?: PartitioningDeclaration): Readonly<Record<string, bigint>> {
  const placement = { pins: Object.fromEntries(pins.map((name, index) => [name, datanodeId(index)])) };
  const table = partitioning === undefined ? TABLE : { ...TABLE, partitioning };
  return Object.fromEntries(resolvePins(placement, table));
}

const BY_TIME: PartitioningDeclaration = {
  kind: "range",
  columns: ["at"],
  partitions: [{ name: "old", lessThan: ["2024-01-01 00:00:00"] }, { lessThan: [{ maxvalue: true }] }],
};

test("names, rules in any form and * lead to canonical keys", () => {
  expect(resolved(["old", "at >= '2024-01-01T08:00:00+08:00'"], BY_TIME)).toEqual({
    "at < '2024-01-01 00:00:00+0000'": 0n,
    "at >= '2024-01-01 00:00:00+0000'": 1n,
  });
  expect(resolved(["`my col` < 0.1"], { kind: "rules", columns: ["my col"], partitions: [{ rule: "my col < 0.1" }, { rule: "0.10 <= my col" }] })).toEqual({
    "`my col` < 0.1": 0n,
  });
  expect(resolved(["*"])).toEqual({ "*": 0n });
  expect(resolved(["all"], { kind: "range", columns: ["at"], partitions: [{ name: "all", lessThan: [{ maxvalue: true }] }] })).toEqual({ "*": 0n });
});

test("what names no partition is kept as it stands", () => {
  expect(resolved(["nosuch"], BY_TIME)).toEqual({ nosuch: 0n });
});

test("without a declared table names are rules", () => {
  const pins = { "10 > a": datanodeId(0), " * ": datanodeId(1), alias: datanodeId(2) };
  expect([...resolvePins({ pins })]).toEqual([["a < 10", 0n], ["*", 1n], ["alias", 2n]]);
});

test("explicit rules are kept in the form of the column's type", () => {
  const declared: PartitioningDeclaration = {
    kind: "rules",
    columns: ["at", "my col"],
    partitions: [{ rule: "at < '2024-01-01 00:00:00.5' AND my col >= 0.10000000149" }, { name: "n", rule: "at < 1704067200000" }],
  };
  const types = new Map([["at", "timestamp_ms"], ["my col", "float"]]);
  expect(partitionRules(declared, types)).toMatchObject([
    { key: "at < '2024-01-01 00:00:00.500+0000' AND `my col` >= 0.1" },
    { key: "at < '2024-01-01 00:00:00+0000'", alias: "n" },
  ]);
});

test("a declaration that cannot become rules is refused with a diagnostic", () => {
  const types = new Map([["a", "INT"]]);
  expect(() => partitionRules({ kind: "rules", columns: ["a"], partitions: [{ rule: "a IN (1)" }] }, types)).toThrow(/a = 1 OR a = 2/);
  expect(() => partitionRules({ kind: "rules", columns: ["a"], partitions: [{ rule: "a < 'x'" }] }, types)).toThrow(/not a value of type INT/);
  expect(() => partitionRules({ kind: "range", columns: ["a"], partitions: [{ lessThan: ["x"] }] }, types)).toThrow(/not a value of type INT/);
});
