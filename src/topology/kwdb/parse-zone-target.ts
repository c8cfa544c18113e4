import { didYouMean } from "../suggest";
import { RANGE_NAMES, Target, type ZoneTarget } from "./zone-target";

export type ParsedTarget =
  | { readonly kind: "parsed"; readonly target: ZoneTarget }
  /** `detail`: what is wrong and how it is written, ending in a full stop. */
  | { readonly kind: "invalid"; readonly detail: string };

type Token =
  | { readonly kind: "name"; readonly text: string; readonly quoted: boolean }
  | { readonly kind: "sign"; readonly text: "." | "@" | "*" };

const FORMS =
  "Write RANGE meta, DATABASE d, TABLE d.t, INDEX d.t@i, PARTITION p OF TABLE d.t or PARTITION p OF INDEX d.t@i.";

/**
 * Reads a target as SQL writes it. Key words in any case; names without quotes are lower case, as on the server; names in double
 * quotes keep theirs. A table is `database.table` or `database.public.table`.
 */
export function parseZoneTarget(text: string): ParsedTarget {
  const tokens = tokenize(text);
  if (typeof tokens === "string") return { kind: "invalid", detail: `${tokens} ${FORMS}` };
  try {
    return { kind: "parsed", target: new TargetParser(tokens).target() };
  } catch (error) {
    if (!(error instanceof TargetSyntaxError)) throw error;
    return { kind: "invalid", detail: `${error.message} ${FORMS}` };
  }
}

class TargetSyntaxError extends Error {}

class TargetParser {
  #position = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  target(): ZoneTarget {
    const target = this.#any();
    if (this.#position < this.tokens.length) fail(`${shown(this.tokens[this.#position])} is too much.`);
    return target;
  }

  #any(): ZoneTarget {
    switch (this.#keyword(["RANGE", "DATABASE", "TABLE", "INDEX", "PARTITION"])) {
      case "RANGE":
        return Target.range(this.#rangeName());
      case "DATABASE":
        return Target.database(this.#name("the database"));
      case "TABLE": {
        const { database, table } = this.#tableName();
        if (this.#sign("@")) fail("A table has no index here.");
        return Target.table(database, table);
      }
      case "INDEX": {
        const { database, table } = this.#tableName();
        return Target.index(database, table, this.#index());
      }
      case "PARTITION":
        return this.#partition();
    }
  }

  #partition(): ZoneTarget {
    const partition = this.#name("the partition");
    this.#keyword(["OF"]);
    const owner = this.#keyword(["TABLE", "INDEX"]);
    const { database, table } = this.#tableName();
    if (owner === "INDEX") return Target.partition(database, table, partition, this.#index());
    if (this.#sign("@")) fail("The index of a partition is named with OF INDEX.");
    return Target.partition(database, table, partition);
  }

  #rangeName(): (typeof RANGE_NAMES)[number] {
    const name = this.#name("the range");
    const known = RANGE_NAMES.find((range) => range === name);
    return (
      known ??
      fail(
        `There is no range "${name}": the ranges with zones are ${RANGE_NAMES.join(", ")}.${didYouMean(name, RANGE_NAMES)}`,
      )
    );
  }

  #tableName(): { readonly database: string; readonly table: string } {
    const parts = [this.#name("the table")];
    while (this.#sign(".")) parts.push(this.#name("the table"));
    const [database, second, third] = parts;
    if (database === undefined || second === undefined) return fail("The table's database is missing.");
    if (third === undefined) return { database, table: second };
    if (parts.length > 3) fail("The table's name has too many parts.");
    return second === "public" ? { database, table: third } : fail(`Only schema "public" has zones, not "${second}".`);
  }

  #index(): string {
    if (!this.#sign("@")) fail("The index is missing: @ and its name.");
    if (this.#sign("*")) fail("@* stands for several targets; declare each index by itself.");
    return this.#name("the index");
  }

  #keyword<K extends string>(allowed: readonly K[]): K {
    const token = this.tokens[this.#position];
    const word = token?.kind === "name" && !token.quoted ? token.text.toUpperCase() : undefined;
    const found = allowed.find((candidate) => candidate === word);
    if (found === undefined) return fail(`${shown(token)} stands where ${allowed.join(" or ")} is expected.`);
    this.#position += 1;
    return found;
  }

  #name(what: string): string {
    const token = this.tokens[this.#position];
    if (token?.kind !== "name") return fail(`${shown(token)} stands where the name of ${what} is expected.`);
    if (token.text === "") fail(`The name of ${what} is empty.`);
    this.#position += 1;
    return token.quoted ? token.text : token.text.toLowerCase();
  }

  #sign(text: "." | "@" | "*"): boolean {
    const token = this.tokens[this.#position];
    if (token?.kind !== "sign" || token.text !== text) return false;
    this.#position += 1;
    return true;
  }
}

function fail(message: string): never {
  throw new TargetSyntaxError(message);
}

function shown(token: Token | undefined): string {
  return token === undefined ? "The end" : `"${token.text}"`;
}

/** The tokens, or what is wrong with the text. */
function tokenize(text: string): readonly Token[] | string {
  const tokens: Token[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*)|([.@*]))/uy;
  let position = 0;
  while (text.slice(position).trim() !== "") {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) return `"${text.slice(position).trim()}" cannot be read.`;
    const [, quoted, plain, sign] = match;
    if (quoted !== undefined) tokens.push({ kind: "name", text: quoted.replaceAll('""', '"'), quoted: true });
    else if (plain !== undefined) tokens.push({ kind: "name", text: plain, quoted: false });
    else tokens.push({ kind: "sign", text: sign as "." | "@" | "*" });
    position = pattern.lastIndex;
  }
  return tokens;
}
