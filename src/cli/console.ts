import { createColors } from "picocolors";

type Colors = ReturnType<typeof createColors>;

/** Where a verb writes. Results go to `out`, everything else to `err`, so that `topoform … | jq` always works. */
export interface Console {
  /** One result: text for people, or one JSON document with `--json`. */
  out(text: string): void;
  /** Progress, warnings, questions. */
  err(text: string): void;
  readonly colors: Colors;
  /** stderr is a terminal and may be redrawn. */
  readonly interactive: boolean;
  readonly columns: number;
  readonly json: boolean;
}

/** The console of this process. `NO_COLOR` and pipes switch colours off. */
export function processConsole(json: boolean): Console {
  const interactive = process.stderr.isTTY === true && process.env["TERM"] !== "dumb";
  return {
    out: (text) => void process.stdout.write(text.endsWith("\n") ? text : `${text}\n`),
    err: (text) => void process.stderr.write(text.endsWith("\n") ? text : `${text}\n`),
    colors: createColors(interactive && !json && !process.env["NO_COLOR"]),
    interactive: interactive && !json,
    columns: process.stderr.columns ?? 80,
    json,
  };
}
