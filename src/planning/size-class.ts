/** Regions below this size are all alike: their figures change with every flush, and moving them costs the same. */
const LEAST = 1n << 20n;

/**
 * The size by which planning counts a region: the next of 1, 1.5, 2, 3, 4, 6, 8, … MiB that is not less. So a plan does not change
 * with every write, and a capacity in bytes is never exceeded. The class of a class is itself.
 */
export function sizeClass(bytes: bigint): bigint {
  if (bytes <= LEAST) return LEAST;
  // Exact in floating point: a power of two, or three quarters of one; only the comparison with 2^53 and more must be of integers.
  let power = 2 ** Math.max(20, Math.floor(Math.log2(Number(bytes))) - 1);
  while (BigInt(power) < bytes) power *= 2;
  const between = BigInt(power * 0.75);
  return between >= bytes ? between : BigInt(power);
}

/**
 * The class to remember for a region whose class was `before`: the same one as long as the size is within half of it, so that a size
 * at the border of two classes does not change the record at every reading. null when nothing is known.
 */
export function rememberedSize(before: bigint | null, bytes: bigint | null): bigint | null {
  if (bytes === null) return before;
  if (before === null) return sizeClass(bytes);
  const grown = bytes * 2n > before * 3n;
  const shrunk = before > LEAST && bytes * 2n < before;
  return grown || shrunk ? sizeClass(bytes) : before;
}
