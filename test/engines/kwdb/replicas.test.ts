import { hashPoint, targetsOfRange } from "../../../src/engines/kwdb/range-zone";
import { neededReplicas, readLiveRange, replicaState } from "../../../src/engines/kwdb/replicas";
import { formatZoneTarget } from "../../../src/topology/kwdb/format-zone-target";
import { Target } from "../../../src/topology/kwdb/zone-target";
import { freshCluster, node, zonesWith } from "../../planning/kwdb/model";
import { recorded } from "./recordings";

const rows =
  recorded().find(({ group, sql }) => group === "ranges" && sql?.includes("FROM kwdb_internal.ranges ORDER") === true)
    ?.rows ?? [];
const cluster = freshCluster();
const nodes = [1, 2, 3, 4, 5].map((id) => node(id));
const range = (start: string, database: string, table: string, replicas: string): (string | null)[] => [
  "1",
  start,
  "",
  database,
  table,
  "",
  replicas,
];

describe("ranges", () => {
  test("all 59 recorded ranges of a cluster at rest agree with the zones that were recorded", () => {
    expect(replicaState(rows, [Target.range("default")], cluster, nodes)).toEqual({ total: 59, pending: [] });
  });

  test("a change shows in the ranges of its target only", () => {
    const changed = {
      ...cluster,
      zones: zonesWith([Target.range("timeseries"), { numReplicas: 5 }], [Target.table("d", "t"), { numReplicas: 5 }]),
    };
    expect(replicaState(rows, [Target.range("timeseries")], changed, nodes)).toMatchObject({
      total: 1,
      pending: [{ name: "/System/tsd", replicas: 3, wanted: 5 }],
    });
    expect(replicaState(rows, [Target.table("d", "t")], changed, nodes)).toMatchObject({
      total: 1,
      pending: [{ name: "d.t" }],
    });
    expect(replicaState(rows, [Target.database("d")], changed, nodes)).toMatchObject({
      total: 2,
      pending: [{ name: "d.t" }],
    });
  });

  test.each([
    ["/Min", "", "", ["RANGE meta"]],
    ["/System/NodeLiveness", "", "", ["RANGE liveness"]],
    ["/System/NodeLivenessMax", "", "", ["RANGE system"]],
    ["/System/tsd", "", "", ["RANGE timeseries"]],
    ['/System/"tse"', "", "", ["RANGE system"]],
    ["/Table/SystemConfigSpan/Start", "", "", ["DATABASE system"]],
    ["/Table/22", "", "", ["DATABASE system"]],
    ["/Table/37", "", "", []],
    ["/Table/78", "d", "t", ["TABLE d.public.t", "DATABASE d"]],
    ["/Table/82", "ts", "m", ["PARTITION p0 OF INDEX ts.public.m@primary", "TABLE ts.public.m", "DATABASE ts"]],
    ["/Table/82/1600", "ts", "m", ["PARTITION p1 OF INDEX ts.public.m@primary", "TABLE ts.public.m", "DATABASE ts"]],
    ["/Table/82/1000", "ts", "m", ["PARTITION p0 OF INDEX ts.public.m@primary", "TABLE ts.public.m", "DATABASE ts"]],
  ])("%s %s.%s has its zones from %j", (start, database, table, targets) => {
    expect(targetsOfRange({ start, database, table, index: "" }, cluster.tables).map(formatZoneTarget)).toEqual(
      targets,
    );
  });

  test("hash points of every version's keys", () =>
    expect(
      ["/Table/78", "/Table/78/400", "/Table/78/0/-1681111110000", "/Table/78/400/1681111110000"].map(hashPoint),
    ).toEqual([0, 400, 0, 400]));

  test("a relational partition is waited for by its whole table", () => {
    const state = replicaState(
      [range("/Table/80", "d", "p", "{1,2,3}")],
      [Target.partition("d", "p", "a", "primary")],
      cluster,
      nodes,
    );
    expect(state).toEqual({ total: 1, pending: [] });
  });

  test.each([
    [3, 5, 3],
    [7, 5, 5],
    [5, 4, 3],
    [3, 2, 2],
    [3, 1, 1],
    [1, 5, 1],
    [5, 5, 5],
    [4, 5, 4],
    [4, 3, 3],
  ])("%i replicas on %i nodes end as %i", (configured, available, wanted) =>
    expect(neededReplicas(configured, available)).toBe(wanted),
  );

  test("stores are translated to nodes and localities", () => {
    const live = readLiveRange(
      ["64", "/Table/82", "/Table/82/400", "ts", "m", "", "{11,12,99}", "12", "4096"],
      [node(1, { stores: [11] }), node(2, { stores: [12] })],
    );
    expect(live.replicas).toEqual([
      { store: 11, node: 1, locality: "region=NODE1" },
      { store: 12, node: 2, locality: "region=NODE2" },
      { store: 99, node: null, locality: "" },
    ]);
    expect(live).toMatchObject({ range: 64n, leaseholder: { node: 2 }, sizeBytes: 4096n });
  });
});
