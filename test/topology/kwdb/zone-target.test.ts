import fc from "fast-check";
import { compareTargets, formatZoneTarget, sameTarget } from "../../../src/topology/kwdb/format-zone-target";
import { parseZoneTarget } from "../../../src/topology/kwdb/parse-zone-target";
import { Target, depthOf, parentsOf, type ZoneTarget } from "../../../src/topology/kwdb/zone-target";
import { anyTarget } from "./arbitraries";

describe("zone targets", () => {
  test.each<readonly [string, ZoneTarget, string]>([
    ["RANGE meta", Target.range("meta"), "RANGE meta"],
    ["range DEFAULT", Target.range("default"), "RANGE default"],
    ["DATABASE tsdb", Target.database("tsdb"), "DATABASE tsdb"],
    ["DATABASE TsDb", Target.database("tsdb"), "DATABASE tsdb"],
    ['DATABASE "MyDb"', Target.database("MyDb"), 'DATABASE "MyDb"'],
    ["TABLE tsdb.ts1", Target.table("tsdb", "ts1"), "TABLE tsdb.public.ts1"],
    ["TABLE tsdb.public.ts1", Target.table("tsdb", "ts1"), "TABLE tsdb.public.ts1"],
    ["INDEX d.t@wi", Target.index("d", "t", "wi"), "INDEX d.public.t@wi"],
    ["PARTITION p OF TABLE d.t", Target.partition("d", "t", "p"), "PARTITION p OF TABLE d.public.t"],
    [
      "PARTITION p OF INDEX d.public.t@primary",
      Target.partition("d", "t", "p", "primary"),
      "PARTITION p OF INDEX d.public.t@primary",
    ],
    ["PARTITION default OF TABLE d.t", Target.partition("d", "t", "default"), "PARTITION default OF TABLE d.public.t"],
  ])("%s", (text, target, canonical) => {
    expect(parseZoneTarget(text)).toEqual({ kind: "parsed", target });
    expect(formatZoneTarget(target)).toBe(canonical);
  });

  test.each([
    ["RANGE foo", 'There is no range "foo"'],
    ["RANGE metta", 'Did you mean "meta"?'],
    ["RANGE 5", '"5" cannot be read'],
    ["TABLE t", "The table's database is missing"],
    ["TABLE d.s.t", 'Only schema "public" has zones, not "s"'],
    ["TABLE a.b.c.d", "too many parts"],
    ["INDEX d.t", "The index is missing"],
    ["PARTITION p OF INDEX d.t@*", "declare each index by itself"],
    ["PARTITION p OF TABLE d.t@i", "named with OF INDEX"],
    ["PARTITION p TABLE d.t", "stands where OF is expected"],
    ["DATABASE d e", '"e" is too much'],
    ['DATABASE ""', "is empty"],
    ["", "The end stands where RANGE"],
    ['"RANGE" meta', "stands where RANGE"],
    ["DATABASE d;", '";" cannot be read'],
  ])("refuses %s", (text, detail) => {
    const parsed = parseZoneTarget(text);
    expect(parsed.kind).toBe("invalid");
    expect(parsed.kind === "invalid" ? parsed.detail : "").toContain(detail);
  });

  test("canonical text reads back as the same target", () => {
    fc.assert(
      fc.property(anyTarget, (target) =>
        expect(parseZoneTarget(formatZoneTarget(target))).toEqual({ kind: "parsed", target }),
      ),
    );
  });

  test("order is total, and parents stand before their children", () => {
    fc.assert(
      fc.property(anyTarget, anyTarget, (a, b) => {
        expect(Math.sign(compareTargets(a, b))).toBe(-Math.sign(compareTargets(b, a)) + 0);
        expect(compareTargets(a, b) === 0).toBe(sameTarget(a, b));
        for (const parent of parentsOf(a)) expect(depthOf(parent)).toBeLessThan(depthOf(a));
      }),
    );
  });

  test("inheritance follows partition, index, table, database, default", () => {
    const parents = parentsOf(Target.partition("d", "t", "p", "primary")).map(formatZoneTarget);
    expect(parents).toEqual(["INDEX d.public.t@primary", "TABLE d.public.t", "DATABASE d", "RANGE default"]);
    expect(parentsOf(Target.range("meta")).map(formatZoneTarget)).toEqual(["RANGE default"]);
    expect(parentsOf(Target.range("default"))).toEqual([]);
  });
});
