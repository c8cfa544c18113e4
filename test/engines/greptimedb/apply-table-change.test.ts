import { applyTableChange } from "../../../src/engines/greptimedb/apply-table-change";
import { definitionOf, readCreateTable } from "../../../src/engines/greptimedb/definitions";
import { capabilitiesOf } from "../../../src/engines/greptimedb/version";
import type { TableChange } from "../../../src/planning/change";
import type { ProcedureState } from "../../../src/engines/port";
import type { PartitionKey } from "../../../src/topology/ids";
import { CPU, declaration } from "./fixtures";
import { CONNECTION_LOST, scriptedSession, serverError, type Answer } from "./scripted-session";

const TABLE = { database: "public", name: "cpu" };
const CREATE: TableChange = {
  kind: "create-table",
  table: TABLE,
  declaration: declaration(),
  reason: "",
  losesData: false,
  inverse: null,
};
const ADD: TableChange = {
  kind: "add-column",
  table: TABLE,
  column: { name: "rack", type: "INT", nullable: true },
  primaryKey: false,
  reason: "",
  losesData: false,
  inverse: null,
};
const WITH_RACK = CPU.replace("  TIME INDEX", "  `rack` INT NULL,\n  TIME INDEX");

/** A server with one table: `act` changes it when a statement arrives and says what the client sees. */
async function apply(
  change: TableChange,
  before: string | undefined,
  act: (sql: string, attempt: number) => { readonly table?: string | undefined; readonly answer: Answer },
  procedure: readonly ProcedureState[] = [],
  version = "1.1.4",
) {
  let table = before;
  let attempts = 0;
  let polls = 0;
  const waited: number[] = [];
  const session = scriptedSession((sql) => {
    if (sql.startsWith("SHOW CREATE TABLE"))
      return table === undefined ? serverError("(TableNotFound): Table not found: cpu", 1146) : [["cpu", table]];
    if (sql.includes("procedure_info")) return [];
    const result = act(sql, ++attempts);
    if ("table" in result) table = result.table;
    return result.answer;
  });
  const done = applyTableChange(
    {
      session,
      server: capabilitiesOf(version),
      delay: async (ms) => void waited.push(ms),
      procedureState: async () => procedure[Math.min(polls++, procedure.length - 1)] ?? { kind: "unknown" },
      readTable: async (name) => {
        const created = await readCreateTable(session, name);
        return (
          created && {
            ...name,
            tableId: 1024,
            engine: created.engine,
            regions: [],
            definition: definitionOf(created, "ttl=1"),
          }
        );
      },
    },
    change,
  );
  await done;
  return { attempts, waited };
}

test("created, then compared", async () => {
  expect(await apply(CREATE, undefined, () => ({ table: CPU, answer: [] }))).toMatchObject({ attempts: 1 });
});

test("an equal table that exists is success", async () => {
  await apply(CREATE, CPU, () => ({ answer: [] }));
});

test("another table of the name is an error that names the differences, and is left alone", async () => {
  await expect(apply(CREATE, WITH_RACK.replace("DOUBLE", "FLOAT"), () => ({ answer: [] }))).rejects.toMatchObject({
    diagnostic: {
      code: "GREPTIMEDB_TABLE_DIFFERS",
      detail: expect.stringMatching(/column usage: the type is FLOAT; column rack: the column is not declared/),
    },
    transient: false,
  });
});

test("the answer was lost after the server acted: nothing is sent again", async () => {
  expect(await apply(CREATE, undefined, () => ({ table: CPU, answer: CONNECTION_LOST }))).toMatchObject({
    attempts: 1,
  });
  expect(await apply(ADD, CPU, () => ({ table: WITH_RACK, answer: CONNECTION_LOST }))).toMatchObject({ attempts: 1 });
});

test("the answer was lost before the server acted: sent again after a wait", async () => {
  const result = await apply(ADD, CPU, (_sql, attempt) =>
    attempt === 1 ? { answer: CONNECTION_LOST } : { table: WITH_RACK, answer: [] },
  );
  expect(result.attempts).toBe(2);
  expect(result.waited).toHaveLength(1);
});

test("transient errors end after some attempts, permanent ones at once", async () => {
  const paused = serverError("(IllegalState): Manager is pasued");
  await expect(apply(CREATE, undefined, () => ({ answer: paused }))).rejects.toMatchObject({
    transient: true,
    diagnostic: { code: "GREPTIMEDB_PROCEDURES_PAUSED" },
  });
  let attempts = 0;
  const covered = serverError("(InvalidArguments): Checkpoint `a=10` is not covered", 1210);
  await expect(apply(CREATE, undefined, () => (attempts++, { answer: covered }))).rejects.toMatchObject({
    transient: false,
  });
  expect(attempts).toBe(1);
});

test("somebody else added the same column: success; another one: the server's refusal", async () => {
  const exists = serverError("(TableColumnExists): Column rack already exists in table cpu", 1060);
  await apply(ADD, WITH_RACK, () => ({ answer: exists }), [], "0.9.5");
  await expect(
    apply(ADD, WITH_RACK.replace("`rack` INT", "`rack` STRING"), () => ({ answer: exists }), [], "0.9.5"),
  ).rejects.toMatchObject({ diagnostic: { code: "GREPTIMEDB_COLUMN_EXISTS" } });
});

test("accepted but never shown is an error", async () => {
  await expect(apply(ADD, CPU, () => ({ answer: [] }))).rejects.toMatchObject({
    diagnostic: { code: "GREPTIMEDB_CHANGE_NOT_VISIBLE" },
  });
});

test("a drop of what is not there is success", async () => {
  const drop: TableChange = { kind: "drop-table", table: TABLE, reason: "", losesData: true, inverse: null };
  await apply(drop, undefined, () => ({ answer: [] }));
  await apply(drop, CPU, () => ({ table: undefined, answer: [] }));
});

describe("repartition", () => {
  const SPLIT: TableChange = {
    kind: "repartition",
    table: TABLE,
    columns: ["host"],
    from: ["host < 'g'" as PartitionKey],
    to: ["host < 'd'", "host >= 'd' AND host < 'g'"] as PartitionKey[],
    reason: "",
    losesData: false,
    inverse: null,
  };
  const AFTER = CPU.replace("  host < 'g',\n", "  host < 'd',\n  host >= 'd' AND host < 'g',\n");

  test("polled until it is done", async () => {
    const result = await apply(SPLIT, CPU, () => ({ table: AFTER, answer: [["id"]] }), [
      { kind: "running" },
      { kind: "running" },
      { kind: "done" },
    ]);
    expect(result.waited).toHaveLength(2);
  });

  test("a failure is reported with the server's reason", async () => {
    await expect(
      apply(SPLIT, CPU, () => ({ answer: [["id"]] }), [{ kind: "failed", error: "no space", cause: "other" }]),
    ).rejects.toMatchObject({
      diagnostic: { code: "GREPTIMEDB_REPARTITION_FAILED", detail: expect.stringContaining("no space") },
    });
  });

  test("done by a lost attempt: the rule to split is gone, and that is success", async () => {
    const gone = serverError(
      "(InvalidArguments): Invalid partition rule: partition expression 'host < g' does not exist in table greptime.public.cpu",
      1210,
    );
    await apply(SPLIT, AFTER, () => ({ answer: gone }));
  });
});

test("an impossible change sends nothing", async () => {
  const change: TableChange = {
    kind: "change-engine",
    table: TABLE,
    from: "mito",
    to: "metric",
    reason: "",
    losesData: false,
    impossible: "No.",
    inverse: null,
  };
  await expect(apply(change, CPU, () => ({ answer: [] }))).rejects.toMatchObject({ name: "DiagnosticError" });
});
