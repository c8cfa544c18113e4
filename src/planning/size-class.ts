/** Regions below this size are all alike: their figures change with every flush, and moving them costs the same. */
const LEAST = 1n << 20n;

/**
 * The size by which planning counts a region: the next of 1, 1.5, 2, 3, 4, 6, 8, … MiB that is not less. So a plan does not change
 * with every write, and a capacity in bytes is never exceeded. The class of a class is itself.
 */
export function sizeClass(bytes: bigint): bigint {
  if (bytes <= LEAST) return LEAST;
  if (bytes > BigInt(Number.MAX_SAFE_INTEGER)) {
    let power = 1n << 53n;
    while (power < bytes) power *= 2n;
    return (power / 4n) * 3n >= bytes ? (power / 4n) * 3n : power;
  }
  return BigInt(classOf(Number(bytes)));
}

/** {@link sizeClass} as a number, of a size that a number holds exactly; what 100,000 regions ask for. */
export function sizeClassNumber(bytes: bigint): number {
  return bytes > BigInt(Number.MAX_SAFE_INTEGER) ? Number(sizeClass(bytes)) : classOf(Number(bytes));
}

function classOf(bytes: number): number {
  let power = Number(LEAST);
  while (power < bytes) power *= 2;
  return power > Number(LEAST) && power * 0.75 >= bytes ? power * 0.75 : power;
}

/**
 * The class to remember for a region whose class was `before`: a larger one at once, so that a capacity in bytes is not exceeded; a
 * smaller one only when the size is below half of it, so that a size at the border of two classes does not change the record at every
 * reading. null when nothing is known.
 */
export function rememberedSize(before: bigint | null, bytes: bigint | null): bigint | null {
  if (bytes === null) return before;
  if (before === null) return sizeClass(bytes);
  const grown = bytes > before;
  const shrunk = before > LEAST && bytes * 2n < before;
  return grown || shrunk ? sizeClass(bytes) : before;
}
