import { zipSync } from "fflate";

import { packageHash } from "../../../src/constructs/provider-package/package-hash";
import { zipEntries } from "../../../src/constructs/provider-package/zip-entries";

const files = { "b/long.txt": Buffer.from("x".repeat(10_000)), "a.txt": Buffer.from("é\n"), empty: Buffer.alloc(0) };

test.each([0, 9] as const)("reads what a zip of level %p holds", (level) => {
  const entries = zipEntries(Buffer.from(zipSync({ ...files, folder: {} }, { level })));
  expect(Object.fromEntries(entries.map(({ path, content }) => [path, content.toString()]))).toEqual(
    Object.fromEntries(Object.entries(files).map(([path, content]) => [path, content.toString()])),
  );
});

test.each([Buffer.alloc(0), Buffer.from("no zip"), Buffer.from(zipSync(files)).subarray(10)])(
  "refuses what is no archive",
  (bytes) => {
    expect(() => zipEntries(bytes)).toThrow();
  },
);

test("the hash does not depend on the order of the files", () => {
  const entries = zipEntries(Buffer.from(zipSync(files)));
  expect(packageHash([...entries].reverse())).toBe(packageHash(entries));
});

// echo -n hello > a; sha256sum a | sha256sum | xxd -r -p | base64
test("the hash is that of the sums of all files", () => {
  expect(packageHash([{ path: "a", content: Buffer.from("hello") }])).toBe(
    "h1:S0omwvHYkZJBBTIrDFOzhXtHX2Aiy0l03HWjdbvfNzg=",
  );
});
