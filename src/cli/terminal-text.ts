const COLOR = /\u001b\[[0-9;]*m/g;

/** Columns that a line takes on a terminal, colours not counted. Characters are taken to be one column wide. */
export function terminalWidth(line: string): number {
  return [...line.replace(COLOR, "")].length;
}

/** The line cut to `width` columns, with `…` where it was cut; colours are kept and closed. */
export function truncateToWidth(line: string, width: number): string {
  if (terminalWidth(line) <= width) return line;
  let left = width - 1;
  let colored = false;
  const text = line.replace(/(\u001b\[[0-9;]*m)|([^\u001b])/gu, (_, color: string | undefined, character: string) => {
    if (color !== undefined) {
      colored = true;
      return color;
    }
    left -= 1;
    return left === -1 ? "…" : left < 0 ? "" : character;
  });
  return colored ? `${text}\u001b[0m` : text;
}
