import type { Redactor } from "./redactor";

/** Levels of Terraform's log, most detailed first. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** Values that may stand beside a message. */
export type LogFields = { readonly [key: string]: string | number | bigint | boolean | null | undefined };

/** Writes lines to Terraform's log, which users see with `TF_LOG_PROVIDER` or `TF_LOG`. */
export interface Logger {
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to each line. */
  with(fields: LogFields): Logger;
}

/** What a logger needs from its surroundings. */
export interface LoggerOptions {
  /** Lowest level written; `"off"` writes nothing. */
  readonly level: LogLevel | "off";
  /** Receives one complete line including the line feed. */
  readonly write: (line: string) => void;
  /** Milliseconds since 1970 for the time of a line. */
  readonly now: () => number;
  readonly redactor: Redactor;
}

const levels: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error"];

/**
 * The level that the environment asks for: `TF_LOG_PROVIDER`, else `TF_LOG`. `JSON` means trace.
 * Anything else that is not a level is off, as Terraform drops the lines anyway; errors are then left to diagnostics.
 */
export function logLevelFromEnvironment(environment: {
  readonly [name: string]: string | undefined;
}): LogLevel | "off" {
  const asked = (environment["TF_LOG_PROVIDER"] || environment["TF_LOG"] || "off").toLowerCase();
  if (asked === "json") return "trace";
  return levels.find((level) => level === asked) ?? "off";
}

/** Makes a logger that writes the JSON lines of hashicorp/go-hclog. */
export function createLogger(options: LoggerOptions, fields: LogFields = {}): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, more: LogFields = {}) => {
      if (options.level === "off" || levels.indexOf(level) < levels.indexOf(options.level)) return;
      options.write(renderLine(level, message, { ...fields, ...more }, options));
    };
  return {
    trace: at("trace"),
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (more) => createLogger(options, { ...fields, ...more }),
  };
}

/**
 * Terraform 1.11.4 panics on a line whose `@message`, `@level` or `@timestamp` is not a string, and only understands
 * timestamps with exactly six digits of a second. Fields are made strings, and names that begin with `@` are renamed.
 */
function renderLine(level: LogLevel, message: string, fields: LogFields, options: LoggerOptions): string {
  const line: Record<string, string> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    line[key.startsWith("@") ? `_${key.slice(1)}` : key] = shorten(options.redactor.redact(String(value)));
  }
  line["@level"] = level;
  line["@message"] = shorten(options.redactor.redact(message));
  line["@timestamp"] = new Date(options.now()).toISOString().replace(/Z$/, "000Z");
  return `${JSON.stringify(line)}\n`;
}

/** Lines above 64 KiB are split by Terraform and lose their level. */
const longestText = 8_000;

function shorten(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}… (${text.length} characters)`;
}
