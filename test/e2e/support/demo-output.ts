/** What the demo printed below a heading that begins with `title`, without the bar before each line. */
export function section(output: string, title: string): string {
  const found = output.split(/^▶ /m).find((part) => part.startsWith(title));
  if (found === undefined) throw new Error(`there is no section "${title}" in:\n${output}`);
  return found.replace(/^ {2}│ ?/gm, "");
}

/** Datanode of each partition of `table` in a region map. */
export function regionMap(text: string, table: string): Readonly<Record<string, number>> {
  const lines = text.split("\n");
  const begin = lines.findIndex((line) => line.trim() === table);
  if (begin === -1) throw new Error(`there is no region map of ${table} in:\n${text}`);
  const rows = lines.slice(begin + 1);
  const end = rows.findIndex((line) => !/^ {2}\S.* [·●]/.test(line));
  return Object.fromEntries(
    rows.slice(0, end === -1 ? rows.length : end).map((line) => {
      const [, partition, dots] = /^ {2}(.*?) {2,}([·●].*)$/.exec(line)!;
      return [partition!, dots!.split(/ +/).indexOf("●")];
    }),
  );
}
