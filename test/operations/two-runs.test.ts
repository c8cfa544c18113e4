import { systemClock, type Clock } from "../../src/convergence/clock";
import { clusterIdentity, openCluster } from "../../src/engines/open";
import { planReading } from "../../src/operations/greptimedb/plan";
import type { Logger } from "../../src/plugin";
import { createConvergence, type Convergence } from "../../src/provider/converge";
import type { GreptimeDevCluster } from "../../src/devcluster";
import type { ClusterPort } from "../../src/engines/port";
import { datanodeId } from "../../src/topology/ids";
import { DEFAULT_LIMITS, type GreptimeClusterDeclaration } from "../../src/topology/manifest";
import { CommandLine, type Running } from "../cli/support/command-line";
import { manifest, pinsShiftedBy, reach, regionsOf, RULES, startStage } from "../cli/support/stage";

jest.setTimeout(60_000);

/** Two runs on one cluster: exactly one acts, and the other is told who holds the lock since when. */
describe("two runs at once", () => {
  let topoform: CommandLine;
  let cluster: GreptimeDevCluster;
  let port: ClusterPort;
  let env: Record<string, string>;
  let pins: Record<string, number>;
  let declaration: GreptimeClusterDeclaration;
  const ports: ClusterPort[] = [];
  beforeAll(() => {
    topoform = new CommandLine();
  });
  beforeEach(async () => {
    cluster = await startStage({ procedureDurationMs: 700 });
    env = { ...reach(cluster), TOPOFORM_STATE_DIR: `${topoform.directory}/state` };
    pins = pinsShiftedBy(cluster, 1);
    topoform.write("topoform.json", manifest(pins, { placements: [{ name: "cpu", table: "cpu", pins, limits: { outgoing: 1, incoming: 1, cluster: 1 } }] }));
    declaration = {
      engine: "greptimedb",
      name: "prod",
      connection: {},
      sharedStorage: { kind: "s3", bucket: "metrics" },
      tables: [],
      placements: [
        {
          name: "cpu",
          database: "public",
          table: "cpu",
          strategy: "pinned",
          pins: Object.fromEntries(Object.entries(pins).map(([rule, id]) => [rule, datanodeId(id)])),
          replayTimeoutSeconds: 60,
          limits: DEFAULT_LIMITS,
          acceptDataLossOf: [],
        },
      ],
    };
    port = openCluster(declaration, { env });
    ports.push(port);
  });
  afterEach(async () => {
    await Promise.all(ports.splice(0).map((open) => open.close()));
    topoform.clean();
    await cluster.stop();
  });
  afterAll(() => topoform.remove());

  const migrations = (): number => cluster.statements().filter(({ sql }) => /migrate_region\(/i.test(sql)).length;
  const converged = (): boolean => regionsOf(cluster).every(({ datanode }, i) => datanode === BigInt(pins[RULES[i]!]!));
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as Logger;
  const request = { drain: new AbortController().signal, log: silent };

  /** A provider; `impatient`: time in which the lock is waited for passes at once. */
  function provider(impatient: boolean): Convergence {
    let passed = 0;
    const hasty: Clock = { now: () => systemClock.now() + passed, sleep: (ms) => systemClock.sleep(Math.min(ms, 5)).then(() => void (passed += 60_000)) };
    return createConvergence({ port, identity: clusterIdentity(declaration, env), directory: env["TOPOFORM_STATE_DIR"]!, clock: impatient ? hasty : systemClock });
  }
  const deploy = (by: Convergence) =>
    by.exclusively(request, async (session) => {
      const observed = await port.inspect({ definitions: [{ database: "public", name: "cpu" }] });
      return session.run(planReading(declaration, observed, session.adoptable), declaration);
    });
  const refusalOf = (run: Promise<unknown>): Promise<{ code: string; detail: string }> =>
    run.then(
      () => ({ code: "not refused", detail: "" }),
      (error: { diagnostics: { code: string; detail: string }[] }) => error.diagnostics[0]!,
    );
  const applying = async (): Promise<Running> => {
    const run = topoform.start(["apply", "--auto-approve"], { env });
    await run.printed("moving ");
    return run;
  };

  test("command line and command line", async () => {
    const first = await applying();
    const second = await topoform.run(["apply", "--auto-approve"], { env });
    expect(second.code).toBe(75);
    expect(second.stderr).toMatch(new RegExp(`topoform apply \\(process ${first.child.pid} on .*\\) has held the lock since 20\\d\\d-`));
    expect((await first.done).code).toBe(0);
    expect([migrations(), converged()]).toEqual([3, true]);
  });

  test("command line first, provider second", async () => {
    const first = await applying();
    const refusal = await refusalOf(deploy(provider(true)));
    expect(refusal.code).toBe("CLUSTER_LOCKED");
    expect(refusal.detail).toMatch(new RegExp(`topoform apply \\(process ${first.child.pid} on .*\\) has held the lock since 20\\d\\d-`));
    expect((await first.done).code).toBe(0);
    expect([migrations(), converged()]).toEqual([3, true]);
  });

  test.each(["apply", "rollback"])("provider first, topoform %s second", async (verb) => {
    if (verb === "rollback") {
      await topoform.run(["apply", "--auto-approve"], { env });
      cluster.resetStatementLog();
    }
    let release: () => void = () => undefined;
    const held = provider(false).exclusively(request, () => new Promise<void>((resolve) => (release = resolve)));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const second = await topoform.run([verb, "--auto-approve"], { env });
    expect(second.code).toBe(75);
    expect(second.stderr).toMatch(new RegExp(`terraform-provider-topoform \\(process ${process.pid} on .*\\) has held the lock since 20\\d\\d-`));
    expect(migrations()).toBe(0);
    release();
    await held;
  });

  test("provider and provider", async () => {
    const first = provider(false);
    const running = deploy(first);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await refusalOf(deploy(provider(true)))).code).toBe("CLUSTER_LOCKED");
    expect(await running).toEqual([]);
    expect([migrations(), converged()]).toEqual([3, true]);
    expect(await deploy(provider(false))).toEqual([]);
    expect(migrations()).toBe(3);
  });

  test("a holder that was killed is taken over at once, and what it left moving is taken up", async () => {
    const first = await applying();
    first.child.kill("SIGKILL");
    await first.done;
    expect(await deploy(provider(false))).toEqual([]);
    expect([migrations(), converged()]).toEqual([3, true]);
  });
});
