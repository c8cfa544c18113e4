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
  const order: readonly ExitCode[] = [ExitCode.interrupted, ExitCode.locked, ExitCode.failed, ExitCode.unreadable, ExitCode.differences];
  return order.find((code) => codes.includes(code)) ?? ExitCode.ok;
}
