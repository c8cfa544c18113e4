import { ZONE_VARIABLES, formatValue, variablesOf } from "../../../src/topology/kwdb/zone-values";
import { readZones } from "../../../src/engines/kwdb/inspect";
import { decodeZone, ZoneBytesError } from "../../../src/engines/kwdb/zone-protobuf";
import { formatZoneTarget } from "../../../src/topology/kwdb/format-zone-target";
import { PortError } from "../../../src/engines/port";
import { recorded } from "./recordings";

/** Every recorded zone with its bytes and the SQL that the server prints for it. */
const zones = recorded().flatMap(({ sql, rows, columns }) => {
  const bytes = columns?.indexOf("encode 25") ?? -1;
  const raw = columns?.indexOf("raw_config_sql 25") ?? -1;
  return bytes < 0 || raw < 0 || sql === undefined
    ? []
    : (rows ?? []).map((row) => ({
        target: row[columns?.indexOf("target 25") ?? 0] ?? "",
        bytes: row[bytes] ?? "",
        sql: row[raw] ?? "",
      }));
});

describe("a zone's bytes", () => {
  test("are recorded", () => expect(zones.length).toBeGreaterThanOrEqual(9));

  test.each(zones)("say the same as the server's SQL: $target", ({ bytes, sql }) => {
    const { own } = decodeZone(`\\x${bytes}`);
    const printed = new Map(
      [...sql.matchAll(/\t([a-z_.]+) = '?([^\n]*?)'?(?:,\n|$)/g)].map(([, name, value]) => [name, value]),
    );
    expect(
      Object.fromEntries(
        variablesOf(own).map((name) => [
          ZONE_VARIABLES.find((variable) => variable.name === name)?.sql,
          formatValue(own, name),
        ]),
      ),
    ).toEqual(Object.fromEntries(printed));
  });

  const message = (number: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  const constraint = (type: number, key: string, value: string): Buffer =>
    message(
      6,
      Buffer.concat([
        Buffer.from([8, type]),
        ...(key === "" ? [] : [message(2, Buffer.from(key))]),
        message(3, Buffer.from(value)),
      ]),
    );

  test("constraints for single replicas and lease preferences", () => {
    const group = (value: string): Buffer =>
      message(6, Buffer.concat([constraint(1, "region", value), Buffer.from([56, 1])]));
    const preference = message(
      9,
      message(
        1,
        Buffer.concat([Buffer.from([8, 2]), message(2, Buffer.from("region")), message(3, Buffer.from("NODE2"))]),
      ),
    );
    const bytes = Buffer.concat([
      Buffer.from([0x28, 3]),
      group("NODE2"),
      group("NODE1"),
      preference,
      Buffer.from([0x50, 0, 0x58, 0]),
    ]);
    const { own } = decodeZone(`\\x${bytes.toString("hex")}`);
    expect(formatValue(own, "constraints")).toBe("{+region=NODE1: 1, +region=NODE2: 1}");
    expect(formatValue(own, "leasePreferences")).toBe("[[-region=NODE2]]");
  });

  test("constraints for all replicas, an attribute, and what is inherited", () => {
    const bytes = Buffer.concat([
      message(6, Buffer.concat([constraint(1, "", "ssd"), Buffer.from([56, 0])])),
      Buffer.from([0x50, 0, 0x58, 1]),
    ]);
    expect(decodeZone(`\\x${bytes.toString("hex")}`).own).toEqual({
      constraints: { kind: "all-replicas", constraints: [{ requirement: "required", value: "ssd" }] },
    });
  });

  test("the mark of time-series partitions", () =>
    expect(decodeZone("\\x5001580168 01".replace(" ", "")).rebalance).toBe(true));

  test.each([
    ["not hexadecimal", "28"],
    ["cut off", "\\x28"],
    ["cut off inside", "\\x2205"],
    ["unknown wire type", "\\x2b"],
    ["constraint of no kind", `\\x${message(6, constraint(0, "", "x")).toString("hex")}`],
  ])("%s is refused", (_, text) => expect(() => decodeZone(text)).toThrow(ZoneBytesError));

  test("fields of newer servers are skipped", () =>
    expect(decodeZone("\\x2803500158018001ff01").own).toEqual({ numReplicas: 3 }));
});

describe("rows of zones", () => {
  const row = (...names: readonly (string | null)[]): readonly (string | null)[] => [
    "1",
    "0",
    ...names,
    "\\x280550015801",
  ];
  test("are told by their names, not by their target's text", () => {
    const zonesRead = readZones([
      row("meta", null, null, null, null),
      row(null, "MyDb", null, null, null),
      row(null, "d", "t", null, null),
      row(null, "d", "t", "wi", null),
      row(null, "d", "t", "primary", "p"),
    ]);
    expect(zonesRead.map(({ target }) => formatZoneTarget(target))).toEqual([
      'DATABASE "MyDb"',
      "RANGE meta",
      "TABLE d.public.t",
      "INDEX d.public.t@wi",
      "PARTITION p OF INDEX d.public.t@primary",
    ]);
    expect(zonesRead[0]?.own).toEqual({ numReplicas: 5 });
  });
  test("that cannot be read are a failure, never an empty zone", () => {
    expect(() => readZones([["1", "0", "newrange", null, null, null, null, "\\x"]])).toThrow(PortError);
    expect(() => readZones([["1", "0", "meta", null, null, null, null, "\\x28"]])).toThrow(PortError);
  });
});
