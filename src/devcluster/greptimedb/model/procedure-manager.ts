import { locks, printLocks } from "./locks";
import type { Metasrv } from "./metasrv";
import { managerPaused, procedureNotFound, retriesExceeded, rollbacksExceeded, tooManyProcedures } from "./messages";
import type { Settings } from "./options";
import { isFinal } from "./procedure";
import type { ProcedureBody, StepContext, StepOutcome } from "./procedure";
import { canonicalUuid, uuidProblem } from "./procedure-id";
import type { Random } from "./random";
import { ServerError } from "./types";
import type { ProcedureInfo, ProcedureStatus } from "./types";

/** What a test may do to the next procedures. */
export type ProcedureFault =
  /** Its next step ends with this error. */
  | { readonly kind: "fail"; readonly error: ServerError }
  /** It stays in its first step until the faults are cleared. */
  | { readonly kind: "hang" }
  /** It gets an id and is never started. */
  | { readonly kind: "vanish" };

export interface ProcedureManager {
  /** Starts the procedure; refuses while paused and when too many run. */
  submit(body: ProcedureBody): string;
  /** As the migration service does: the id comes first, and a refusal to start is never told. */
  submitInBackground(body: ProcedureBody): string;
  /** Settles with the procedure, whichever metasrv finishes it. */
  finished(id: string): Promise<void>;
  info(id: string): ProcedureInfo;
  all(): readonly ProcedureInfo[];
  running(): number;
  pause(): void;
  resume(): void;
  paused(): boolean;
  /** `times` procedures that `matches` meet the fault. */
  plant(fault: ProcedureFault, matches: (body: ProcedureBody) => boolean, times: number): void;
  /** Forgets what was planted and lets hanging procedures go on. */
  clearFaults(): void;
}

interface Procedure {
  readonly id: string;
  readonly body: ProcedureBody;
  readonly isChild: boolean;
  readonly startedAtMs: number;
  status: ProcedureStatus;
  error: ServerError | undefined;
  endedAtMs: number;
  readonly ended: Promise<void>;
  readonly end: () => void;
  fault: ProcedureFault | undefined;
}

const RETRY_DELAY_MS = 500;
const LONGEST_DELAY_MS = 60_000;
const MAX_RETRIES = 12;
/** Finished procedures are kept this long, and looked through this often. */
const KEEP_MS = 600_000;

export function createProcedureManager(settings: Settings, random: Random, metasrv: Metasrv): ProcedureManager {
  const { clock, traits } = settings;
  const procedures = new Map<string, Procedure>();
  const planted: { readonly fault: ProcedureFault; readonly matches: (body: ProcedureBody) => boolean; left: number }[] = [];
  const hanging = new Set<() => void>();
  let held = locks();
  let paused = false;
  let running = 0;

  const change = (procedure: Procedure, status: ProcedureStatus, error?: ServerError): void => {
    procedure.status = status;
    procedure.error = error;
    if (isFinal(status)) procedure.endedAtMs = clock.now();
    procedure.body.changed?.(procedure.id, status, error);
    if (!isFinal(status)) return;
    if (!procedure.isChild) running--;
    procedure.end();
  };

  const start = (body: ProcedureBody, isChild: boolean, id: string): Procedure => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const procedure: Procedure = { id, body, isChild, startedAtMs: clock.now(), status: "Running", error: undefined, endedAtMs: 0, ended, end, fault: takeFault(body) };
    procedures.set(id, procedure);
    if (!isChild) running++;
    body.changed?.(id, "Running", undefined);
    void execute(procedure);
    return procedure;
  };

  const takeFault = (body: ProcedureBody): ProcedureFault | undefined => {
    const index = planted.findIndex(({ fault, matches }) => fault.kind !== "vanish" && matches(body));
    const plan = planted[index];
    if (plan === undefined) return undefined;
    if (--plan.left <= 0) planted.splice(index, 1);
    return plan.fault;
  };

  const vanishes = (body: ProcedureBody): boolean => {
    const index = planted.findIndex(({ fault, matches }) => fault.kind === "vanish" && matches(body));
    const plan = planted[index];
    if (plan === undefined) return false;
    if (--plan.left <= 0) planted.splice(index, 1);
    return true;
  };

  const contextOf = (procedure: Procedure): StepContext => {
    const epoch = metasrv.epoch();
    const outlive = <T>(promise: Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        promise.then(
          (value) => metasrv.epoch() === epoch && resolve(value),
          (error: unknown) => metasrv.epoch() === epoch && reject(error as Error),
        );
      });
    return {
      id: procedure.id,
      outlive,
      sleep: (ms) => outlive(new Promise((resolve) => clock.after(ms, resolve))),
      async child(body) {
        const child = start(body, true, random.uuid());
        await outlive(child.ended);
        return child.error;
      },
    };
  };

  const execute = async (procedure: Procedure): Promise<void> => {
    const context = contextOf(procedure);
    const release = await context.outlive(held.acquire(procedure.body.locks));
    if (procedure.status === "PrepareRollback" || procedure.status === "RollingBack") await rollBack(procedure, context);
    else await goOn(procedure, context);
    release();
  };

  const goOn = async (procedure: Procedure, context: StepContext): Promise<void> => {
    for (let retries = 0; ; ) {
      const outcome = await stepOf(procedure, context);
      switch (outcome.kind) {
        case "next":
          retries = 0;
          if (procedure.status !== "Running") change(procedure, "Running");
          break;
        case "done":
          change(procedure, "Done");
          return;
        case "refused":
          change(procedure, "Failed", outcome.error);
          return;
        case "failed":
          await giveUp(procedure, context, outcome.error);
          return;
        case "retry":
          if (retries === MAX_RETRIES) {
            await giveUp(procedure, context, retriesExceeded(procedure.id));
            return;
          }
          change(procedure, "Retrying", outcome.error);
          await context.sleep(delay(retries++));
          break;
      }
    }
  };

  const stepOf = async (procedure: Procedure, context: StepContext): Promise<StepOutcome> => {
    const { fault } = procedure;
    if (fault?.kind === "hang") {
      await context.outlive(new Promise<void>((resolve) => hanging.add(resolve)));
      procedure.fault = undefined;
    }
    if (fault?.kind === "fail") {
      procedure.fault = undefined;
      return { kind: "failed", error: fault.error };
    }
    return procedure.body.step(context);
  };

  const giveUp = async (procedure: Procedure, context: StepContext, error: ServerError): Promise<void> => {
    if (!procedure.body.canRollBack || !traits.rollback) {
      change(procedure, "Failed", error);
      return;
    }
    change(procedure, "PrepareRollback", error);
    await rollBack(procedure, context);
  };

  /** Waits 500 ms, says so, waits a second, undoes; and again after two, four, … seconds while that fails. */
  const rollBack = async (procedure: Procedure, context: StepContext): Promise<void> => {
    const cause = procedure.error;
    await context.sleep(delay(0));
    change(procedure, "RollingBack", cause);
    for (let attempt = 1; attempt < MAX_RETRIES; attempt++) {
      await context.sleep(delay(attempt));
      const error = await procedure.body.rollBack?.(context);
      if (error === undefined) {
        change(procedure, "Failed", cause);
        return;
      }
      change(procedure, "RollingBack", error);
    }
    change(procedure, "Failed", rollbacksExceeded(procedure.id));
  };

  const refusal = (): ServerError | undefined => {
    if (paused) return managerPaused();
    if (running >= traits.maxRunningProcedures) return tooManyProcedures(traits.maxRunningProcedures);
    return undefined;
  };

  const sweep = (): void => {
    const now = clock.now();
    for (const [id, { endedAtMs, status }] of procedures) {
      if (isFinal(status) && now - endedAtMs >= KEEP_MS) procedures.delete(id);
    }
  };
  const sweepRegularly = (): void => {
    const epoch = metasrv.epoch();
    const tick = (): void => {
      if (metasrv.epoch() !== epoch) return;
      sweep();
      clock.after(KEEP_MS, tick, true);
    };
    clock.after(KEEP_MS, tick, true);
  };
  sweepRegularly();

  metasrv.onNewLeader(() => {
    held = locks();
    sweepRegularly();
    for (const [id, procedure] of procedures) {
      if (isFinal(procedure.status) || procedure.isChild) procedures.delete(id);
      else {
        if (procedure.status === "Retrying") procedure.status = "Running";
        void execute(procedure);
      }
    }
  });

  return {
    submit(body) {
      const error = refusal();
      if (error !== undefined) throw error;
      return start(body, false, random.uuid()).id;
    },
    submitInBackground(body) {
      const id = random.uuid();
      if (vanishes(body) || refusal() !== undefined) body.neverStarted?.();
      else start(body, false, id);
      return id;
    },
    async finished(id) {
      const procedure = procedures.get(id);
      if (procedure === undefined) throw procedureNotFound(id);
      await procedure.ended;
      if (procedure.error !== undefined) throw procedure.error;
    },
    info(text) {
      const problem = uuidProblem(text);
      if (problem !== undefined) {
        throw new ServerError("InvalidArguments", `Failed to parse procedure id: ${Buffer.from(text).toString("hex")}: ${problem}`, "metasrv");
      }
      const id = canonicalUuid(text);
      const procedure = procedures.get(id);
      if (procedure === undefined) throw procedureNotFound(id);
      return infoOf(procedure);
    },
    all: () => [...procedures.values()].map(infoOf),
    running: () => running,
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
    },
    paused: () => paused,
    plant(fault, matches, times) {
      planted.push({ fault, matches, left: times });
    },
    clearFaults() {
      planted.length = 0;
      for (const goOn of hanging) goOn();
      hanging.clear();
    },
  };
}

const delay = (retries: number): number => Math.min(LONGEST_DELAY_MS, RETRY_DELAY_MS * 2 ** retries);

const infoOf = ({ id, body, status, error, startedAtMs, endedAtMs }: Procedure): ProcedureInfo => ({
  id,
  type: body.type,
  status,
  error: error === undefined ? "" : error.message,
  startedAtMs,
  endedAtMs: isFinal(status) ? endedAtMs : 0,
  lockKeys: printLocks(body.locks),
});
