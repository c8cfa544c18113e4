import { errorDiagnostic } from "../../topology/diagnostic";
import { formatZoneTarget, sameTarget } from "../../topology/kwdb/format-zone-target";
import { parseZoneTarget } from "../../topology/kwdb/parse-zone-target";
import type { RebalanceChange } from "../../planning/kwdb/change";
import { PortError } from "../port";
import { withRetries, type Waiting } from "./attempts";
import type { Session } from "./connect";
import { StatementError } from "./errors";
import type { ApplyOptions, ApplyOutcome } from "../kwdb-port";
import { rebalanceStatement, SELECT_REBALANCE_JOBS } from "./statements";

const POLL_MS = 1000;
/** A job is listed when the statement returns; after a lost connection it may take a moment. */
const POLLS_UNTIL_LISTED = 15;
const DEFAULT_TIMEOUT_SECONDS = 7200;
const MAY_HAVE_BEGUN: ReadonlySet<StatementError["nature"]> = new Set(["connection-lost", "ambiguous", "transient"]);
const ENDED: ReadonlySet<string> = new Set(["succeeded", "failed", "canceled"]);

interface Job {
  readonly id: string;
  readonly status: string;
  readonly error: string;
  readonly fraction: number;
  readonly statement: string;
}

/**
 * Rebalances and follows the job to its end. A job for the same target that is still running, or that an interrupted run has begun
 * (`options.begun`), is followed instead of starting another; one for another target is waited for by whoever started it
 * (`KWDB_REBALANCE_RUNNING`).
 */
export async function applyRebalance(
  session: Session,
  change: RebalanceChange,
  waiting: Waiting,
  options: ApplyOptions,
): Promise<ApplyOutcome> {
  const before = await readJobs(session);
  const begun = options.begun === undefined ? undefined : begunSince(before, options.begun.newestJob, change);
  if (begun !== undefined) {
    await follow(session, begun.id, change, waiting, options);
    return "done";
  }
  const running = before.find(({ status }) => !ENDED.has(status));
  if (running !== undefined) {
    if (!isFor(running, change))
      throw failure(
        "KWDB_REBALANCE_RUNNING",
        "Another rebalance is running",
        `Job ${running.id} (${running.statement.trim()}) is ${running.status}. Wait until it has ended, then try again.`,
        change,
        true,
      );
    await follow(session, running.id, change, waiting, options);
    return "done";
  }
  await start(session, change);
  await follow(
    session,
    await newJob(session, new Set(before.map(({ id }) => id)), change, waiting),
    change,
    waiting,
    options,
  );
  return "done";
}

/** The oldest job for the target that is newer than `newest`. */
function begunSince(jobs: readonly Job[], newest: string | null, change: RebalanceChange): Job | undefined {
  return jobs.findLast((job) => isFor(job, change) && (newest === null || BigInt(job.id) > BigInt(newest)));
}

export async function newestRebalanceJob(session: Session): Promise<string | null> {
  const ids = (await readJobs(session)).map(({ id }) => BigInt(id));
  return ids.length === 0 ? null : ids.reduce((a, b) => (a > b ? a : b)).toString();
}

/**
 * Sent once: when the answer is lost, or comes later than the statement's timeout, the list of jobs tells whether it has begun.
 * 3.2.1 answers when the job has ended (recorded).
 */
async function start(session: Session, change: RebalanceChange): Promise<void> {
  try {
    await session.run(rebalanceStatement(change.target));
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    if (!MAY_HAVE_BEGUN.has(error.nature)) {
      throw new StatementError({ code: error.serverCode, message: error.serverText }, formatZoneTarget(change.target));
    }
  }
}

async function newJob(
  session: Session,
  known: ReadonlySet<string>,
  change: RebalanceChange,
  waiting: Waiting,
): Promise<string> {
  for (let poll = 0; poll < POLLS_UNTIL_LISTED; poll += 1) {
    const job = (await withRetries(waiting, () => readJobs(session))).find(({ id }) => !known.has(id));
    if (job !== undefined) return job.id;
    await waiting.delay(POLL_MS);
  }
  throw failure(
    "KWDB_REBALANCE_NOT_STARTED",
    "The rebalance has not started",
    "The server lists no job for it. Look at SHOW JOBS, then try again.",
    change,
    true,
  );
}

async function follow(
  session: Session,
  id: string,
  change: RebalanceChange,
  waiting: Waiting,
  options: ApplyOptions,
): Promise<void> {
  const polls = Math.ceil(((options.rebalanceTimeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000) / POLL_MS);
  for (let poll = 0; poll <= polls; poll += 1) {
    const job = (await withRetries(waiting, () => readJobs(session))).find((candidate) => candidate.id === id);
    if (job === undefined)
      throw failure(
        "KWDB_REBALANCE_JOB_GONE",
        "The rebalance's job is gone",
        `Job ${id} is not listed any more. Look at the zones of the partitions, then try again.`,
        change,
        false,
      );
    options.onProgress?.({ kind: "rebalance", job: id, status: job.status, fraction: job.fraction });
    if (job.status === "succeeded") return;
    if (ENDED.has(job.status)) {
      throw failure(
        "KWDB_REBALANCE_FAILED",
        `The rebalance ${job.status === "failed" ? "failed" : "was cancelled"}`,
        `Job ${id}: ${job.error === "" ? "no error is given" : job.error}. What it has done so far stays: look at the partitions and their zones.`,
        change,
        false,
      );
    }
    if (options.signal?.aborted === true)
      throw failure(
        "KWDB_REBALANCE_NOT_AWAITED",
        "The rebalance goes on without being waited for",
        `Job ${id} is ${job.status}. Apply again to follow it to its end.`,
        change,
        true,
      );
    await waiting.delay(POLL_MS);
  }
  throw failure(
    "KWDB_REBALANCE_NOT_AWAITED",
    "The rebalance takes too long to wait for",
    `Job ${id} is still running. Apply again to follow it to its end.`,
    change,
    true,
  );
}

/** The job keeps its statement without the last word. */
function isFor(job: Job, change: RebalanceChange): boolean {
  const match = /^ALTER (.+) CONFIGURE ZONE/is.exec(job.statement.trim());
  const parsed = match === null ? undefined : parseZoneTarget(match[1] ?? "");
  return parsed?.kind === "parsed" && sameTarget(parsed.target, change.target);
}

async function readJobs(session: Session): Promise<readonly Job[]> {
  const rows = await session.read(SELECT_REBALANCE_JOBS);
  return rows.map(([id, status, error, fraction, statement]) => ({
    id: id ?? "",
    status: status ?? "",
    error: error ?? "",
    fraction: Number(fraction ?? 0),
    statement: statement ?? "",
  }));
}

function failure(
  code: string,
  summary: string,
  detail: string,
  change: RebalanceChange,
  transient: boolean,
): PortError {
  return new PortError(
    errorDiagnostic({ code, summary, detail, address: formatZoneTarget(change.target) }),
    transient,
    true,
  );
}
