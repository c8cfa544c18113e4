import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import type { GreptimeDevCluster } from "../../src/devcluster";
import { CommandLine } from "./support/command-line";
import { manifest, pinsShiftedBy, reach, regionsOf, RULES, startStage } from "./support/stage";

jest.setTimeout(60_000);

/** The control character that begins every colour. */
const ESCAPE = "\u001b";

describe("the verbs on a live cluster", () => {
  let topoform: CommandLine;
  let cluster: GreptimeDevCluster;
  let env: Record<string, string>;
  beforeAll(() => {
    topoform = new CommandLine();
  });
  beforeEach(async () => {
    cluster = await startStage();
    env = reach(cluster);
  });
  afterEach(async () => {
    topoform.clean();
    await cluster.stop();
  });
  afterAll(() => topoform.remove());

  const datanodes = (): readonly bigint[] => regionsOf(cluster).map((region) => region.datanode);
  const declareShifted = (steps: number): readonly bigint[] => {
    const pins = pinsShiftedBy(cluster, steps);
    topoform.write("topoform.json", manifest(pins));
    return RULES.map((rule) => BigInt(pins[rule]!));
  };

  test("plan shows each move with table, rule, region, from, to, size and reason, and changes nothing", async () => {
    declareShifted(1);
    const before = regionsOf(cluster);
    const { code, stdout, stderr } = await topoform.run(["plan"], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^table +partition +region +from +to +size +reason$/m);
    for (const [i, { id, datanode }] of before.entries()) {
      const line = stdout.split("\n").find((text) => text.includes(id.toString()));
      expect(line?.split(/ {2,}/).slice(0, 5)).toEqual(["public.cpu", RULES[i], id.toString(), datanode.toString(), ((datanode + 1n) % 3n).toString()]);
      expect(line).toMatch(/(size unknown|[\d.]+ [KM]?i?B) +pinned$/);
    }
    expect(stdout).toContain("moves: 3 (minimum 3)");
    expect(regionsOf(cluster)).toEqual(before);
  });

  test("plan --explain names the bottleneck and each datanode's load, and after an apply how long it may take", async () => {
    declareShifted(1);
    const first = await topoform.run(["plan", "--explain"], { env });
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/datanode \d (receives|sends) 1 region/);
    expect(first.stdout).toMatch(/^ *datanode +before +worst +after/m);
    expect(first.stdout).toContain("no move has been measured yet");
    expect((await topoform.run(["apply", "--auto-approve"], { env })).code).toBe(0);
    declareShifted(1);
    const second = await topoform.run(["plan", "--explain"], { env });
    expect(second.stdout).toMatch(/^duration: .*3 past moves/m);
  });

  test("plan exits with 2 on differences only when asked to, and with 0 without", async () => {
    declareShifted(1);
    expect((await topoform.run(["plan", "--detailed-exitcode"], { env })).code).toBe(2);
    declareShifted(0);
    const same = await topoform.run(["plan", "--detailed-exitcode"], { env });
    expect(same.code).toBe(0);
    expect(same.stdout).toContain("No differences");
  });

  test("apply converges, says so in plain lines without a terminal, and the next one has nothing to do", async () => {
    const wanted = declareShifted(1);
    const { code, stdout, stderr } = await topoform.run(["apply", "--auto-approve"], { env });
    expect(code).toBe(0);
    expect(datanodes()).toEqual(wanted);
    expect(stdout).toContain("prod  converged. Moves: 3 done.\n  public.cpu: 12 rows before, 12 after");
    expect(stderr).toMatch(/^prod: moved +datanode \d -> \d {2}public\.cpu {2}a < 10 .* of 3$/m);
    expect(stderr + stdout).not.toContain(ESCAPE);
    const again = await topoform.run(["apply", "--auto-approve"], { env });
    expect(again.code).toBe(0);
    expect(again.stdout).toContain("No differences");
  });

  test("apply without a terminal asks nobody: exit 64, nothing moved", async () => {
    declareShifted(1);
    const before = regionsOf(cluster);
    const { code, stderr } = await topoform.run(["apply"], { env });
    expect(code).toBe(64);
    expect(stderr).toContain("APPROVAL_NEEDED");
    expect(stderr).toContain("--auto-approve");
    expect(regionsOf(cluster)).toEqual(before);
  });

  test("drift exits with 0 without a difference and with 2 with one, and names it", async () => {
    declareShifted(0);
    const none = await topoform.run(["drift"], { env });
    expect(none).toEqual({ code: 0, stdout: "prod  no drift\n", stderr: "" });
    const [region] = regionsOf(cluster);
    cluster.faults.moveBehindYourBack(region!.id, (region!.datanode + 1n) % 3n);
    const { code, stdout } = await topoform.run(["drift"], { env });
    expect(code).toBe(2);
    expect(stdout).toContain("prod  1 difference\n");
    expect(stdout).toMatch(/^LEADER_MOVED +public\.cpu a < 10 /m);
    expect(stdout).not.toContain("a >= 20");
  });

  test("status shows every datanode and every region", async () => {
    declareShifted(0);
    const { code, stdout } = await topoform.run(["status"], { env });
    expect(code).toBe(0);
    expect(stdout).toContain("prod  GreptimeDB 1.1.4, distributed");
    const led = datanodes();
    for (const [i, rule] of RULES.entries()) {
      const marks = [0n, 1n, 2n].map((id) => (id === led[i] ? "●" : "·")).join("  ");
      expect(stdout).toMatch(new RegExp(`^  ${rule} +${marks}$`, "m"));
    }
  });

  test("--json prints documents of format version 1 on stdout and nothing else anywhere", async () => {
    declareShifted(1);
    const json = async (...args: string[]): Promise<{ readonly code: number | null; readonly documents: readonly Record<string, unknown>[] }> => {
      const { code, stdout, stderr } = await topoform.run([...args, "--json"], { env });
      expect(stderr).toBe("");
      const whole = args[0] === "apply" ? stdout.trim().split("\n") : [stdout];
      const documents = whole.map((text) => JSON.parse(text) as Record<string, unknown>);
      for (const document of documents) expect(document["format_version"] ?? document["formatVersion"]).toBe(1);
      return { code, documents };
    };
    const region = regionsOf(cluster)[0]!;
    const move = { kind: "move-region", region: region.id.toString(), from: region.datanode.toString(), to: ((region.datanode + 1n) % 3n).toString(), partition: "a < 10" };

    const plan = await json("plan");
    expect(plan.documents[0]).toMatchObject({ clusters: [{ cluster: "prod", readable: true, plan: { moves: expect.arrayContaining([expect.objectContaining(move)]) as unknown } }] });
    const drift = await json("drift");
    expect(drift.code).toBe(2);
    expect(drift.documents[0]).toMatchObject({ clusters: [{ cluster: "prod", checked: true, drift: RULES.map((rule) => ({ code: "LEADER_MOVED", address: `public.cpu ${rule}` })) }] });
    const status = await json("status");
    expect(status.documents[0]).toMatchObject({
      clusters: [{ cluster: "prod", readable: true, version: "1.1.4", datanodes: [{ id: "0" }, { id: "1" }, { id: "2" }], tables: expect.arrayContaining([expect.objectContaining({ name: "cpu" })]) as unknown }],
    });
    expect((await json("snapshot")).documents[0]).toMatchObject({ clusters: [{ cluster: "prod", observed: { version: "1.1.4" } }] });
    const apply = await json("apply", "--auto-approve");
    expect(apply.code).toBe(0);
    const types = apply.documents.map((document) => document["type"]);
    expect(types).toEqual([...types.slice(0, -1).map(() => "event"), "result"]);
    expect(apply.documents[0]).toMatchObject({ cluster: "prod", code: "RUN_STARTED", moves: 3 });
    expect(apply.documents.filter((document) => document["code"] === "MOVE_DONE")).toHaveLength(3);
    expect(apply.documents.at(-1)).toMatchObject({ clusters: [{ kind: "applied", cluster: "prod", result: { ok: true, interrupted: null } }] });
  });

  test("a failure is a JSON document as well", async () => {
    const { code, stdout, stderr } = await topoform.run(["plan", "--json"], { env });
    expect({ code, stderr }).toEqual({ code: 64, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ format_version: 1, diagnostics: [{ severity: "error", code: "MANIFEST_MISSING" }] });
  });

  test("a snapshot is enough to plan from: no cluster, no credentials, the same plan", async () => {
    declareShifted(1);
    const live = await topoform.run(["plan", "--json"], { env });
    const saved = await topoform.run(["snapshot", "-o", "before.json"], { env });
    expect(saved).toMatchObject({ code: 0, stdout: "" });
    const file = path.join(topoform.directory, "before.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const offline = await topoform.run(["plan", "--snapshot", "before.json", "--json"], { env: { TOPOFORM_GREPTIMEDB_HOST: "127.0.0.1", TOPOFORM_GREPTIMEDB_PORT: "1" } });
    expect(offline.code).toBe(0);
    // Sizes reach the server's statistics with the heartbeats in between.
    const basis = (text: string): unknown =>
      (JSON.parse(text) as { clusters: { plan: { basis: unknown; moves: readonly { sizeBytes: unknown }[] } }[] }).clusters.map(({ plan }) => [plan.basis, plan.moves.map(({ sizeBytes: _, ...move }) => move)]);
    expect(basis(offline.stdout)).toEqual(basis(live.stdout));
    topoform.write("before.json", readFileSync(file, "utf8").slice(0, 100));
    const broken = await topoform.run(["plan", "--snapshot", "before.json"]);
    expect(broken.code).toBe(64);
    expect(broken.stderr).toContain("SNAPSHOT_INVALID");
  });

  test("a manifest may be YAML, and --manifest may name any file", async () => {
    const text = stringify(manifest(pinsShiftedBy(cluster, 1)));
    topoform.write("topoform.yaml", text);
    topoform.write("elsewhere/places.yml", text);
    const found = await topoform.run(["drift"], { env });
    const named = await topoform.run(["drift", "--manifest", "elsewhere/places.yml"], { env });
    expect(found.code).toBe(2);
    expect(found.stdout).toContain("3 differences");
    expect(named).toEqual(found);
  });

  test("the manifest of the only synthesized stack is found; of several one must be named", async () => {
    topoform.write("cdktf.out/stacks/one/topoform.json", manifest(pinsShiftedBy(cluster, 0)));
    expect((await topoform.run(["drift"], { env })).code).toBe(0);
    topoform.write("cdktf.out/stacks/two/topoform.json", manifest(pinsShiftedBy(cluster, 1)));
    const { code, stderr } = await topoform.run(["drift"], { env });
    expect(code).toBe(64);
    expect(stderr).toContain("cdktf.out/stacks/one/topoform.json");
    expect(stderr).toContain("cdktf.out/stacks/two/topoform.json");
  });

  test("a reader that goes away early is no failure", async () => {
    declareShifted(0);
    const { child, done } = topoform.start(["status"], { env });
    child.stdout!.destroy();
    const { code, stderr } = await done;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});
