import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Answer, Job } from "./job";

const ROOT = join(__dirname, "..", "..");

/**
 * Does the jobs on as many threads as there are cores (TOPOFORM_THREADS=n: on n), in order; their answers, until one has failed.
 * Outside of jest's sandbox the same code takes a third of the time.
 */
export async function onThreads(jobs: readonly Job[]): Promise<readonly Answer[]> {
  const count = Number(process.env["TOPOFORM_THREADS"] ?? availableParallelism());
  const directory = join(ROOT, "build", `simulation-${process.pid}-${process.hrtime.bigint()}`);
  mkdirSync(directory, { recursive: true });
  try {
    const file = bundle(directory);
    const waiting = [...jobs];
    const answers: Answer[] = [];
    await Promise.all(Array.from({ length: Math.min(count, jobs.length) }, () => work(file, waiting, answers)));
    return answers;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function bundle(directory: string): string {
  const file = join(directory, "thread.js");
  const esbuild = join(ROOT, "node_modules", "esbuild", "bin", "esbuild");
  execFileSync(esbuild, [join(__dirname, "thread.ts"), "--bundle", "--platform=node", "--packages=external", "--sourcemap=inline", "--log-level=error", `--outfile=${file}`]);
  return file;
}

/** One thread: takes the next job until there is none, or one has failed. */
function work(file: string, waiting: Job[], answers: Answer[]): Promise<void> {
  const thread = new Worker(file, { execArgv: ["--enable-source-maps"] });
  return new Promise<void>((resolve, reject) => {
    const next = (): void => {
      const job = waiting.shift();
      if (job === undefined) return resolve();
      thread.postMessage(job);
    };
    thread.on("message", (answer: Answer) => {
      answers.push(answer);
      if (answer.failure !== null) waiting.length = 0;
      next();
    });
    thread.on("error", reject);
    next();
  }).finally(() => thread.terminate());
}

/** What all answers say together, as one line. */
export function summary(what: string, answers: readonly Answer[], startedAt: number): string {
  const sum = (of: (answer: Answer) => number): string => answers.reduce((total, answer) => total + of(answer), 0).toLocaleString("en");
  const hours = Math.round(answers.reduce((total, answer) => total + answer.virtualMs, 0) / 3_600_000).toLocaleString("en");
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  return `${what}: ${sum((one) => one.simulations)} simulations in ${seconds} s (${sum((one) => one.runs)} runs, ${sum((one) => one.submissions)} submissions, ${hours} hours of cluster time)`;
}
