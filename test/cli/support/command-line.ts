import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";

const ROOT = path.resolve(__dirname, "../../..");

/** What a command printed and how it ended. */
export interface Finished {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is running. */
export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Finished>;
  /** Resolves when stdout and stderr together hold the text; rejects when the command ends before. */
  printed(text: string): Promise<void>;
  /** What stands on stdout so far. */
  stdout(): string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The command line as a child process, compiled from the sources as they are now, and a directory to work in. */
export class CommandLine {
  /** Inside the checkout, so that packages are found; `dist/` may be older than the sources. */
  private readonly compiled: string;
  readonly directory: string;
  private readonly children = new Set<ChildProcess>();

  constructor() {
    const build = path.join(ROOT, "build");
    mkdirSync(build, { recursive: true });
    this.compiled = mkdtempSync(path.join(build, "test-cli-"));
    this.directory = path.join(this.compiled, "work");
    mkdirSync(this.directory);
    copyFileSync(path.join(ROOT, "package.json"), path.join(this.compiled, "package.json"));
    buildSync({
      entryPoints: sources(path.join(ROOT, "src")),
      outdir: path.join(this.compiled, "dist"),
      outbase: path.join(ROOT, "src"),
      format: "cjs",
      platform: "node",
      target: "node20",
      supported: { "dynamic-import": false },
      logLevel: "silent",
    });
  }

  /** Where the compiled program looks for the built provider. */
  get providerDirectory(): string {
    return path.join(this.compiled, "dist", "provider");
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    return this.start(args, options).done;
  }

  start(args: readonly string[], options: RunOptions = {}): Running {
    const child = spawn(process.execPath, [path.join(this.compiled, "dist", "cli", "main.js"), ...args], {
      cwd: options.cwd ?? this.directory,
      env: { PATH: process.env["PATH"] ?? "", HOME: this.directory, TOPOFORM_STATE_DIR: path.join(this.directory, "state"), ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.children.add(child);
    child.on("close", () => this.children.delete(child));
    return running(child);
  }

  /** Writes a file into the working directory; resolves to its path. */
  write(name: string, content: unknown): string {
    const file = path.join(this.directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content, null, 2));
    return file;
  }

  /** An empty working directory again, and nothing that still runs. */
  clean(): void {
    for (const child of this.children) child.kill("SIGKILL");
    for (const name of readdirSync(this.directory)) rmSync(path.join(this.directory, name), { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.compiled, { recursive: true, force: true });
  }
}

function sources(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.join(directory, name));
}

function running(child: ChildProcess): Running {
  const output = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  const collect = (stream: "stdout" | "stderr") => (data: Buffer) => {
    output[stream] += data.toString("utf8");
    for (const check of [...waiting]) check();
  };
  child.stdout?.on("data", collect("stdout"));
  child.stderr?.on("data", collect("stderr"));
  const done = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...output }));
  });
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!output.stdout.includes(text) && !output.stderr.includes(text)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
      void done.then(({ code }) => reject(new Error(`ended with ${code} before it printed ${text}:\n${output.stdout}\n${output.stderr}`)), reject);
    });
  return { child, done, printed, stdout: () => output.stdout };
}
