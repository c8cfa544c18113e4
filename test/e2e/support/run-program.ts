import { spawn, spawnSync } from "node:child_process";

/** What one program printed and how it ended. */
export interface ProgramRun {
  readonly command: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Default 150. After that the program and everything it started is killed. */
  readonly timeoutSeconds?: number;
}

/** Runs a program without a terminal, in a process group of its own. */
export function runProgram(command: string, args: readonly string[], options: RunOptions): Promise<ProgramRun> {
  const begin = Date.now();
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: options.env,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const timer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), (options.timeoutSeconds ?? 150) * 1000);
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (data: Buffer) => (text.stdout += data.toString("utf8")));
  child.stderr.on("data", (data: Buffer) => (text.stderr += data.toString("utf8")));
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({
        command: [command, ...args].join(" "),
        code: code ?? -1,
        ...text,
        seconds: (Date.now() - begin) / 1000,
      });
    });
  });
}

/** Throws with everything the program printed when it ended with another code. */
export function expectCode(run: ProgramRun, code: number): ProgramRun {
  if (run.code !== code)
    throw new Error(`${run.command} ended with ${run.code} instead of ${code}:\n${run.stdout}\n${run.stderr}`);
  return run;
}

/** Whether a program that a test needs can be started. When not: an error on a build server, a notice elsewhere. */
export function isThere(
  command: string,
  args: readonly string[],
  needed: { readonly onBuildServer: boolean; readonly by: string },
): boolean {
  if (spawnSync(command, [...args], { stdio: "ignore" }).status === 0) return true;
  const missing = `${command} is not on the PATH: ${needed.by}`;
  if (needed.onBuildServer && process.env["CI"] !== undefined) throw new Error(`${missing}, and CI is set`);
  process.stderr.write(`NOTICE: ${missing}\n`);
  return false;
}

/** What was printed, without colours. */
export function plain(run: ProgramRun): string {
  return (run.stdout + run.stderr).replace(/\u001b\[[0-9;]*m/g, "");
}
