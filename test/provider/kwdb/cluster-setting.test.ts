import { UNKNOWN } from "../../../src/plugin";
import { at } from "../harness";
import { codes, KwdbWorld, resourceOf } from "./harness";

let world: KwdbWorld;
beforeEach(async () => (world = await KwdbWorld.start()));
afterEach(() => world.stop());

const REBALANCE = "kv.allocator.ts_consider_rebalance.enabled";
const RATE = "kv.snapshot_rebalance.max_rate";

test("set, settled, changed, and back to the default that was found", async () => {
  const setting = world.setting();
  expect((await setting.apply({ name: REBALANCE, value: "off" })).diagnostics).toEqual([]);
  expect(setting.state).toEqual({ name: REBALANCE, value: "off", id: REBALANCE, type: "boolean", found: null });
  expect(await world.settingValue(REBALANCE)).toBe("f");
  await setting.refresh();
  expect(setting.isSettled({ name: REBALANCE, value: "off" })).toBe(true);
  expect(setting.isSettled({ name: REBALANCE.toUpperCase(), value: "false" })).toBe(true);
  expect((await setting.apply({ name: REBALANCE, value: "true" })).diagnostics).toEqual([]);
  expect((await setting.apply(null)).diagnostics).toEqual([]);
  expect(await world.settingValue(REBALANCE)).toBe("t");
  expect(await world.cluster.sql(`SELECT name FROM system.settings WHERE name = '${REBALANCE}'`)).toEqual([]);
});

test("what somebody had set is put back", async () => {
  await world.cluster.sql(`SET CLUSTER SETTING ${RATE} = '4 MiB'`);
  const setting = world.setting();
  await setting.apply({ name: RATE, value: "8mib" });
  expect(setting.state).toMatchObject({ type: "byte size", found: "4 MiB" });
  await setting.refresh();
  expect(setting.isSettled({ name: RATE, value: "8388608" })).toBe(true);
  await setting.apply(null);
  expect(await world.settingValue(RATE)).toBe("4.0 MiB");
});

test("a change by hand is drift, in the server's own text; one to the same value is none", async () => {
  const setting = world.setting();
  await setting.apply({ name: RATE, value: "8 MiB" });
  await world.cluster.sql(`SET CLUSTER SETTING ${RATE} = '8388608'`);
  await setting.refresh();
  expect(setting.isSettled({ name: RATE, value: "8 MiB" })).toBe(true);
  await world.cluster.sql(`SET CLUSTER SETTING ${RATE} = '3 MiB'`);
  await setting.refresh();
  expect(at(setting.state, "value")).toBe("3 MiB");
  expect((await setting.apply({ name: RATE, value: "8 MiB" })).diagnostics).toEqual([]);
  expect(await world.settingValue(RATE)).toBe("8.0 MiB");
});

test("import by name; another name replaces", async () => {
  await world.cluster.sql(`SET CLUSTER SETTING ${RATE} = '4 MiB'`);
  const setting = world.setting();
  await setting.import(RATE);
  expect(setting.state).toEqual({ name: RATE, value: "4 MiB", id: RATE, type: "byte size", found: "4 MiB" });
  expect(setting.isSettled({ name: RATE, value: "4 MiB" })).toBe(true);
  expect(setting.plan({ name: REBALANCE, value: "true" }).requiresReplace).toEqual([["name"]]);
  expect(codes((await setting.import("kv.none")).diagnostics ?? [])).toEqual(["error: KWDB_SETTING_UNKNOWN"]);
});

test("stored although SET failed: what is read back counts", async () => {
  world.cluster.faults.failAfter((sql) => sql.startsWith("SET CLUSTER"), { sqlstate: "XXUUU", message: "setting updated but timed out waiting to read new value" });
  const setting = world.setting();
  expect((await setting.apply({ name: REBALANCE, value: "false" })).diagnostics).toEqual([]);
  expect(at(setting.state, "found")).toBeNull();
});

test.each([
  ["kv.none", "1", "KWDB_SETTING_UNKNOWN", "name"],
  [REBALANCE, "maybe", "KWDB_SETTING_WRONG_VALUE", "value"],
  ["kv.kvserver.ts_split_interval", "1.5", "KWDB_SETTING_WRONG_VALUE", "value"],
])("%s = %s: %s", async (name, value, code, attribute) => {
  const setting = world.setting();
  const refused = await setting.apply({ name, value });
  expect(codes(refused.diagnostics)).toEqual([`error: ${code}`]);
  expect(refused.diagnostics[0]!.path).toEqual([attribute]);
  expect(setting.state).toBeNull();
});

test("a value that the server refuses is not set", async () => {
  const setting = world.setting();
  const refused = await setting.apply({ name: "kv.kvserver.ts_split_interval", value: "-1" });
  expect(refused.diagnostics.map(({ severity }) => severity)).toEqual(["error"]);
  expect(await world.settingValue("kv.kvserver.ts_split_interval")).toBe("10");
});

test("a change between plan and apply is refused, at destruction too", async () => {
  const setting = world.setting();
  await setting.apply({ name: RATE, value: "8 MiB" });
  await setting.refresh();
  const { planned } = setting.plan({ name: RATE, value: "2 MiB" });
  await world.cluster.sql(`SET CLUSTER SETTING ${RATE} = '3 MiB'`);
  expect(codes((await setting.apply({ name: RATE, value: "2 MiB" }, planned)).diagnostics)).toEqual(["error: PLAN_STALE"]);
  expect(codes((await setting.apply(null)).diagnostics)).toEqual(["error: PLAN_STALE"]);
  expect(at(setting.state, "value")).toBe("8 MiB");
  await setting.refresh();
  expect((await setting.apply(null)).diagnostics).toEqual([]);
  expect(await world.settingValue(RATE)).toBe("16 MiB");
});

test("who is no administrator hears so, at reading and at applying", async () => {
  await world.cluster.sql("CREATE USER carl");
  const client = world.client({ TOPOFORM_KWDB_USER: "carl" });
  const setting = world.setting(client);
  expect(codes((await setting.apply({ name: RATE, value: "8 MiB" })).diagnostics)).toEqual(["error: KWDB_NOT_ADMIN"]);
  setting.state = { name: RATE, value: "8 MiB", id: RATE, type: "byte size", found: null };
  expect(codes((await setting.refresh()).diagnostics ?? [])).toEqual(["error: KWDB_NOT_ADMIN"]);
  expect(setting.state).toMatchObject({ value: "8 MiB" });
});

test("what was found survives a killed provider", async () => {
  await world.setting().apply({ name: RATE, value: "8 MiB" });
  const setting = world.setting();
  await setting.apply({ name: RATE, value: "2 MiB" });
  expect(at(setting.state, "found")).toBeNull();
  await setting.apply(null);
  expect(await world.settingValue(RATE)).toBe("16 MiB");
});

test("validation: names that are none or never declared; unknown ones are not judged", () => {
  const { validate } = resourceOf("topoform_kwdb_cluster_setting");
  const judge = (name: string | typeof UNKNOWN) => validate!({ config: { name, value: UNKNOWN, id: null, type: null, found: null }, clientCapabilities: { writeOnlyAttributesAllowed: true, deferralAllowed: false } });
  expect(judge(RATE)).toEqual([]);
  expect(judge(UNKNOWN)).toEqual([]);
  expect(codes(judge("version") as never)).toEqual(["error: KWDB_SETTING_REFUSED"]);
  expect(codes(judge("no name; DROP") as never)).toEqual(["error: KWDB_SETTING_NAME_INVALID"]);
});

test("two resources of one setting: the second is refused", async () => {
  const client = world.client();
  await world.setting(client).apply({ name: RATE, value: "8 MiB" });
  const second = world.setting(client);
  world.inOneApply(second);
  expect(codes((await second.apply({ name: RATE, value: "2 MiB" })).diagnostics)).toEqual(["error: KWDB_DECLARED_TWICE"]);
  expect(await world.settingValue(RATE)).toBe("8.0 MiB");
});
