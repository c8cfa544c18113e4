import fc from "fast-check";
import { formatHumantime, parseHumantime, parseHumantimeMs } from "../../../src/engines/greptimedb/humantime";
import { canonicalOption, createOptionKeys, ttlNanos } from "../../../src/engines/greptimedb/table-options";
import { canonicalDefault, defaultSql } from "../../../src/engines/greptimedb/column-default";
import { RECORDED_VERSIONS, recorded, type RecordedStatement } from "./recordings";

test.each([
  ["ttl", "7d", "7days"],
  ["ttl", "1 day", "1day"],
  ["ttl", "6 hours", "6h"],
  ["ttl", "2years", "2years"],
  ["ttl", "90d", "2months 29days 2h 52m 48s"],
  ["ttl", "36h", "1day 12h"],
  ["ttl", "1h30m", "1h 30m"],
  ["ttl", "0s", "forever"],
  ["ttl", "0d", "forever"],
  ["ttl", "", "forever"],
  ["ttl", "NULL", "forever"],
  ["ttl", "instant", "instant"],
  ["ttl", "1 second", "1s"],
  ["write_buffer_size", "1024", "1.0KiB"],
  ["write_buffer_size", "1KiB", "1.0KiB"],
  ["write_buffer_size", "128MiB", "128.0MiB"],
  ["append_mode", "TRUE", "true"],
  ["merge_mode", "last_non_null", "last_non_null"],
])("%s = %p reads back %p", (key, value, expected) => expect(canonicalOption(key, value)).toBe(expected));

test("canonical forms are their own canonical forms", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 18n }), (nanos) => {
      expect(parseHumantime(formatHumantime(nanos))).toBe(nanos);
    }),
  );
});

test.each(RECORDED_VERSIONS)("every heartbeat age recorded of %s is read", (version) => {
  const rows = recorded<RecordedStatement>(version, "statements").find(
    (line) => line.sql === "SELECT * FROM information_schema.cluster_info",
  );
  const ages = (rows?.rows ?? [])
    .flatMap((row) => [row[11], row[12]])
    .filter((text): text is string => typeof text === "string");
  expect(ages.length).toBeGreaterThan(3);
  for (const age of ages) expect(parseHumantimeMs(age)).toBeGreaterThan(0);
});

test("ages", () => {
  expect(parseHumantimeMs("24h 10m 59s 150ms")).toBe(87_059_150);
  expect(parseHumantimeMs("soon")).toBeUndefined();
});

test("how long rows are kept", () => {
  expect(ttlNanos("forever")).toBeNull();
  expect(ttlNanos("instant")).toBe(0n);
  expect(ttlNanos("1s")).toBe(1_000_000_000n);
});

test("keys of create_options, values with spaces among them", () => {
  const text =
    "write_buffer_size=1.0KiB ttl=2months 29days compaction.type=twcs comment=hello compaction.twcs.time_window=1h";
  expect([...createOptionKeys(text)]).toEqual([
    "write_buffer_size",
    "ttl",
    "compaction.type",
    "comment",
    "compaction.twcs.time_window",
  ]);
  expect([...createOptionKeys("")]).toEqual([]);
});

test.each([
  ["5", "INT", "5"],
  ["x'y", "STRING", "'x''y'"],
  ["5", "STRING", "'5'"],
  ["now()", "STRING", "'now()'"],
  ["now()", "TIMESTAMP(3)", "now()"],
  ["CURRENT_TIMESTAMP", "TIMESTAMP", "current_timestamp()"],
  ["2024-01-01 00:00:00", "TIMESTAMP(3)", "'2024-01-01 00:00:00'"],
  ["1.5", "DOUBLE", "1.5"],
  ["true", "BOOLEAN", "true"],
  ["1); DROP TABLE x", "INT", "'1); DROP TABLE x'"],
  ["x' OR 1", "DATE", "'x'' OR 1'"],
])("default %p of a %s column is written %s", (text, type, sql) => expect(defaultSql(text, type)).toBe(sql));

test.each([
  ["now()", "current_timestamp()", "TIMESTAMP(3)", true],
  ["10", "10.0", "DOUBLE", true],
  ["10", "10.0", "STRING", false],
  ["2024-01-01 00:00:00", "2024-01-01 00:00:00+0000", "TIMESTAMP(3)", true],
  ["TRUE", "true", "BOOLEAN", true],
  ["1", "2", "INT", false],
])("defaults %p and %p of a %s column: equal is %s", (a, b, type, equal) => {
  expect(canonicalDefault(a, type) === canonicalDefault(b, type)).toBe(equal);
});
