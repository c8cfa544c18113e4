/** `a`, `a and b`, `a, b, and c`; with `or` always with a comma: `a, or b`. */
export function listOf(parts: readonly string[], word: "and" | "or"): string {
  if (parts.length < 2) return parts.join("");
  const comma = parts.length > 2 || word === "or" ? "," : "";
  return `${parts.slice(0, -1).join(", ")}${comma} ${word} ${parts.at(-1)}`;
}

/** With a capital letter. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
