import { at } from "../harness";
import { codes, KwdbWorld } from "./harness";

let world: KwdbWorld;
beforeAll(async () => (world = await KwdbWorld.start()));
afterAll(() => world.stop());

const META = { target: "RANGE meta", num_replicas: 7, allow_system_range: true };

test("meta from 5 to 7 and back: created, settled, destroyed", async () => {
  const before = await world.zoneSql("RANGE meta");
  const zone = world.zone();
  const created = await zone.apply(META);
  expect(codes(created.diagnostics)).toEqual(["warning: KWDB_REPLICAS_EXCEED_NODES"]);
  expect(at(zone.state, "id")).toBe("RANGE meta");
  expect(JSON.parse(String(at(zone.state, "found")))).toMatchObject({ num_replicas: 5, gc_ttl_seconds: 3600 });
  expect(await world.zoneSql("RANGE meta")).toBe(before!.replace("num_replicas = 5", "num_replicas = 7"));
  await zone.refresh();
  expect(zone.isSettled(META)).toBe(true);
  const destroyed = await zone.apply(null);
  expect(destroyed.diagnostics).toEqual([]);
  expect(zone.state).toBeNull();
  expect(await world.zoneSql("RANGE meta")).toBe(before);
});
