/** The cluster's only source of chance: same seed, same ids, same choices. */
export interface Random {
  /** An integer in [0, 2^32). */
  next(): number;
  /** An integer in [0, n). */
  below(n: number): number;
  /** A version 4 UUID in lower case. */
  uuid(): string;
}

/** A 32 bit counter mixed by multiplication (the "splitmix" family): small, fast, good enough for ids and jitter. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const hex = (): string => next().toString(16).padStart(8, "0");
  return {
    next,
    below: (n) => Math.floor((next() / 4_294_967_296) * n),
    uuid() {
      const digits = (hex() + hex() + hex() + hex()).split("");
      digits[12] = "4";
      digits[16] = "89ab"[next() & 3] as string;
      const text = digits.join("");
      return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
    },
  };
}
