import { byteSize, formatByteSize, parseByteSize } from "../../../src/topology/kwdb/byte-size";
import {
  canonicalConstraints,
  formatConstraints,
  formatLeasePreferences,
  parseConstraint,
  type Constraint,
  type Constraints,
} from "../../../src/topology/kwdb/constraint";
import {
  days,
  formatDuration,
  formatSeconds,
  parseDuration,
  parseSeconds,
  seconds,
} from "../../../src/topology/kwdb/duration";
import { canonicalSettingValue, type SettingType } from "../../../src/topology/kwdb/setting-value";
import { differingVariables, formatValue } from "../../../src/topology/kwdb/zone-values";
import { effectiveValues, inheritedValues, sourceOf } from "../../../src/topology/kwdb/zone-inheritance";
import { Target } from "../../../src/topology/kwdb/zone-target";

const region = (value: string): Constraint => ({ requirement: "required", key: "region", value });

describe("byte sizes", () => {
  test.each([
    ["8388608", 8_388_608n],
    ["8 MiB", 8_388_608n],
    ["8.0 MiB", 8_388_608n],
    ["8mb", 8_000_000n],
    ["1.5KiB", 1536n],
    ["0", 0n],
  ])("%s", (text, bytes) => expect(parseByteSize(text)).toBe(bytes));
  test.each(["", "x", "-1", "0.3 B", "8 XB", "1e3"])("%s is none", (text) =>
    expect(parseByteSize(text)).toBeUndefined(),
  );
  test.each([
    [8_388_608n, "8 MiB"],
    [8_388_609n, "8388609 B"],
    [0n, "0 B"],
    [1024n, "1 KiB"],
  ])("%s is written %s and read back", (bytes, text) => {
    expect(formatByteSize(byteSize(bytes))).toBe(text);
    expect(parseByteSize(text)).toBe(bytes);
  });
});

describe("durations", () => {
  test.each([
    ["240h0m0s", 864_000],
    ["240h", 864_000],
    ["10d", 864_000],
    ["10 days", 864_000],
    ["300s", 300],
    ["5m", 300],
    ["1w", 604_800],
    ["00:00:01", 1],
    ["1.5h", 5400],
    ["0", 0],
  ])("%s", (text, wanted) => expect(parseSeconds(text)).toBe(wanted));
  test.each(["", "10", "5mon", "1y", "h", "1.5s", "5 parsecs", "10d;"])("%s is none in whole seconds", (text) =>
    expect(parseSeconds(text)).toBeUndefined(),
  );
  test("negative ones and days are told", () => {
    expect(parseDuration("-1h")).toEqual({ nanos: -3_600_000_000_000n, usesDays: false });
    expect(parseDuration("1d")?.usesDays).toBe(true);
  });
  test.each([
    [days(10), "240h0m0s"],
    [seconds(300), "5m0s"],
    [seconds(30), "30s"],
    [seconds(0), "0s"],
    [days(0.5), "12h0m0s"],
  ])("%s s is %s", (value, text) => expect(formatSeconds(value)).toBe(text));
  test.each([
    [1_500_000_000n, "1.5s"],
    [200_000_000n, "200ms"],
    [1n, "1ns"],
    [-60_000_000_000n, "-1m0s"],
  ])("%s ns is %s", (nanos, text) => expect(formatDuration(nanos)).toBe(text));
  test("a day's fraction must be whole seconds", () => expect(() => days(1 / 7)).toThrow(RangeError));
});

describe("constraints", () => {
  test.each([
    ["+region=NODE1", { requirement: "required", key: "region", value: "NODE1" }],
    ["-region=NODE2", { requirement: "prohibited", key: "region", value: "NODE2" }],
    ["+ssd", { requirement: "required", value: "ssd" }],
  ])("%s", (text, constraint) => expect(parseConstraint(text)).toEqual({ kind: "parsed", constraint }));
  test.each(["region=NODE1", "+a=b=c", "+", "", "+a=", "+a b", "+a,+b", "+a: 1", "+'x'"])("%s is none", (text) =>
    expect(parseConstraint(text).kind).toBe("invalid"),
  );

  test("are printed as the server prints them", () => {
    const groups = [
      { replicas: 1, constraints: [region("NODE2")] },
      { replicas: 1, constraints: [region("NODE1")] },
    ];
    expect(formatConstraints({ kind: "per-replica", groups })).toBe("{+region=NODE1: 1, +region=NODE2: 1}");
    expect(formatConstraints({ kind: "all-replicas", constraints: [] })).toBe("[]");
    expect(formatLeasePreferences([[region("NODE1")], [{ ...region("NODE2"), requirement: "prohibited" }]])).toBe(
      "[[+region=NODE1], [-region=NODE2]]",
    );
  });

  test.each<readonly [string, Constraints, Constraints]>([
    ["an empty map is an empty list", { kind: "per-replica", groups: [] }, { kind: "all-replicas", constraints: [] }],
    [
      "one group for no replicas in particular is the list",
      { kind: "per-replica", groups: [{ replicas: 0, constraints: [region("NODE1")] }] },
      { kind: "all-replicas", constraints: [region("NODE1")] },
    ],
    [
      "order means nothing",
      { kind: "all-replicas", constraints: [region("b"), region("a")] },
      { kind: "all-replicas", constraints: [region("a"), region("b")] },
    ],
  ])("%s", (_, given, canonical) => expect(canonicalConstraints(given)).toEqual(canonical));
});

describe("zones compared", () => {
  const none = { kind: "all-replicas", constraints: [] } as const;
  const some = { kind: "all-replicas", constraints: [region("NODE1")] } as const;
  test("an empty list is none while nothing is inherited", () => {
    expect(differingVariables({ constraints: none, leasePreferences: [] }, {}, {})).toEqual([]);
    expect(differingVariables({ constraints: none }, {}, { constraints: some })).toEqual(["constraints"]);
    expect(differingVariables({ constraints: some }, {}, {})).toEqual(["constraints"]);
  });
  test("a merge time of 0 is none", () => expect(differingVariables({ tsMerge: seconds(0) }, {}, {})).toEqual([]));
  test("values are shown as the server shows them", () => {
    expect(formatValue({ tsMerge: days(10) }, "tsMerge")).toBe("240h0m0s");
    expect(formatValue({}, "gcTtl")).toBe("inherited");
  });
});

describe("inheritance", () => {
  const own = new Map([
    ["RANGE default", { numReplicas: 3, gcTtl: seconds(90_000), tsMerge: days(10) }],
    ["DATABASE d", { gcTtl: seconds(600) }],
    ["TABLE d.public.t", { numReplicas: 5 }],
  ]);
  test("variable by variable, the nearest first", () => {
    expect(effectiveValues(Target.table("d", "t"), own)).toEqual({ numReplicas: 5, gcTtl: 600 });
    expect(inheritedValues(Target.table("d", "t"), own)).toEqual({ numReplicas: 3, gcTtl: 600 });
    expect(sourceOf(Target.table("d", "t"), "gcTtl", own)).toEqual(Target.database("d"));
  });
  test("ts_merge.days comes from the most specific zone alone", () => {
    expect(effectiveValues(Target.database("e"), own).tsMerge).toBe(days(10));
    expect(effectiveValues(Target.table("d", "u"), own).tsMerge).toBeUndefined();
  });
});

describe("setting values", () => {
  test.each<readonly [SettingType, string, string | undefined]>([
    ["b", "TRUE", "true"],
    ["b", "off", "false"],
    ["b", "2", undefined],
    ["i", "5", "5"],
    ["i", " 007 ", "7"],
    ["i", "5.0", undefined],
    ["f", "0.250", "0.25"],
    ["f", "x", undefined],
    ["z", "8.0 MiB", "8 MiB"],
    ["z", "8388608", "8 MiB"],
    ["d", "60s", "1m0s"],
    ["d", "00:00:01", "1s"],
    ["d", "1d", undefined],
    ["e", "Leases", "leases"],
    ["s", " x ", " x "],
  ])("%s %s is %s", (type, text, canonical) => expect(canonicalSettingValue(type, text)).toBe(canonical));
});
