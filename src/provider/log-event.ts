import type { ConvergenceEvent } from "../convergence/events";
import type { LogFields, Logger } from "../plugin";

/** An event as one line of Terraform's log; its fields one level deep, ids as decimal text. */
export function logEvent(log: Logger, event: ConvergenceEvent): void {
  const { code, at: _at, ...data } = event;
  log.info(code, fieldsOf(data));
}

function fieldsOf(data: Readonly<Record<string, unknown>>, prefix = ""): LogFields {
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) => {
      const name = `${prefix}${key}`;
      if (typeof value === "object" && value !== null && !Array.isArray(value) && prefix === "") {
        return Object.entries(fieldsOf(value as Readonly<Record<string, unknown>>, `${name}_`));
      }
      return [[name, textOf(value)]];
    }),
  );
}

function textOf(value: unknown): string | number | boolean | null {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return value.toString();
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner)) ?? null;
}
