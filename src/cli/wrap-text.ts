/** The lines of a text, broken between words so that none is wider than `columns`; each line keeps its own indent behind `indent`. */
export function wrapText(text: string, columns: number, indent: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const own = `${indent}${/^ */.exec(line)?.[0] ?? ""}`;
    const lines: string[] = [];
    let current = "";
    for (const word of line.trim().split(" ")) {
      if (current !== "" && own.length + current.length + 1 + word.length > columns) {
        lines.push(own + current);
        current = word;
      } else current = current === "" ? word : `${current} ${word}`;
    }
    return [...lines, own + current];
  });
}
