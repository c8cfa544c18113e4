import { errorDiagnostic, DiagnosticError } from "../topology/diagnostic";

/** Reads one value of a JSON document, and knows where in it the value stands. Every failure is a DiagnosticError with that place. */
export class JsonReader {
  constructor(
    readonly value: unknown,
    private readonly place: string,
    private readonly code: string,
  ) {}

  /** A member of an object; a missing one reads as undefined. */
  at(name: string): JsonReader {
    return new JsonReader(this.object()[name], `${this.place}.${name}`, this.code);
  }

  object(): Readonly<Record<string, unknown>> {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value)) this.fail("an object");
    return this.value as Record<string, unknown>;
  }

  list<T>(read: (item: JsonReader) => T): readonly T[] {
    if (!Array.isArray(this.value)) this.fail("a list");
    return (this.value as unknown[]).map((item, index) =>
      read(new JsonReader(item, `${this.place}[${index}]`, this.code)),
    );
  }

  entries<T>(read: (item: JsonReader) => T): readonly (readonly [string, T])[] {
    return Object.keys(this.object()).map((name) => [name, read(this.at(name))] as const);
  }

  text(): string {
    if (typeof this.value !== "string") this.fail("text");
    return this.value as string;
  }

  oneOf<T extends string>(values: readonly T[]): T {
    if (!values.includes(this.value as T)) this.fail(`one of ${values.join(", ")}`);
    return this.value as T;
  }

  boolean(): boolean {
    if (typeof this.value !== "boolean") this.fail("true or false");
    return this.value as boolean;
  }

  /** A whole number of at least `least`. */
  count(least = 0): number {
    if (!Number.isSafeInteger(this.value) || (this.value as number) < least)
      this.fail(`a whole number of at least ${least}`);
    return this.value as number;
  }

  /** A 64-bit number as decimal text. */
  id<T>(make: (text: string) => T): T {
    try {
      return make(this.text());
    } catch (error) {
      if (error instanceof RangeError) this.fail("a 64-bit number as decimal text");
      throw error;
    }
  }

  nullable<T>(read: (reader: JsonReader) => T): T | null {
    return this.value === null ? null : read(this);
  }

  fail(wanted: string): never {
    const got = this.value === undefined ? "nothing" : (JSON.stringify(this.value) ?? typeof this.value).slice(0, 80);
    throw new DiagnosticError(
      errorDiagnostic({
        code: this.code,
        summary: `${this.place} is not ${wanted}`,
        detail: `There is ${got}. Write the file again with the command that made it.`,
      }),
    );
  }
}
