import { DiagnosticError } from "../topology/diagnostic";

/** What the user wrote or passed is wrong, as opposed to what happened: exit code 64. */
export class UsageError extends DiagnosticError {}

/** Runs `read`; what is wrong with its input becomes a {@link UsageError}. */
export function readingInput<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DiagnosticError ? new UsageError(error.diagnostics, { cause: error }) : error;
  }
}
