import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./built-package";

/** The files that a guide tells its reader to write: a line with the name in backticks and a colon, then the text in a fence. */
export function filesOfGuide(name: string): Readonly<Record<string, string>> {
  const guide = readFileSync(join(REPOSITORY, "docs", "guides", name), "utf8");
  return Object.fromEntries(
    [...guide.matchAll(/^`([^`\n]+)`:\n\n```\w+\n([^]*?)^```$/gm)].map(([, file, text]) => [file!, text!]),
  );
}

/** The only block of TypeScript in the README. */
export function programOfReadme(): string {
  const blocks = [...readFileSync(join(REPOSITORY, "README.md"), "utf8").matchAll(/^```ts\n([^]*?)^```$/gm)];
  if (blocks.length !== 1) throw new Error(`the README has ${blocks.length} blocks of TypeScript, expected 1`);
  return blocks[0]![1]!;
}
