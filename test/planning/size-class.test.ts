import * as fc from "fast-check";
import { rememberedSize, sizeClass, sizeClassNumber } from "../../src/planning/size-class";

const sizes = fc.oneof(fc.bigInt({ min: 0n, max: 1n << 34n }), fc.bigInt({ min: 0n, max: 1n << 60n }));

test("a class is no less than the size, at most half more, and its own class", () => {
  fc.assert(
    fc.property(sizes, (bytes) => {
      const found = sizeClass(bytes);
      expect(found >= bytes).toBe(true);
      if (bytes > 1n << 20n) expect(found * 2n <= bytes * 3n).toBe(true);
      expect(sizeClass(found)).toBe(found);
      expect(sizeClassNumber(bytes)).toBe(Number(found));
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  [0n, 1n],
  [1n << 20n, 1n],
  [(2n << 20n) + 1n, 3n],
  [3n << 20n, 3n],
  [(3n << 20n) + 1n, 4n],
  [5n << 20n, 6n],
  [700n << 20n, 768n],
])("%s bytes count as %s MiB", (bytes, mebibytes) => {
  expect(sizeClass(bytes)).toBe(mebibytes << 20n);
});

test("what is remembered grows at once and shrinks only when the size is below half of it", () => {
  const eight = 8n << 20n;
  expect(rememberedSize(null, 7n << 20n)).toBe(eight);
  expect(rememberedSize(eight, 5n << 20n)).toBe(eight);
  expect(rememberedSize(eight, eight)).toBe(eight);
  expect(rememberedSize(eight, eight + 1n)).toBe(12n << 20n);
  expect(rememberedSize(eight, 4n << 20n)).toBe(eight);
  expect(rememberedSize(eight, 3n << 20n)).toBe(3n << 20n);
  expect(rememberedSize(1n << 20n, 0n)).toBe(1n << 20n);
  expect(rememberedSize(eight, null)).toBe(eight);
  expect(rememberedSize(null, null)).toBeNull();
});
