import { rmSync } from "node:fs";
import { join } from "node:path";
import { expectCode, isThere, plain } from "./support/run-program";
import { placementProject } from "./support/placement-program";
import { UserProject } from "./support/user-project";
import {
  embeddedCluster,
  moveByHand,
  realCluster,
  REAL_CLUSTER_URL,
  regionsOf,
  type EmbeddedCluster,
  type WalkCluster,
} from "./support/walk-cluster";

jest.setTimeout(300_000);

const withTerraform = isThere("terraform", ["version"], { onBuildServer: true, by: "the walks with cdktf do not run" })
  ? describe
  : describe.skip;
const realUrl = REAL_CLUSTER_URL;
const clusters: readonly (readonly [string, () => Promise<WalkCluster>])[] =
  realUrl === undefined
    ? ["1.0.2", "1.1.4"].map((version) => [`embedded ${version}`, () => embeddedCluster(version)] as const)
    : [["real", () => realCluster(realUrl)]];

withTerraform.each(clusters)("a project with the package, on the %s cluster", (_title, start) => {
  let cluster: WalkCluster;
  let project: UserProject;

  beforeAll(async () => {
    cluster = await start();
    project = await UserProject.create(placementProject(cluster));
    Object.assign(project.env, cluster.env);
  });
  afterAll(async () => {
    project?.remove();
    await cluster.stop();
  });

  const leaders = async (): Promise<readonly number[]> => (await regionsOf(cluster, "cpu")).map(({ leader }) => leader);
  const hosts = async (): Promise<readonly (string | null)[]> =>
    (await cluster.sql(`SELECT host FROM ${cluster.database}.cpu ORDER BY host`)).map((row) => row["host"]!);

  test("deploy, a region moved by hand, diff shows that one, deploy moves it back, the second diff is empty, destroy", async () => {
    const [first, second, third] = cluster.datanodes;
    const deploy = expectCode(await project.cdktf("deploy", "--auto-approve"), 0);
    expect(plain(deploy)).toContain("Apply complete! Resources: 2 added, 0 changed, 0 destroyed.");
    expect(await leaders()).toEqual([first, second, third]);

    await cluster.sql(
      `INSERT INTO ${cluster.database}.cpu (host, \`usage\`, ts) VALUES ('ada', 1.5, 1), ('hal', 2.5, 2), ('zoe', 3.5, 3)`,
    );
    await moveByHand(cluster, (await regionsOf(cluster, "cpu"))[0]!.region, first!, third!);
    expect(await leaders()).toEqual([third, second, third]);

    const drift = plain(expectCode(await project.cdktf("diff"), 0));
    expect(changedPartitions(drift)).toEqual([`"host < 'g'" = ${third} -> ${first}`]);
    expect(drift).toContain("(2 unchanged elements hidden)");
    expect(drift).toContain("moves: 1 (minimum 1), rounds: 1 (minimum 1)");
    expect(drift).toContain("Plan: 0 to add, 1 to change, 0 to destroy.");
    expect(await leaders()).toEqual([third, second, third]);

    const converge = plain(expectCode(await project.cdktf("deploy", "--auto-approve"), 0));
    expect(converge).toContain("Apply complete! Resources: 0 added, 1 changed, 0 destroyed.");
    expect(await leaders()).toEqual([first, second, third]);
    expect(await hosts()).toEqual(["ada", "hal", "zoe"]);

    const empty = plain(expectCode(await project.cdktf("diff"), 0));
    expect(empty).toContain("No changes. Your infrastructure matches the configuration.");

    const destroy = plain(expectCode(await project.cdktf("destroy", "--auto-approve"), 0));
    expect(destroy).toContain("Destroy complete! Resources: 2 destroyed.");
    expect(await cluster.sql(`SHOW TABLES FROM ${cluster.database}`)).toEqual([]);
  });
});

/** The lines of a plan that change the datanode of a partition, however wide the names are set. */
function changedPartitions(plan: string): readonly string[] {
  return [...plan.matchAll(/~ ("[^"]*") += (\d+ -> \d+)$/gm)].map(
    ([, partition, change]) => `${partition} = ${change}`,
  );
}

interface DriftCase {
  readonly what: string;
  readonly cause: (cluster: EmbeddedCluster) => Promise<unknown>;
  /** As `topoform drift` names it. */
  readonly code: string;
  /** In the plan. */
  readonly shown: RegExp;
}

const DRIFT_CASES: readonly DriftCase[] = [
  {
    what: "a leader moved",
    cause: async (cluster) => moveByHand(cluster, (await regionsOf(cluster, "cpu"))[1]!.region, 1, 0),
    code: "LEADER_MOVED",
    shown: /~ "host >= 'g' AND host < 'p'" += 0 -> 1/,
  },
  {
    what: "the table is missing",
    cause: (cluster) => cluster.sql("DROP TABLE walk.cpu"),
    code: "TABLE_MISSING",
    shown: /topoform_greptimedb_table\.cpu .*will be created/,
  },
  {
    what: "a column added by somebody else",
    cause: (cluster) => cluster.sql("ALTER TABLE walk.cpu ADD COLUMN extra STRING"),
    code: "COLUMN_ADDED",
    shown: /- name += "extra" -> null/,
  },
  {
    what: "a column changed by somebody else",
    cause: (cluster) => cluster.sql("ALTER TABLE walk.cpu MODIFY COLUMN `usage` STRING"),
    code: "COLUMN_CHANGED",
    shown: /~ type += "STRING" -> "DOUBLE"/,
  },
  {
    what: "the partition rule changed",
    cause: (cluster) =>
      cluster.sql("ALTER TABLE walk.cpu SPLIT PARTITION (host < 'g') INTO (host < 'd', host >= 'd' AND host < 'g')"),
    code: "PARTITION_RULE_CHANGED",
    shown: /~ partition_rules +=/,
  },
  {
    what: "a datanode is gone",
    cause: async (cluster) => {
      cluster.embedded.faults.killDatanode(2n);
      await new Promise((resolve) => setTimeout(resolve, 11_500));
    },
    code: "DATANODE_GONE",
    shown: /~ unavailable_datanodes +=/,
  },
];

withTerraform("the three ways to see drift agree", () => {
  let cluster: EmbeddedCluster;
  let project: UserProject;

  beforeAll(async () => {
    project = await UserProject.create(placementProject({ database: "walk", datanodes: [0, 1, 2] }));
  });
  afterAll(() => project?.remove());

  beforeEach(async () => {
    cluster = await embeddedCluster("1.1.4");
    Object.assign(project.env, cluster.env);
    rmSync(join(project.directory, "terraform.walk.tfstate"), { force: true });
    expectCode(await project.cdktf("deploy", "--auto-approve"), 0);
  });
  afterEach(() => cluster?.stop());

  test("without drift: 0, no changes, 0", async () => {
    expectCode(await project.plan(), 0);
    expect(plain(expectCode(await project.cdktf("diff"), 0))).toContain("No changes.");
    expect(driftCodes(expectCode(await project.topoform("drift", "--json"), 0).stdout)).toEqual([]);
  });

  test.each(DRIFT_CASES)("$what: 2, shown, 2", async ({ cause, code, shown }) => {
    await cause(cluster);
    expect(expectCode(await project.plan(), 2).stdout).toMatch(shown);
    expect(plain(expectCode(await project.cdktf("diff"), 0))).toMatch(shown);
    expect(driftCodes(expectCode(await project.topoform("drift", "--json"), 2).stdout)).toContain(code);
  });

  test("a cluster that does not answer is an error of all three, never no drift", async () => {
    project.env["TOPOFORM_GREPTIMEDB_PORT"] = "1";
    expectCode(await project.plan(), 1);
    expectCode(await project.cdktf("diff"), 1);
    expectCode(await project.topoform("drift", "--json"), 3);
  });
});

function driftCodes(json: string): readonly string[] {
  const report = JSON.parse(json) as { clusters: readonly { drift: readonly { code: string }[] }[] };
  return report.clusters.flatMap(({ drift }) => drift.map(({ code }) => code));
}
