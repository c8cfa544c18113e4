import { createColors } from "picocolors";

/** How text may look where it goes. */
export interface Style {
  readonly colors: ReturnType<typeof createColors>;
  /** Width that prose is wrapped to; infinite where it is no terminal. */
  readonly columns: number;
}

/** Where a verb writes. Results go to `out`, everything else to `err`, so that `topoform … | jq` always works. */
export interface Console {
  /** One result: text for people, or one JSON document with `--json`. */
  out(text: string): void;
  /** Progress, warnings, questions. */
  err(text: string): void;
  readonly outStyle: Style;
  readonly errStyle: Style;
  /** stderr is a terminal and may be redrawn. */
  readonly interactive: boolean;
  /** Size of that terminal now; it may change. */
  terminalSize(): { readonly columns: number; readonly rows: number };
  readonly json: boolean;
}

/** The console of this process. `NO_COLOR`, `TERM=dumb` and pipes switch colours off, each stream by itself. */
export function processConsole(json: boolean): Console {
  const { stdout, stderr } = process;
  const capable = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && process.env["TERM"] !== "dumb";
  const style = (stream: NodeJS.WriteStream): Style => ({
    colors: createColors(capable(stream) && !json && !process.env["NO_COLOR"]),
    columns: stream.isTTY === true ? (stream.columns ?? 80) : Infinity,
  });
  goOnWhenNobodyReads(stdout);
  goOnWhenNobodyReads(stderr);
  return {
    out: (text) => void stdout.write(text.endsWith("\n") ? text : `${text}\n`),
    err: (text) => void stderr.write(text.endsWith("\n") ? text : `${text}\n`),
    outStyle: style(stdout),
    errStyle: style(stderr),
    interactive: capable(stderr) && !json,
    terminalSize: () => ({ columns: stderr.columns || 80, rows: stderr.rows || 24 }),
    json,
  };
}

/** `topoform status | head -1`, or a terminal that was closed: nobody reads any more. What is going on in the cluster goes on. */
function goOnWhenNobodyReads(stream: NodeJS.WriteStream): void {
  if (stream.listenerCount("error") > 0) return;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  });
}
