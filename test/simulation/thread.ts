import { parentPort } from "node:worker_threads";
import { doJob, type Job } from "./job";

/* What each of the threads of threads.ts runs. */
parentPort!.on("message", (job: Job) => {
  void doJob(job).then((answer) => parentPort!.postMessage(answer));
});
