import { canonicalType } from "../../topology/column-type";
import { formatPartitionRule } from "../../topology/format-partition-rule";
import type { PartitionKey } from "../../topology/ids";
import type { UpperBound } from "../../topology/manifest";
import { partitionRules } from "../../topology/partition-rules";
import { parsePartitionRule } from "../../topology/parse-partition-rule";
import type { ObservedColumn } from "../../planning/observed";
import { SqlTextError, tokenizeSql, type SqlToken } from "./tokenize-sql";

/** What SHOW CREATE TABLE says of a table, in canonical forms. */
export interface CreatedTable {
  readonly name: string;
  readonly engine: string;
  readonly columns: readonly ObservedColumn[];
  readonly primaryKey: readonly string[];
  readonly timeIndex: string;
  readonly partitionColumns: readonly string[];
  /** In the order printed, which is the order of `p0, p1, …` in information_schema.partitions. */
  readonly rules: readonly PartitionKey[];
  /** As printed: with what the server adds and with the TTL of the database where the table has none of its own. */
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Reads the text of SHOW CREATE TABLE, of every version: ranges (before 0.7) or rules, back-ticked or double-quoted names, option keys quoted or
 * dotted, index clauses (skipped), rules with bare columns. Throws {@link SqlTextError} for anything else, views included.
 */
export function parseCreateTable(text: string): CreatedTable {
  return new CreateTableParser(text).table();
}

interface Definitions {
  readonly columns: ObservedColumn[];
  primaryKey: readonly string[];
  timeIndex: string | undefined;
}

class CreateTableParser {
  readonly #text: string;
  readonly #tokens: readonly SqlToken[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenizeSql(text);
  }

  table(): CreatedTable {
    this.#words("CREATE");
    this.#tryWord("EXTERNAL");
    this.#words("TABLE");
    if (this.#tryWord("IF")) this.#words("NOT", "EXISTS");
    let name = this.#identifier();
    while (this.#trySymbol(".")) name = this.#identifier();
    const definitions = this.#definitions();
    const partition = this.#partition(definitions.columns);
    this.#words("ENGINE");
    this.#symbol("=");
    const engine = this.#identifier();
    const options = this.#tryWord("WITH") ? this.#options() : {};
    this.#trySymbol(";");
    if (this.#peek().kind !== "end") throw this.#unexpected("the end of the statement");
    if (definitions.timeIndex === undefined) throw new SqlTextError("the table has no time index", 0);
    return {
      name,
      engine,
      columns: definitions.columns,
      primaryKey: definitions.primaryKey,
      timeIndex: definitions.timeIndex,
      partitionColumns: partition.columns,
      rules: partition.rules,
      options,
    };
  }

  #definitions(): Definitions {
    const found: Definitions = { columns: [], primaryKey: [], timeIndex: undefined };
    this.#symbol("(");
    while (!this.#trySymbol(")")) {
      if (this.#tryWords("TIME", "INDEX")) found.timeIndex = this.#identifierList()[0];
      else if (this.#tryWords("PRIMARY", "KEY")) found.primaryKey = this.#identifierList();
      else found.columns.push(this.#column(found));
      if (!this.#trySymbol(",") && !this.#isSymbol(")"))
        throw this.#unexpected("a comma or the end of the column list");
    }
    return found;
  }

  #column(found: Definitions): ObservedColumn {
    const name = this.#identifier();
    const type = this.#type();
    let nullable = true;
    let defaultText: string | null = null;
    let comment: string | null = null;
    while (!this.#isSymbol(",") && !this.#isSymbol(")")) {
      if (this.#tryWords("NOT", "NULL")) nullable = false;
      else if (this.#tryWord("NULL")) nullable = true;
      else if (this.#tryWord("DEFAULT")) defaultText = this.#defaultValue();
      else if (this.#tryWord("COMMENT")) comment = this.#string();
      else if (this.#tryWords("TIME", "INDEX")) found.timeIndex = name;
      else if (this.#tryWords("PRIMARY", "KEY")) found.primaryKey = [...found.primaryKey, name];
      else this.#indexClause();
    }
    return { name, type, nullable, default: defaultText, comment };
  }

  /** A type is what stands before the first clause: `INT UNSIGNED`, `DECIMAL(20,4)`, `JSON(format = 'structured')`. */
  #type(): string {
    const start = this.#peek().start;
    let end = start;
    while (!this.#isClauseStart()) {
      if (this.#isSymbol("(")) end = this.#parenthesised();
      else end = this.#take().end;
    }
    const text = this.#text.slice(start, end);
    if (text === "") throw this.#unexpected("a column type");
    return canonicalType(text) ?? text.toUpperCase();
  }

  #isClauseStart(): boolean {
    const token = this.#peek();
    if (token.kind === "end" || this.#isSymbol(",") || this.#isSymbol(")")) return true;
    return token.kind === "word" && CLAUSES.has(token.text.toUpperCase());
  }

  /** A string as its content, anything else as written; `NULL` is no default. */
  #defaultValue(): string | null {
    const first = this.#take();
    if (first.kind === "string" && this.#isClauseStart()) return first.text;
    let end = first.end;
    while (!this.#isClauseStart()) {
      if (this.#isSymbol("(")) end = this.#parenthesised();
      else end = this.#take().end;
    }
    const text = this.#text.slice(first.start, end);
    return /^null$/i.test(text) ? null : text;
  }

  /** `INVERTED INDEX`, `SKIPPING INDEX WITH(…)`, `FULLTEXT INDEX WITH(…)`, `FULLTEXT WITH(…)`: tolerated, not managed. */
  #indexClause(): void {
    const token = this.#take();
    if (token.kind !== "word" || !INDEX_KINDS.has(token.text.toUpperCase()))
      throw this.#unexpected("a column clause", token);
    this.#tryWord("INDEX");
    if (this.#tryWord("WITH")) this.#parenthesised();
  }

  #partition(definitions: readonly ObservedColumn[]): {
    readonly columns: readonly string[];
    readonly rules: readonly PartitionKey[];
  } {
    if (this.#tryWords("PARTITION", "BY")) return this.#ranges(definitions);
    if (!this.#tryWords("PARTITION", "ON")) return { columns: [], rules: [] };
    this.#words("COLUMNS");
    const columns = definitions.map((column) => column.name);
    const names = this.#identifierList();
    const rules: PartitionKey[] = [];
    this.#symbol("(");
    while (!this.#trySymbol(")")) {
      rules.push(this.#rule(columns));
      if (!this.#trySymbol(",") && !this.#isSymbol(")")) throw this.#unexpected("a comma or the end of the rules");
    }
    return { columns: names, rules };
  }

  /** Before 0.7: `RANGE COLUMNS (a) (PARTITION p0 VALUES LESS THAN (10), …)`. */
  #ranges(definitions: readonly ObservedColumn[]): {
    readonly columns: readonly string[];
    readonly rules: readonly PartitionKey[];
  } {
    this.#words("RANGE", "COLUMNS");
    const columns = this.#identifierList();
    const partitions: { readonly name: string; readonly lessThan: UpperBound }[] = [];
    this.#symbol("(");
    while (!this.#trySymbol(")")) {
      this.#words("PARTITION");
      const name = this.#identifier();
      this.#words("VALUES", "LESS", "THAN");
      partitions.push({ name, lessThan: this.#bound() });
      if (!this.#trySymbol(",") && !this.#isSymbol(")")) throw this.#unexpected("a comma or the end of the partitions");
    }
    const types = new Map(definitions.map((column) => [column.name, column.type]));
    return { columns, rules: partitionRules({ kind: "range", columns, partitions }, types).map((rule) => rule.key) };
  }

  #bound(): UpperBound {
    const values: UpperBound[number][] = [];
    this.#symbol("(");
    while (!this.#trySymbol(")")) {
      const sign = this.#trySymbol("-") ? "-" : "";
      const token = this.#take();
      if (token.kind === "end" || token.kind === "symbol") throw this.#unexpected("a bound", token);
      values.push(
        token.kind === "word" && token.text.toUpperCase() === "MAXVALUE" ? { maxvalue: true } : sign + token.text,
      );
      if (!this.#trySymbol(",") && !this.#isSymbol(")")) throw this.#unexpected("a comma or the end of the bound");
    }
    return values;
  }

  #rule(columns: readonly string[]): PartitionKey {
    const start = this.#peek().start;
    let end = start;
    while (!this.#isSymbol(",") && !this.#isSymbol(")")) {
      if (this.#peek().kind === "end") throw this.#unexpected("the end of a partition rule");
      end = this.#take().end;
    }
    const parsed = parsePartitionRule(this.#text.slice(start, end), columns);
    if (parsed.kind === "problem") throw new SqlTextError(parsed.problem, start + parsed.offset);
    return formatPartitionRule(parsed.expression);
  }

  #options(): Record<string, string> {
    const options: Record<string, string> = {};
    this.#symbol("(");
    while (!this.#trySymbol(")")) {
      let key = this.#take().text;
      while (this.#trySymbol(".")) key += `.${this.#take().text}`;
      this.#symbol("=");
      options[key] = this.#optionValue();
      if (!this.#trySymbol(",") && !this.#isSymbol(")")) throw this.#unexpected("a comma or the end of the options");
    }
    return options;
  }

  #optionValue(): string {
    const token = this.#take();
    if (token.kind === "end" || token.kind === "symbol") throw this.#unexpected("an option value", token);
    return token.text;
  }

  #identifierList(): readonly string[] {
    const names: string[] = [];
    this.#symbol("(");
    while (!this.#trySymbol(")")) {
      names.push(this.#identifier());
      if (!this.#trySymbol(",") && !this.#isSymbol(")")) throw this.#unexpected("a comma or the end of the names");
    }
    return names;
  }

  /** Skips `( … )` with what is nested in it; gives the offset of its end. */
  #parenthesised(): number {
    this.#symbol("(");
    for (let depth = 1; ;) {
      const token = this.#take();
      if (token.kind === "end") throw this.#unexpected("a closing parenthesis", token);
      if (token.kind !== "symbol") continue;
      if (token.text === "(") depth++;
      if (token.text === ")" && --depth === 0) return token.end;
    }
  }

  #peek(): SqlToken {
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)] as SqlToken;
  }

  #take(): SqlToken {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #isWord(word: string, ahead = 0): boolean {
    const token = this.#tokens[this.#next + ahead];
    return token?.kind === "word" && token.text.toUpperCase() === word;
  }

  #tryWord(word: string): boolean {
    return this.#tryWords(word);
  }

  #tryWords(...words: readonly string[]): boolean {
    if (!words.every((word, i) => this.#isWord(word, i))) return false;
    this.#next += words.length;
    return true;
  }

  #words(...words: readonly string[]): void {
    for (const word of words) if (!this.#tryWords(word)) throw this.#unexpected(word);
  }

  #isSymbol(symbol: string): boolean {
    const token = this.#peek();
    return token.kind === "symbol" && token.text === symbol;
  }

  #trySymbol(symbol: string): boolean {
    if (!this.#isSymbol(symbol)) return false;
    this.#next++;
    return true;
  }

  #symbol(symbol: string): void {
    if (!this.#trySymbol(symbol)) throw this.#unexpected(`"${symbol}"`);
  }

  #identifier(): string {
    const token = this.#take();
    if (token.kind !== "identifier" && token.kind !== "word") throw this.#unexpected("a name", token);
    return token.text;
  }

  #string(): string {
    const token = this.#take();
    if (token.kind !== "string") throw this.#unexpected("a text in quotes", token);
    return token.text;
  }

  #unexpected(expected: string, token: SqlToken = this.#peek()): SqlTextError {
    const found = token.kind === "end" ? "the end of the text" : `"${this.#text.slice(token.start, token.end)}"`;
    return new SqlTextError(`expected ${expected}, found ${found} at ${token.start}`, token.start);
  }
}

const INDEX_KINDS: ReadonlySet<string> = new Set(["INVERTED", "SKIPPING", "FULLTEXT", "VECTOR"]);
const CLAUSES: ReadonlySet<string> = new Set([
  "NOT",
  "NULL",
  "DEFAULT",
  "COMMENT",
  "PRIMARY",
  "TIME",
  "INVERTED",
  "SKIPPING",
  "FULLTEXT",
]);
