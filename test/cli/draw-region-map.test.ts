import { createColors } from "picocolors";
import { drawRegionMap } from "../../src/cli/draw-region-map";
import { observe } from "../planning/fixtures";

test("a map of many tables on a thousand datanodes has a line for each table", () => {
  const tables = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`t${index}`, [index % 1_000, 999]]));
  const lines = drawRegionMap(observe(tables, 1_000), createColors(false)).split("\n");
  expect(lines).toHaveLength(201);
  expect(lines[1]).toMatch(/^public\.t0 +1 +· /);
});
