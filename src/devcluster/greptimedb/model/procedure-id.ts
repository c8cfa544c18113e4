const GROUPS = [8, 4, 4, 4, 12] as const;

/** Why the text is not a UUID, in the words of the server's parser; undefined when it is one. */
export function uuidProblem(text: string): string | undefined {
  const { body, offset, bare } = stripped(text);
  const characters = [...body];
  const hyphens: number[] = [];
  let index = 0;
  for (const character of characters) {
    if (character === "-") hyphens.push(index);
    else if (!/^[0-9a-fA-F]$/.test(character)) {
      return `invalid character: expected an optional prefix of \`urn:uuid:\` followed by [0-9a-fA-F-], found \`${character}\` at ${index + offset + 1}`;
    }
    index += Buffer.byteLength(character);
  }
  if (hyphens.length === 0 && bare) {
    return body.length === 32 ? undefined : `invalid length: expected length 32 for simple format, found ${body.length}`;
  }
  if (hyphens.length !== 4) return `invalid group count: expected 5, found ${hyphens.length + 1}`;
  return groupProblem(body);
}

function groupProblem(body: string): string | undefined {
  const groups = body.split("-");
  for (const [group, expected] of GROUPS.entries()) {
    const found = (groups[group] as string).length;
    if (found !== expected) return `invalid group length in group ${group}: expected ${expected}, found ${found}`;
  }
  return undefined;
}

/** The canonical spelling of a UUID that {@link uuidProblem} accepts. */
export function canonicalUuid(text: string): string {
  const digits = stripped(text).body.replaceAll("-", "").toLowerCase();
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");
}

function stripped(text: string): { readonly body: string; readonly offset: number; readonly bare: boolean } {
  if (text.startsWith("{") && text.endsWith("}") && text.length > 1) return { body: text.slice(1, -1), offset: 1, bare: false };
  const prefix = "urn:uuid:";
  if (text.startsWith(prefix)) return { body: text.slice(prefix.length), offset: prefix.length, bare: false };
  return { body: text, offset: 0, bare: true };
}
