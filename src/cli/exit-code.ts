import type { Diagnostic } from "../topology/diagnostic";

/** What the command line's exit codes mean. A compatibility promise: scripts branch on them. */
export const ExitCode = {
  /** Nothing to do, or done. */
  ok: 0,
  failed: 1,
  /** There are differences (`plan --detailed-exitcode`, `drift`). */
  differences: 2,
  /** Something could not be read, or the plan is blocked. */
  unreadable: 3,
  usage: 64,
  /** Another run holds the cluster's lock. */
  locked: 75,
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The code that says most when several clusters end differently: what a human must look at first wins. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [ExitCode.interrupted, ExitCode.locked, ExitCode.failed, ExitCode.usage, ExitCode.unreadable, ExitCode.differences];
  return order.find((code) => codes.includes(code)) ?? ExitCode.ok;
}

/** The code of a run that did not get there: what was only waited for in vain is blocked and not failed. */
export function failedExitCode(diagnostics: readonly Diagnostic[]): ExitCode {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return errors.length > 0 && errors.every(({ code }) => code === "MOVE_HELD") ? ExitCode.unreadable : ExitCode.failed;
}

/** What is wrong with the settings themselves: nothing was asked of any server. */
const SETTING_CODES: ReadonlySet<string> = new Set(["ENVIRONMENT_VARIABLE_MISSING", "CONNECTION_SETTING_INVALID", "CONNECTION_URL_INVALID", "TLS_FILE_UNREADABLE"]);

/** The code of a cluster that could not be read: bad usage when its settings are to blame, else {@link ExitCode.unreadable}. */
export function unreadableExitCode(diagnostics: readonly Diagnostic[]): ExitCode {
  return diagnostics.length > 0 && diagnostics.every(({ code }) => SETTING_CODES.has(code)) ? ExitCode.usage : ExitCode.unreadable;
}
