const inspect = Symbol.for("nodejs.util.inspect.custom");
const REDACTED = "(sensitive)";

/**
 * A value that is never printed, logged or written: every way of turning it into text gives `(sensitive)`.
 * Only {@link Secret.reveal} gives the value, to the one place that sends it to a server.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect](): string {
    return REDACTED;
  }
}
