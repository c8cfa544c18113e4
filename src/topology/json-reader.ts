import type { PathStep } from "./diagnostic";
import { didYouMean } from "./suggest";
import type { Finding } from "./validation";

export type JsonObject = Readonly<Record<string, unknown>>;
type Path = readonly PathStep[];

/**
 * Reads a parsed JSON or YAML value member by member and keeps every problem with the exact path to it.
 * A member that is wrong reads as its fallback, so that reading goes on and all problems come out at once;
 * what was read may be used only when there are no problems. Values are never repeated in messages, since one may be a secret.
 */
export class ObjectReader {
  private constructor(
    private readonly value: JsonObject,
    readonly path: Path,
    private readonly findings: Finding[],
  ) {}

  /** A reader of an object with these members, or undefined with a problem reported. `ignored` members may be there. */
  static of(value: unknown, path: Path, members: readonly string[], findings: Finding[], ignored: readonly string[] = []): ObjectReader | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      findings.push(wrongKind(value, "an object", path));
      return undefined;
    }
    for (const key of Object.keys(value)) {
      if (members.includes(key) || ignored.includes(key)) continue;
      const detail = `"${key}" is not known here.${didYouMean(key, members)} Allowed: ${members.join(", ")}.`;
      findings.push({ code: "MANIFEST_UNKNOWN_KEY", summary: "Unknown key in the manifest", detail, path: [...path, key] });
    }
    return new ObjectReader(value as JsonObject, path, findings);
  }

  /** The raw member; undefined when it is absent or null. */
  raw(key: string): unknown {
    return Object.hasOwn(this.value, key) ? (this.value[key] ?? undefined) : undefined;
  }

  at(key: string): Path {
    return [...this.path, key];
  }

  problem(key: string, finding: Omit<Finding, "path">): void {
    this.findings.push({ ...finding, path: this.at(key) });
  }

  optionalText(key: string): string | undefined {
    return this.#read(key, "text", (value) => (typeof value === "string" ? value : undefined));
  }

  text(key: string): string {
    return this.#required(key, this.optionalText(key), "");
  }

  optionalFlag(key: string): boolean | undefined {
    return this.#read(key, "true or false", (value) => (typeof value === "boolean" ? value : undefined));
  }

  optionalNumber(key: string): number | undefined {
    return this.#read(key, "a number", (value) => (typeof value === "number" ? value : undefined));
  }

  /** Text; numbers and truth values become their text, since YAML reads `5` and `true` as such. */
  optionalScalarText(key: string): string | undefined {
    return this.#read(key, "text", scalarText);
  }

  /** One of these words; absent gives the fallback, or is reported without one. */
  word<W extends string>(key: string, allowed: readonly [W, ...W[]], fallback?: W): W {
    const value = this.raw(key);
    if (value === undefined && fallback !== undefined) return fallback;
    const found = allowed.find((word) => word === value);
    if (found !== undefined) return found;
    if (value === undefined) return this.#required(key, undefined, allowed[0]);
    const got = typeof value === "string" ? `"${value}"` : kindOf(value);
    const hint = typeof value === "string" ? didYouMean(value, allowed) : "";
    this.problem(key, { code: "MANIFEST_WRONG_VALUE", summary: "Wrong value in the manifest", detail: `"${key}" is ${got}. Allowed: ${allowed.join(", ")}.${hint}` });
    return allowed[0];
  }

  /** The elements of a list, each read on its own; absent: the empty list, or undefined with `optionalList`. */
  list<T>(key: string, read: (value: unknown, path: Path) => T | undefined): readonly T[] {
    return this.optionalList(key, read) ?? [];
  }

  optionalList<T>(key: string, read: (value: unknown, path: Path) => T | undefined): readonly T[] | undefined {
    const list = this.#read(key, "a list", (value) => (Array.isArray(value) ? (value as readonly unknown[]) : undefined));
    return list?.map((value, index) => read(value, [...this.at(key), index])).filter((value) => value !== undefined);
  }

  textList(key: string): readonly string[] {
    return this.list(key, (value, path) => {
      if (typeof value === "string") return value;
      this.findings.push(wrongKind(value, "text", path));
      return undefined;
    });
  }

  /** Keys and values of an object with free keys; absent: none. */
  entries<T>(key: string, read: (value: unknown, path: Path) => T | undefined): Readonly<Record<string, T>> {
    const map = this.#read(key, "an object", (value) =>
      typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined,
    );
    const entries = Object.entries(map ?? {}).flatMap(([name, value]) => {
      const item = read(value, [...this.at(key), name]);
      return item === undefined ? [] : [[name, item] as const];
    });
    return Object.fromEntries(entries);
  }

  /** A member that is an object itself; undefined when absent or wrong. */
  child(key: string, members: readonly string[]): ObjectReader | undefined {
    const value = this.raw(key);
    return value === undefined ? undefined : ObjectReader.of(value, this.at(key), members, this.findings);
  }

  /** Reports that a member is absent. */
  missing(key: string): void {
    this.#required(key, undefined, undefined);
  }

  #read<T>(key: string, wanted: string, convert: (value: unknown) => T | undefined): T | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    const converted = convert(value);
    if (converted === undefined) this.findings.push(wrongKind(value, wanted, this.at(key)));
    return converted;
  }

  #required<T>(key: string, value: T | undefined, fallback: T): T {
    if (value !== undefined) return value;
    if (this.raw(key) === undefined) {
      this.problem(key, { code: "MANIFEST_KEY_MISSING", summary: "Missing key in the manifest", detail: `"${key}" is missing. Add it.` });
    }
    return fallback;
  }
}

/** Text of a text, number or truth value; undefined for anything else. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** The problem of a value of the wrong kind; the value itself stays unsaid. */
export function wrongKind(value: unknown, wanted: string, path: Path): Finding {
  const where = typeof path.at(-1) === "string" ? `"${path.at(-1)}"` : path.length === 0 ? "The manifest" : "The element";
  return {
    code: "MANIFEST_WRONG_KIND",
    summary: "Wrong kind of value in the manifest",
    detail: `${where} is ${kindOf(value)}; ${wanted} is expected.`,
    path,
  };
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "text";
    case "boolean":
      return "true or false";
    case "number":
    case "bigint":
      return "a number";
    default:
      return "an object";
  }
}

/** `{ [key]: value }`, or nothing when the value is undefined: for members that may be absent. */
export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
}
