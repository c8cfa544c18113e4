import { writeSync } from "node:fs";

/** Standard output and error of a provider process, kept free of anything that Terraform would misread. */
export interface GuardedStdio {
  /** Writes to the real standard output. */
  writeOutput(text: string): void;
  /** Writes a complete line to the real standard error. Nothing happens once it is broken. */
  writeLogLine(line: string): void;
}

/** Where stray output goes, line by line. */
export interface StrayOutput {
  readonly onLine: (stream: "stdout" | "stderr", line: string) => void;
  /** Called once when standard error has lost its reader. */
  readonly onBroken: () => void;
}

/**
 * Takes `process.stdout` and `process.stderr` away from everyone else, `console` included.
 *
 * The first line on standard output must be the handshake, later lines there are dropped, and one above 64 KiB stops
 * their reader for good. A JSON line on standard error with odd fields crashes Terraform 1.11.4. So lines of others go
 * to `onLine`, to be logged in the right form.
 */
export function guardStdio(stray: StrayOutput): GuardedStdio {
  const { stdout, stderr } = process;
  const writeError = stderr.write.bind(stderr);
  let broken = false;
  const lose = (): void => {
    if (broken) return;
    broken = true;
    stray.onBroken();
  };
  stdout.on("error", () => undefined);
  stderr.on("error", lose);
  stdout.write = lineWriter((line) => stray.onLine("stdout", line));
  stderr.write = lineWriter((line) => stray.onLine("stderr", line));
  return {
    writeOutput: (text) => void writeSync(1, text),
    writeLogLine(line) {
      if (!broken) writeError(line);
    },
  };
}

function lineWriter(onLine: (line: string) => void): typeof process.stdout.write {
  let rest = "";
  return (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") onLine(line);
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") process.nextTick(callback as () => void);
    return true;
  };
}
