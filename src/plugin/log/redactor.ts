/** Takes secrets out of texts. */
export interface Redactor {
  /** Replaces every secret in the text. */
  redact(text: string): string;
}

/** What stands in the place of a secret. */
export const REDACTED = "(sensitive value)";

/**
 * Makes a redactor for a set of secrets that may grow.
 *
 * Texts shorter than four characters are not replaced: they occur in ordinary words, and replacing them would tell more
 * than it hides. Longer secrets are replaced first, so that one that contains another disappears as a whole.
 */
export function createRedactor(
  hook: (text: string) => string = (text) => text,
): Redactor & { add(secrets: Iterable<string>): void } {
  let known: readonly string[] = [];
  return {
    add(secrets) {
      const all = new Set(known);
      for (const secret of secrets) {
        if (secret.length < 4) continue;
        all.add(secret);
        all.add(JSON.stringify(secret).slice(1, -1));
        if (!/\p{Surrogate}/u.test(secret)) all.add(encodeURIComponent(secret));
      }
      known = [...all].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
    },
    redact(text) {
      let result = text;
      for (const secret of known) result = result.replaceAll(secret, REDACTED);
      return hook(result);
    },
  };
}
