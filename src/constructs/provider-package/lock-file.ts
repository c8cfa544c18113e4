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
  const tokens = tokenize(text);
  const providers: LockedProvider[] = [];
  let at = 0;
  const next = (): Token => tokens[at++] ?? { kind: "end", text: "the end of the file" };
  const expect = (wanted: string): void => {
    const token = next();
    if (token.kind === "string" || token.text !== wanted) throw new Error(`expected ${wanted}, found ${token.text}`);
  };
  const string = (): string => {
    const token = next();
    if (token.kind !== "string") throw new Error(`expected a string, found ${token.text}`);
    return token.text;
  };
  const strings = (): readonly string[] => {
    const list: string[] = [];
    while (tokens[at]?.text !== "]" || tokens[at]?.kind === "string") {
      list.push(string());
      if (tokens[at]?.text === "," && tokens[at]?.kind === "symbol") at++;
    }
    expect("]");
    return list;
  };
  while (at < tokens.length) {
    expect("provider");
    const address = string();
    const single = new Map<string, string>();
    let hashes: readonly string[] = [];
    expect("{");
    while (tokens[at]?.text !== "}") {
      const name = next().text;
      expect("=");
      if (tokens[at]?.text !== "[") single.set(name, string());
      else {
        at++;
        const list = strings();
        if (name === "hashes") hashes = list;
      }
    }
    expect("}");
    const constraints = single.get("constraints");
    providers.push({ address, version: single.get("version") ?? "", hashes, ...(constraints === undefined ? {} : { constraints }) });
  }
  return providers;
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
 * every provider, also for those that come with the stack, and fails. CDKTF (0.21, 0.24 as cdktn) reads the file line by line,
 * Terraform as HCL: a block inside a comment counts for the one and not for the other. Later blocks win in CDKTF's reading.
 */
export function renderLockFile(providers: readonly LockedProvider[], leaveToTerraform: readonly string[]): string {
  const blocks = [...providers].sort((a, b) => (a.address < b.address ? -1 : 1)).map(renderProvider);
  const header = '# This file is maintained automatically by "terraform init".\n# Manual edits may be lost in future updates.\n';
  const comment = leaveToTerraform.length === 0 ? [] : [renderLeftToTerraform([...leaveToTerraform].sort())];
  return [header, ...blocks, ...comment].join("\n");
}

function renderProvider(provider: LockedProvider): string {
  const constraints = provider.constraints === undefined ? "" : `  constraints = "${provider.constraints}"\n`;
  const hashes = provider.hashes.length === 0 ? "" : `  hashes = [\n${provider.hashes.map((hash) => `    "${hash}",\n`).join("")}  ]\n`;
  const version = provider.constraints === undefined ? `  version = "${provider.version}"\n` : `  version     = "${provider.version}"\n`;
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
