import type { Diagnostic } from "../topology/diagnostic";
import type { Environment } from "./connection-settings";

/** How a cluster is opened. */
export interface OpenOptions {
  /** Where settings and secrets come from, e.g. `process.env`. */
  readonly env: Environment;
  /** Called with every statement that is sent. */
  readonly onStatement?: (sql: string) => void;
  /** Called once with what should be known about the server, e.g. that its version is newer than those known. */
  readonly onNotice?: (notice: Diagnostic) => void;
  /** Waits; replaced in tests. Default setTimeout. */
  readonly delay?: (ms: number) => Promise<void>;
}

/** The options of a session: with a way to wait, and without what the session does not use. */
export function sessionOptions({ delay = sleep, onStatement }: OpenOptions): Pick<OpenOptions, "onStatement"> & Required<Pick<OpenOptions, "delay">> {
  return { delay, ...(onStatement === undefined ? {} : { onStatement }) };
}

/** Waits by the clock of the machine. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
