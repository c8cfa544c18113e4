import type { KwdbClusterDeclaration } from "../../../src/topology/kwdb/cluster";
import { seconds } from "../../../src/topology/kwdb/duration";
import { Target } from "../../../src/topology/kwdb/zone-target";
import { changeAddress, differenceBetweenKwdbPlans } from "../../../src/planning/kwdb/plan-diff";
import { planKwdb } from "../../../src/planning/kwdb/plan-kwdb";
import { freshCluster, zonesWith } from "./model";

const table = Target.table("d", "t");
const declared = (numReplicas: number): KwdbClusterDeclaration => ({
  engine: "kwdb",
  name: "kw",
  connection: {},
  zones: [
    { target: table, values: { numReplicas }, copyFromParent: [], allowSystemRange: false, waitForReplicas: false },
  ],
  settings: [],
  rebalances: [],
  reportUndeclaredZones: false,
});
const plan = (replicas: number, observed = freshCluster()) => planKwdb({ cluster: declared(replicas), observed });

describe("an approved plan against a fresh one", () => {
  test("the same is no difference", () => expect(differenceBetweenKwdbPlans(plan(5), plan(5))).toEqual([]));

  test.each([
    [
      "somebody did it",
      plan(5),
      plan(5, freshCluster({ zones: zonesWith([table, { numReplicas: 5 }]) })),
      "not needed any more: + TABLE d.public.t",
    ],
    [
      "somebody did something else",
      plan(5),
      plan(5, freshCluster({ zones: zonesWith([table, { gcTtl: seconds(600) }]) })),
      "different now: ~ TABLE d.public.t",
    ],
    [
      "the cluster now needs more",
      plan(3, freshCluster({ zones: zonesWith([table, { numReplicas: 3 }]) })),
      plan(3),
      "not approved: + TABLE d.public.t",
    ],
  ])("%s", (_, approved, fresh, line) =>
    expect(differenceBetweenKwdbPlans(approved, fresh)).toEqual([expect.stringContaining(line)]),
  );

  test("what an interrupted run has done is no difference", () => {
    const fresh = plan(5, freshCluster({ zones: zonesWith([table, { numReplicas: 5 }]) }));
    expect(differenceBetweenKwdbPlans(plan(5), fresh, new Set(plan(5).changes.map(changeAddress)))).toEqual([]);
  });

  test("what blocks it now is said", () =>
    expect(differenceBetweenKwdbPlans(plan(5), plan(5, freshCluster({ tables: [] })))).toEqual([
      expect.stringContaining("not needed any more"),
      "blocked now: TABLE d.public.t does not exist",
    ]));
});
