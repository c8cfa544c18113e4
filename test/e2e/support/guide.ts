import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./built-package";

/** The text of a guide. */
export function textOfGuide(name: string): string {
  return readFileSync(join(REPOSITORY, "docs", "guides", name), "utf8");
}

/** The files that a guide tells its reader to write: a line with the name in backticks and a colon, then the text in a fence. */
export function filesOfGuide(name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...textOfGuide(name).matchAll(/^`([^`\n]+)`:\n\n```\w+\n([^]*?)^```$/gm)].map(([, file, text]) => [file!, text!]),
  );
}

/** The blocks of a language, in order; of none when `language` is empty. */
export function blocksOf(text: string, language: string): readonly string[] {
  const fences = text.matchAll(/^```(\w*)\n([^]*?)^```$/gm);
  return [...fences].filter(([, named]) => named === language).map(([, , block]) => block!);
}

/** The programs in the README, in order. */
export function programsOfReadme(): readonly string[] {
  return blocksOf(readFileSync(join(REPOSITORY, "README.md"), "utf8"), "ts");
}
