import { executeKwdbPlan, type ExecuteKwdbRequest } from "../../../src/convergence/kwdb/execute-plan";
import type { ConvergenceEvent } from "../../../src/convergence/events";
import { JournalError } from "../../../src/convergence/journal/journal";
import { memoryJournal } from "../../../src/convergence/journal/journal-memory";
import type { KwdbPort, ReplicaWaitResult } from "../../../src/engines/kwdb-port";
import { PortError } from "../../../src/engines/port";
import type { KwdbChange } from "../../../src/planning/kwdb/change";
import { NO_ORIGINALS, type KwdbOriginals } from "../../../src/planning/kwdb/originals";
import type { KwdbPlan } from "../../../src/planning/kwdb/plan";
import { changeAddress } from "../../../src/planning/kwdb/plan-diff";
import { planKwdb } from "../../../src/planning/kwdb/plan-kwdb";
import { DiagnosticError, errorDiagnostic } from "../../../src/topology/diagnostic";
import { Target } from "../../../src/topology/kwdb/zone-target";
import { declare, zone } from "../../planning/kwdb/declare";
import { freshCluster } from "../../planning/kwdb/model";
import { VirtualClock } from "../virtual-clock";

const TS = { databases: [{ name: "ts", engine: "time-series" as const }, { name: "d", engine: "relational" as const }] };
const DECLARED = declare([zone(Target.range("meta"), { numReplicas: 7 }), zone(Target.database("d"), { numReplicas: 5 }, { waitForReplicas: true })], {
  rebalances: [{ name: "once", target: Target.database("ts"), triggers: {}, replacePartitions: false }],
});

function planned(declared = DECLARED): KwdbPlan {
  const plan = planKwdb({ cluster: declared, observed: freshCluster(TS) });
  expect(plan.blocked).toEqual([]);
  return plan;
}

interface Stage {
  readonly request: ExecuteKwdbRequest;
  readonly applied: string[];
  readonly saved: KwdbOriginals[];
  readonly events: ConvergenceEvent[];
  readonly drain: AbortController;
  readonly stop: AbortController;
}

function stage(more: Partial<ExecuteKwdbRequest> & { readonly apply?: (change: KwdbChange) => void; readonly replicas?: ReplicaWaitResult } = {}): Stage {
  const { apply, replicas, ...rest } = more;
  const applied: string[] = [];
  const saved: KwdbOriginals[] = [];
  const events: ConvergenceEvent[] = [];
  const [drain, stop] = [new AbortController(), new AbortController()];
  const port = {
    engine: "kwdb",
    newestRebalanceJob: async () => "41",
    applyChange: async (change: KwdbChange) => {
      apply?.(change);
      applied.push(changeAddress(change));
      return "done" as const;
    },
    waitForReplicas: async () => replicas ?? { kind: "agreed" as const, ranges: 3 },
  } as unknown as KwdbPort;
  const request: ExecuteKwdbRequest = {
    plan: planned(),
    port,
    journal: memoryJournal(),
    clock: new VirtualClock(),
    originals: NO_ORIGINALS,
    saveOriginals: async (originals) => void saved.push(originals),
    emit: (event) => void events.push(event),
    drain: drain.signal,
    stop: stop.signal,
    ...rest,
  };
  return { request, applied, saved, events, drain, stop };
}

const refuse = (address: string) => (change: KwdbChange): void => {
  if (changeAddress(change) === address)
    throw new PortError(errorDiagnostic({ code: "KWDB_ZONE_CHANGED", summary: "changed", detail: "by somebody", address }), false, true);
};

describe("a plan of a KWDB cluster", () => {
  test("is done in its order; what is overwritten is recorded before the first statement", async () => {
    let recordedFirst = false;
    const s = stage({ apply: () => (recordedFirst ||= s.saved.length === 1) });
    const result = await executeKwdbPlan(s.request);
    expect(recordedFirst).toBe(true);
    expect(s.applied).toEqual(["DATABASE d", "RANGE meta", "rebalance once"]);
    expect(result).toMatchObject({ ok: true, interrupted: null, replicas: { kind: "agreed", ranges: 3 } });
    expect(s.saved[0]?.zones.map(({ target, own }) => [target, own?.numReplicas])).toEqual([[Target.database("d"), undefined], [Target.range("meta"), 5]]);
    expect(s.saved.at(-1)?.rebalances).toEqual([{ name: "once", triggers: {} }]);
    expect(s.events.map(({ code }) => code)).toEqual(["RUN_STARTED", ...Array.from({ length: 3 }, () => ["CHANGE_STARTED", "CHANGE_DONE"]).flat(), "RUN_ENDED"]);
  });

  test("goes on after a change that is refused, but starts no rebalance on top of it and waits for no ranges", async () => {
    const s = stage({ apply: refuse("DATABASE d") });
    const result = await executeKwdbPlan(s.request);
    expect(result.changes.map(({ outcome }) => outcome)).toEqual(["failed", "done", "not-started"]);
    expect(result).toMatchObject({ ok: false, replicas: null, diagnostics: [{ code: "KWDB_ZONE_CHANGED", address: "DATABASE d" }] });
    expect(s.saved.at(-1)?.rebalances).toEqual([]);
  });

  test("changes nothing when what is overwritten cannot be recorded", async () => {
    const unwritable = new DiagnosticError(errorDiagnostic({ code: "ORIGINALS_UNWRITABLE", summary: "disk full", detail: "free space" }));
    const s = stage({ saveOriginals: () => Promise.reject(unwritable) });
    const result = await executeKwdbPlan(s.request);
    expect(s.applied).toEqual([]);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: "ORIGINALS_UNWRITABLE" }] });
  });

  test.each([0, 1, 2, 3])("starts nothing more once the journal fails at its record %i", async (failing) => {
    let records = 0;
    const journal = memoryJournal();
    const failure = new JournalError(errorDiagnostic({ code: "JOURNAL_UNWRITABLE", summary: "disk full", detail: "free space" }));
    const s = stage({ journal: { records: () => journal.records(), append: (record) => (records++ === failing ? Promise.reject(failure) : journal.append(record)) } });
    const result = await executeKwdbPlan(s.request);
    expect(s.applied.length).toBe(Math.floor(failing / 2));
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: "JOURNAL_UNWRITABLE" }] });
  });

  test("draining ends after the change that is being made", async () => {
    const s = stage({ apply: () => s.drain.abort() });
    const result = await executeKwdbPlan(s.request);
    expect(s.applied).toEqual(["DATABASE d"]);
    expect(result).toMatchObject({ ok: false, interrupted: "drain", replicas: null });
    expect(s.request.journal.records().at(-1)).toMatchObject({ kind: "run-ended", outcome: "interrupted" });
  });

  test("a rebalance that is not waited for is followed by the next run, for the same triggers only", async () => {
    const begun: unknown[] = [];
    const s = stage();
    const port: KwdbPort = {
      ...s.request.port,
      applyChange: async (change, options) => {
        if (change.kind === "rebalance") {
          begun.push(options?.begun);
          s.stop.abort();
          throw new PortError(errorDiagnostic({ code: "KWDB_REBALANCE_NOT_AWAITED", summary: "goes on", detail: "job 42" }), true, true);
        }
        return "done";
      },
    };
    expect(await executeKwdbPlan({ ...s.request, port })).toMatchObject({ ok: false, interrupted: "stop" });
    const never = new AbortController().signal;
    const again = { ...s.request, port, stop: never, drain: never };
    await executeKwdbPlan(again);
    const other = declare([], { rebalances: [{ name: "once", target: Target.database("ts"), triggers: { day: "2" }, replacePartitions: false }] });
    await executeKwdbPlan({ ...again, plan: planned(other) });
    expect(begun).toEqual([undefined, { newestJob: "41" }, undefined]);
  });

  test("ranges that do not agree in time are an error that names them; the zones stay stored", async () => {
    const pending = [{ range: 70n, name: "d.t", replicas: 3, wanted: 5 }];
    const result = await executeKwdbPlan(stage({ replicas: { kind: "timed-out", pending }, replicasTimeoutSeconds: 30 }).request);
    expect(result.changes.every(({ outcome }) => outcome === "done")).toBe(true);
    expect(result.ok).toBe(false);
    expect(result.diagnostics).toMatchObject([{ code: "KWDB_REPLICAS_NOT_AGREED", detail: expect.stringContaining("After 30 s: range 70 of d.t has 3 of 5") }]);
  });

  test("a blocked plan and an empty one change nothing", async () => {
    const blocked = errorDiagnostic({ code: "KWDB_TARGET_UNKNOWN", summary: "unknown", detail: "create it" });
    const s = stage({ plan: { ...planned(), blocked: [blocked] } });
    expect(await executeKwdbPlan(s.request)).toMatchObject({ ok: false, diagnostics: [blocked] });
    expect(await executeKwdbPlan({ ...s.request, plan: { ...planned(), changes: [] } })).toMatchObject({ ok: true, changes: [] });
    expect({ applied: s.applied, saved: s.saved, records: s.request.journal.records() }).toEqual({ applied: [], saved: [], records: [] });
  });
});
