import { randomUUID } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { acquireLock } from "../../../src/convergence/journal/lock";
import { exclusively } from "../../../src/convergence/exclusive-run";
import { systemClock } from "../../../src/convergence/clock";
import { statePaths } from "../../../src/convergence/journal/state-directory";

describe("acquireLock", () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "lock-"));
    path = join(directory, "metrics.lock");
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function holder(change: object): Promise<void> {
    const lock = await acquireLock(path, "topoform apply", 0);
    if (lock.kind !== "acquired") throw new Error("held");
    const file = join(directory, (await readdir(directory))[0]!);
    const self = JSON.parse(await readFile(file, "utf8")) as object;
    await writeFile(file, JSON.stringify({ ...self, ...change }));
  }

  test("the second is told who holds it since when; after release it is free", async () => {
    const first = await acquireLock(path, "topoform apply", Date.UTC(2026, 0, 2));
    const second = await acquireLock(path, "terraform apply", 0);
    expect(second).toMatchObject({
      kind: "held",
      holder: { pid: process.pid, since: "2026-01-02T00:00:00.000Z", command: "topoform apply" },
    });
    if (first.kind === "acquired") await first.release();
    expect(await readdir(directory)).toEqual([]);
    expect((await acquireLock(path, "terraform apply", 0)).kind).toBe("acquired");
  });

  test("one that cannot be removed any more does not hide how the run went", async () => {
    const request = { identity: "greptimedb metrics:4002", directory, command: "topoform apply", clock: systemClock };
    const result = await exclusively(request, async () => {
      const file = join(directory, (await readdir(directory)).find((name) => name.includes(".lock."))!);
      await rm(file);
      await mkdir(file);
      return "the result";
    });
    expect(result).toBe("the result");
  });

  test("what kills left of locks that were being taken goes with the next one; what others are writing stays", async () => {
    await holder({});
    const [own] = await readdir(directory);
    const self = JSON.parse(await readFile(join(directory, own!), "utf8")) as object;
    await rm(join(directory, own!));
    const draft = async (generation: number, text: string, hoursAgo: number): Promise<string> => {
      const name = `metrics.lock.${generation}.4194305.${randomUUID()}`;
      await writeFile(join(directory, name), text);
      const at = new Date(Date.now() - hoursAgo * 3_600_000);
      await utimes(join(directory, name), at, at);
      return name;
    };
    await draft(1, JSON.stringify({ ...self, pid: 2 ** 22 + 1 }), 0);
    await draft(2, '{"pid":', 1);
    const kept = [
      await draft(1, JSON.stringify(self), 1),
      await draft(2, JSON.stringify({ ...self, pid: 2 ** 22 + 1, host: "another" }), 1),
      await draft(3, "", 0),
      "metrics.lock.1.txt",
      `other.lock.1.4194305.${randomUUID()}`,
    ];
    for (const name of kept.slice(3)) await writeFile(join(directory, name), "");
    const lock = await acquireLock(path, "topoform apply", 0);
    if (lock.kind !== "acquired") throw new Error("held");
    await lock.release();
    expect((await readdir(directory)).sort()).toEqual([...kept].sort());
  });

  test.each([
    ["its process is gone", { pid: 2 ** 22 + 1 }],
    ["its pid belongs to a later process", { processStart: "1" }],
    ["the machine was started again", { bootId: "another" }],
  ])("a lock is taken over when %s", async (_name, change) => {
    await holder(change);
    expect((await acquireLock(path, "topoform apply", 0)).kind).toBe("acquired");
    expect(await readdir(directory)).toHaveLength(1);
    expect((await acquireLock(path, "topoform apply", 0)).kind).toBe("held");
  });

  test.each([
    ["nothing", ""],
    ["half a line", '{"pid": 12, "ho'],
    ["something else", "[]"],
  ])("a lock file with %s in it, which a power cut leaves, is taken over by exactly one", async (_, text) => {
    await writeFile(`${path}.3`, text);
    const results = await Promise.all(Array.from({ length: 6 }, () => acquireLock(path, "topoform apply", 0)));
    expect(results.filter((result) => result.kind === "acquired")).toHaveLength(1);
    expect((await acquireLock(path, "topoform apply", 0)).kind).toBe("held");
    expect(await readdir(directory)).toHaveLength(1);
  });

  test("a lock held on another machine says which file to remove when that machine is gone; one held here does not", async () => {
    const request = { identity: "greptimedb 127.0.0.1:4002", directory, command: "topoform apply", clock: systemClock };
    path = statePaths(directory, request.identity).lock;
    const refusal = (): Promise<string> =>
      exclusively(request, async () => "not refused").catch((error: { diagnostics: { detail: string }[] }) => error.diagnostics[0]!.detail);
    await acquireLock(path, "topoform apply", 0);
    expect(await refusal()).not.toContain(path);
    await rm(`${path}.1`);
    await holder({ host: "elsewhere" });
    expect(await refusal()).toContain(`If elsewhere is gone for good, remove ${path}.1 `);
  });

  test("a holder on another machine is never taken for dead", async () => {
    await holder({ host: `not-${hostname()}`, pid: 2 ** 22 + 1 });
    expect((await acquireLock(path, "topoform apply", 0)).kind).toBe("held");
  });

  test("of many takers of a dead holder's lock at most one gets it", async () => {
    for (let round = 0; round < 20; round += 1) {
      await rm(directory, { recursive: true });
      await holder({ pid: 2 ** 22 + 1 }).catch(() => undefined);
      const results = await Promise.all(Array.from({ length: 12 }, () => acquireLock(path, "topoform apply", 0)));
      expect(results.filter((result) => result.kind === "acquired")).toHaveLength(1);
    }
  });

  test("a killed process leaves a lock that the next one takes over", async () => {
    const child = await holdInChild(path);
    expect((await acquireLock(path, "topoform apply", 0)).kind).toBe("held");
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    expect((await acquireLock(path, "topoform apply", 0)).kind).toBe("acquired");
  });

  test("exclusively refuses a second run and frees the cluster afterwards", async () => {
    const request = { identity: "greptimedb 127.0.0.1:4002", directory, command: "topoform apply", clock: systemClock };
    const code = await exclusively(request, async () =>
      exclusively(request, async () => "both").catch(
        (error: { diagnostics: { code: string }[] }) => error.diagnostics[0]!.code,
      ),
    );
    expect(code).toBe("CLUSTER_LOCKED");
    expect(await exclusively(request, async (session) => session.adoptable.size)).toBe(0);
    await expect(exclusively(request, () => Promise.reject(new Error("work failed")))).rejects.toThrow("work failed");
    expect(await readdir(directory)).toEqual([
      statePaths(directory, request.identity).journal.slice(directory.length + 1),
    ]);
  });
});

/** Another process that takes the lock and waits. */
async function holdInChild(path: string): Promise<ChildProcess> {
  const program = `
    const swc = require("@swc/core");
    const { readFileSync } = require("fs");
    require.extensions[".ts"] = (module, file) =>
      module._compile(swc.transformSync(readFileSync(file, "utf8"), { filename: file, jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } }).code, file);
    const { acquireLock } = require(${JSON.stringify(join(__dirname, "../../../src/convergence/journal/lock.ts"))});
    acquireLock(${JSON.stringify(path)}, "topoform apply", 0).then((lock) => { process.stdout.write(lock.kind); setInterval(() => {}, 1000); });
  `;
  const child = spawn(process.execPath, ["-e", program], {
    cwd: join(__dirname, "../../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", (data: Buffer) =>
      data.toString() === "acquired" ? resolve() : reject(new Error(data.toString())),
    );
    child.once("exit", () => reject(new Error("The child ended.")));
  });
  return child;
}
