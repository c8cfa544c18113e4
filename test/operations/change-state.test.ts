import { changeState } from "../../src/operations/greptimedb/change-state";
import type { TableChange } from "../../src/planning/change";
import type { ObservedTable } from "../../src/planning/observed";

const table = { database: "public", name: "cpu" };
const base = { table, reason: "", losesData: false, inverse: null };

function live(change: Partial<NonNullable<ObservedTable["definition"]>> = {}): ObservedTable {
  return {
    ...table,
    tableId: 1024,
    engine: "mito",
    regions: [],
    definition: {
      columns: [
        { name: "a", type: "INT", nullable: true, default: null, comment: null },
        { name: "v", type: "DOUBLE", nullable: true, default: "1", comment: "load" },
      ],
      primaryKey: ["a"],
      timeIndex: "ts",
      partitionColumns: ["a"],
      rules: ["a < 10", "a >= 10"] as never,
      options: { ttl: "7days" },
      ...change,
    },
  };
}

const column = { name: "v", type: "DOUBLE", nullable: true, default: null, comment: null };

/** A change that undoes another, and the cluster as it finds it. */
const cases: readonly (readonly [string, object, "needed" | "undone" | RegExp, ObservedTable | undefined])[] = [
  ["a column that was added is there", { kind: "drop-column", column: "v" }, "needed", live()],
  ["it is gone again", { kind: "drop-column", column: "w" }, "undone", live()],
  ["a column that was dropped is not there", { kind: "add-column", column: { ...column, name: "w" }, primaryKey: false }, "needed", live()],
  ["it is back", { kind: "add-column", column, primaryKey: false }, "undone", live()],
  ["a type as the apply made it", { kind: "modify-column-type", column: "a", from: "INT", to: "BIGINT" }, "needed", live()],
  ["a type as before", { kind: "modify-column-type", column: "a", from: "BIGINT", to: "INT" }, "undone", live()],
  ["a third type", { kind: "modify-column-type", column: "a", from: "BIGINT", to: "SMALLINT" }, /column a is INT; the apply made it BIGINT/, live()],
  ["its column gone", { kind: "modify-column-type", column: "x", from: "BIGINT", to: "INT" }, /column x does not exist any more/, live()],
  ["a default as the apply made it", { kind: "modify-column-default", column: "v", columnType: "DOUBLE", from: "1", to: null }, "needed", live()],
  ["a comment as before", { kind: "modify-column-comment", column: "v", from: null, to: "load" }, "undone", live()],
  ["nullability", { kind: "modify-column-nullable", column: "v", from: true, to: false }, "needed", live()],
  ["an option as the apply set it", { kind: "set-option", option: "ttl", from: "7days", to: "1day" }, "needed", live()],
  ["an option that the apply added", { kind: "unset-option", option: "ttl", from: "7days" }, "needed", live()],
  ["it is gone again", { kind: "unset-option", option: "ttl", from: "7days" }, "undone", live({ options: {} })],
  ["a third value", { kind: "unset-option", option: "ttl", from: "1day" }, /option ttl is 7days; the apply made it 1day/, live()],
  ["rules as the apply made them, in other words", { kind: "repartition", columns: ["a"], from: ["10 > a", "a >= 10.0"], to: ["a < 5", "a >= 5"] }, "needed", live()],
  ["rules as before", { kind: "repartition", columns: ["a"], from: ["a < 5", "a >= 5"], to: ["a < 10", "a >= 10"] }, "undone", live()],
  ["other rules", { kind: "repartition", columns: ["a"], from: ["a < 5", "a >= 5"], to: ["a < 6", "a >= 6"] }, /its partitions are a < 10, a >= 10/, live()],
  ["a table that was created is there", { kind: "drop-table" }, "needed", live()],
  ["it is gone", { kind: "drop-table" }, "undone", undefined],
  ["the table of any other change is gone", { kind: "drop-column", column: "v" }, /the table does not exist any more/, undefined],
];

test.each(cases)("%s", (_, change, expected, observed) => {
  const state = changeState({ ...base, ...change } as unknown as TableChange, observed);
  if (expected instanceof RegExp) expect(state).toMatchObject({ kind: "differs", text: expect.stringMatching(expected) });
  else expect(state).toEqual({ kind: expected });
});
