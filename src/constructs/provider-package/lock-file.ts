/** One provider in `.terraform.lock.hcl`. */
export interface LockedProvider {
  /** Full address, e.g. `registry.terraform.io/hashicorp/aws`. */
  readonly address: string;
  readonly version: string;
  /** Constraint that the version was selected for; absent when there was none. */
  readonly constraints?: string;
  /** `h1:…` and `zh:…`, sorted. */
  readonly hashes: readonly string[];
}

/**
 * The providers of a `.terraform.lock.hcl` that Terraform or this package wrote. Comments are skipped.
 * Throws an Error with the position when the text is something else.
 */
export function parseLockFile(text: string): readonly LockedProvider[] {
  const reader = new TokenReader(tokenize(text));
  const providers: LockedProvider[] = [];
  while (!reader.atEnd()) providers.push(readProvider(reader));
  return providers;
}

function readProvider(reader: TokenReader): LockedProvider {
  reader.expect("provider");
  const address = reader.string();
  const values = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  reader.expect("{");
  while (!reader.skip("}")) {
    const name = reader.word();
    reader.expect("=");
    if (reader.skip("[")) lists.set(name, reader.restOfList());
    else values.set(name, reader.string());
  }
  const constraints = values.get("constraints");
  const version = values.get("version") ?? "";
  return { address, version, hashes: lists.get("hashes") ?? [], ...(constraints === undefined ? {} : { constraints }) };
}

class TokenReader {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  atEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  /** Whether that symbol comes next; if so, goes past it. */
  skip(symbol: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== "symbol" || token.text !== symbol) return false;
    this.at += 1;
    return true;
  }

  expect(text: string): void {
    const token = this.next();
    if (token.kind === "string" || token.text !== text) throw new Error(`expected ${text}, found ${token.text}`);
  }

  word(): string {
    return this.ofKind("word");
  }

  string(): string {
    return this.ofKind("string");
  }

  restOfList(): readonly string[] {
    const strings: string[] = [];
    while (!this.skip("]")) {
      strings.push(this.string());
      this.skip(",");
    }
    return strings;
  }

  private ofKind(kind: Token["kind"]): string {
    const token = this.next();
    if (token.kind !== kind) throw new Error(`expected a ${kind}, found ${token.text}`);
    return token.text;
  }

  private next(): Token {
    const token = this.tokens[this.at] ?? { kind: "end", text: "the end of the file" };
    this.at += 1;
    return token;
  }
}

interface Token {
  readonly kind: "string" | "word" | "symbol" | "end";
  readonly text: string;
}

function tokenize(text: string): readonly Token[] {
  const pattern = /\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"\\\n]|\\.)*)"|([A-Za-z_][\w-]*)|([{}[\]=,])/gy;
  const tokens: Token[] = [];
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new Error(`unexpected text at line ${text.slice(0, from).split("\n").length}`);
    if (match[1] !== undefined) tokens.push({ kind: "string", text: match[1] });
    else if (match[2] !== undefined) tokens.push({ kind: "word", text: match[2] });
    else if (match[3] !== undefined) tokens.push({ kind: "symbol", text: match[3] });
  }
  return tokens;
}

/**
 * The text of a lock file in the form in which Terraform writes it, so that `terraform init` finds nothing to change.
 *
 * `leaveToTerraform` lists providers that `terraform init` shall select and lock by itself. CDKTF's command line would
 * run `terraform providers lock` as soon as one required provider is not in the file; that command asks the registry for
 * every provider, also for those that come with the stack, and fails. CDKTF 0.21 reads the file line by line,
 * Terraform as HCL: a block inside a comment counts for the one and not for the other. Later blocks win in CDKTF's reading.
 */
export function renderLockFile(providers: readonly LockedProvider[], leaveToTerraform: readonly string[]): string {
  const blocks = [...providers].sort((a, b) => (a.address < b.address ? -1 : 1)).map(renderProvider);
  const header =
    '# This file is maintained automatically by "terraform init".\n# Manual edits may be lost in future updates.\n';
  const comment = leaveToTerraform.length === 0 ? [] : [renderLeftToTerraform([...leaveToTerraform].sort())];
  return [header, ...blocks, ...comment].join("\n");
}

function renderProvider(provider: LockedProvider): string {
  const constraints = provider.constraints === undefined ? "" : `  constraints = "${provider.constraints}"\n`;
  const hashes =
    provider.hashes.length === 0
      ? ""
      : `  hashes = [\n${provider.hashes.map((hash) => `    "${hash}",\n`).join("")}  ]\n`;
  const version =
    provider.constraints === undefined
      ? `  version = "${provider.version}"\n`
      : `  version     = "${provider.version}"\n`;
  return `provider "${provider.address}" {\n${version}${constraints}${hashes}}\n`;
}

function renderLeftToTerraform(addresses: readonly string[]): string {
  const blocks = addresses.map((address) => `provider "${address}" {\n  constraints = ">= 0"\n}\n`);
  const reason =
    "Read by the cdktf command line only. terraform init selects and locks these providers by itself; without this list\n" +
    "cdktf would run terraform providers lock, which asks the registry for every provider of the stack, also for those\n" +
    "that come with it.\n";
  return `/*\n${reason}\n${blocks.join("\n")}*/\n`;
}
