import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal } from "../../src/convergence/journal/journal";
import { acquireLock } from "../../src/convergence/journal/lock";
import { statePaths } from "../../src/convergence/journal/state-directory";
import type { Logger } from "../../src/plugin";
import { planCluster } from "../../src/planning/plan-cluster";
import { createConvergence } from "../../src/provider/converge";
import { LOCK_PATIENCE_MS } from "../../src/provider/take-turns";
import type { TableDeclaration } from "../../src/topology/manifest";
import { FakeCluster } from "./fake-cluster";

const NAME = "greptimedb 127.0.0.1:4002";
const TABLE: TableDeclaration = {
  database: "public",
  name: "cpu",
  columns: [{ name: "ts", type: "TIMESTAMP(3)", nullable: false }],
  primaryKey: [],
  timeIndex: "ts",
  engine: "mito",
  options: {},
  ignoreUndeclaredColumns: false,
  deletionProtection: true,
};

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "topoform-converge-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function setUp() {
  const fake = new FakeCluster();
  const lines: string[] = [];
  const log: Logger = {
    trace() {},
    debug() {},
    info: (message, fields) => void lines.push(`${message} ${JSON.stringify(fields)}`),
    warn() {},
    error() {},
    with: () => log,
  };
  return { fake, lines, request: { drain: new AbortController().signal, log }, convergence: createConvergence({ port: fake.port, identity: NAME, directory }) };
}

test("a run has its journal, its events in the log, and leaves no lock behind", async () => {
  const { fake, lines, request, convergence } = setUp();
  const declaration = { engine: "greptimedb" as const, name: NAME, connection: {}, tables: [TABLE], placements: [] };
  const observed = fake.observe([]);
  const plan = planCluster({ cluster: declaration, observed, tableChanges: fake.port.diffTable(TABLE, observed) });
  const diagnostics = await convergence.exclusively(request, (session) => session.run(plan, declaration));
  expect(diagnostics.filter((one) => one.severity === "error")).toEqual([]);
  expect(fake.table("cpu").tableId).toBe(1024);
  expect(lines.map((line) => line.split(" ")[0])).toEqual(expect.arrayContaining(["RUN_STARTED", "TABLE_CHANGE_STARTED", "TABLE_CHANGE_DONE", "RUN_ENDED"]));
  expect(readdirSync(directory).filter((name) => name.includes(".lock"))).toEqual([]);
  expect(readdirSync(directory).filter((name) => name.endsWith(".journal.jsonl"))).toHaveLength(1);
});

test("a session knows of a run that was killed", async () => {
  const { request, convergence } = setUp();
  const asked = (): Promise<boolean> => convergence.exclusively(request, async (session) => session.interrupted);
  expect(await asked()).toBe(false);
  const journal = await openJournal(statePaths(directory, NAME).journal);
  await journal.append({ kind: "run-started", run: 1, at: 0, cluster: NAME, basis: "b" });
  await journal.close();
  expect(await asked()).toBe(true);
});

test("applies of one process take turns", async () => {
  const { request, convergence } = setUp();
  const order: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    order.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    order.push(`${name} ends`);
  };
  await Promise.all([
    convergence.exclusively(request, work("a")),
    convergence.exclusively(request, () => Promise.reject(new Error("b fails"))).catch(() => order.push("b failed")),
    convergence.exclusively(request, work("c")),
  ]);
  expect(order).toEqual(["a begins", "a ends", "b failed", "c begins", "c ends"]);
});

test("another process that has the cluster for long is named, and nothing is done", async () => {
  const { fake, request } = setUp();
  let now = 0;
  const clock = { now: () => now, sleep: async (ms: number) => void (now += ms) };
  const convergence = createConvergence({ port: fake.port, identity: NAME, directory, clock });
  const held = await acquireLock(statePaths(directory, NAME).lock, "topoform apply", 0);
  const work = jest.fn();
  await expect(convergence.exclusively(request, work)).rejects.toMatchObject({
    diagnostics: [{ code: "CLUSTER_LOCKED", detail: expect.stringContaining("topoform apply (process") }],
  });
  expect(work).not.toHaveBeenCalled();
  expect(now).toBe(LOCK_PATIENCE_MS);
  if (held.kind === "acquired") await held.release();
  await expect(convergence.exclusively(request, async () => "free")).resolves.toBe("free");
});

test("a cluster that another process gives back in time is waited for", async () => {
  const { fake, request } = setUp();
  const held = await acquireLock(statePaths(directory, NAME).lock, "terraform-provider-topoform", 0);
  const clock = {
    now: () => 0,
    sleep: async () => {
      if (held.kind === "acquired") await held.release();
    },
  };
  const convergence = createConvergence({ port: fake.port, identity: NAME, directory, clock });
  await expect(convergence.exclusively(request, async () => "its turn")).resolves.toBe("its turn");
});

test("an interrupt ends the waiting for a cluster", async () => {
  const { fake, request } = setUp();
  await acquireLock(statePaths(directory, NAME).lock, "topoform apply", 0);
  const interrupt = new AbortController();
  const clock = { now: () => 0, sleep: async () => interrupt.abort() };
  const convergence = createConvergence({ port: fake.port, identity: NAME, directory, clock });
  const work = jest.fn();
  await expect(convergence.exclusively({ ...request, drain: interrupt.signal }, work)).rejects.toMatchObject({
    diagnostics: [{ code: "CLUSTER_LOCKED" }],
  });
  expect(work).not.toHaveBeenCalled();
});

test("after an interrupt nothing begins, and a run that did not end is an error", async () => {
  const { fake, request, convergence } = setUp();
  const interrupt = new AbortController();
  const declaration = { engine: "greptimedb" as const, name: NAME, connection: {}, tables: [TABLE], placements: [] };
  const observed = fake.observe([]);
  const plan = planCluster({ cluster: declaration, observed, tableChanges: fake.port.diffTable(TABLE, observed) });
  const diagnostics = await convergence.exclusively({ ...request, drain: interrupt.signal }, (session) => {
    interrupt.abort();
    return session.run(plan, declaration);
  });
  expect(diagnostics.map((one) => one.code)).toEqual(["INTERRUPTED"]);
  expect(fake.tables).toEqual([]);
  const work = jest.fn();
  await expect(convergence.exclusively({ ...request, drain: interrupt.signal }, work)).rejects.toMatchObject({ diagnostics: [{ code: "INTERRUPTED" }] });
  expect(work).not.toHaveBeenCalled();
});
