/** A background job as `kwdb_internal.jobs` shows it. */
export interface Job {
  readonly id: bigint;
  readonly type: string;
  readonly description: string;
  readonly statement: string;
  readonly user: string;
  readonly descriptorIds: readonly number[];
  readonly createdByType: string | null;
  readonly createdAtMs: number;
  status: "pending" | "running" | "succeeded" | "failed" | "canceled";
  fractionCompleted: number;
  finishedAtMs: number | null;
  error: string;
}

/** Jobs in order of creation. */
export class Jobs {
  private readonly list: Job[] = [];

  constructor(private readonly now: () => number) {}

  all(): readonly Job[] {
    return this.list;
  }

  start(job: Pick<Job, "type" | "description" | "statement" | "user" | "descriptorIds" | "createdByType">): Job {
    const createdAtMs = this.now();
    // Unique and ascending, like the server's: time in the upper digits.
    const started: Job = { ...job, id: BigInt(createdAtMs) * 500_000n + BigInt(this.list.length), createdAtMs, status: "running", fractionCompleted: 0, finishedAtMs: null, error: "" };
    this.list.push(started);
    return started;
  }

  finish(job: Job, error: string | null): void {
    job.status = error === null ? "succeeded" : "failed";
    job.error = error ?? "";
    job.fractionCompleted = error === null ? 1 : job.fractionCompleted;
    job.finishedAtMs = this.now();
  }
}
