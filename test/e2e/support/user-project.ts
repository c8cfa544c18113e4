import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { builtPackage, REPOSITORY } from "./built-package";
import { cleanEnvironment } from "./environment";
import { runProgram, type ProgramRun } from "./run-program";

/** A project of a user, with the package installed as `npm i topoform` would: its published files and nothing else of the repository. */
export class UserProject {
  readonly directory = mkdtempSync(join(tmpdir(), "topoform-project-"));
  readonly env = cleanEnvironment(join(this.directory, ".home"));

  static async create(files: Readonly<Record<string, string>>): Promise<UserProject> {
    const project = new UserProject();
    await project.install();
    for (const [name, text] of Object.entries(files)) project.write(name, text);
    return project;
  }

  write(name: string, text: string): void {
    const file = join(this.directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  cdktf(...args: string[]): Promise<ProgramRun> {
    return this.bin("cdktf", args, this.directory);
  }

  /** In the folder of the only stack. */
  topoform(...args: string[]): Promise<ProgramRun> {
    return this.bin("topoform", args, this.stack);
  }

  /** In the folder of the only stack. With the state that cdktf keeps at the root of the project. */
  terraform(...args: string[]): Promise<ProgramRun> {
    return runProgram("terraform", args, { cwd: this.stack, env: this.env });
  }

  /** `terraform plan -detailed-exitcode`: 0 nothing to change, 1 failed, 2 differences. */
  plan(): Promise<ProgramRun> {
    return this.terraform("plan", "-input=false", "-no-color", "-detailed-exitcode");
  }

  node(...args: string[]): Promise<ProgramRun> {
    return runProgram(process.execPath, args, { cwd: this.directory, env: this.env });
  }

  get stack(): string {
    const stacks = join(this.directory, "cdktf.out", "stacks");
    const names = readdirSync(stacks);
    if (names.length !== 1) throw new Error(`expected one stack, found ${names.join(", ")}`);
    return join(stacks, names[0]!);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private bin(name: string, args: readonly string[], cwd: string): Promise<ProgramRun> {
    return runProgram(join(this.directory, "node_modules", ".bin", name), args, { cwd, env: this.env });
  }

  private async install(): Promise<void> {
    const modules = join(this.directory, "node_modules");
    mkdirSync(modules);
    for (const name of readdirSync(join(REPOSITORY, "node_modules"))) {
      if (name.startsWith(".") || name === "topoform") continue;
      symlinkSync(join(REPOSITORY, "node_modules", name), join(modules, name));
    }
    const manifest = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as {
      bin: Record<string, string>;
    };
    const installed = join(modules, "topoform");
    cpSync(await builtPackage(), join(installed, "dist"), { recursive: true });
    writeFileSync(join(installed, "package.json"), JSON.stringify(manifest));
    const bin = join(modules, ".bin");
    mkdirSync(bin);
    symlinkSync(join(modules, "cdktf-cli", "bundle", "bin", "cdktf"), join(bin, "cdktf"));
    symlinkSync(join(modules, "typescript", "bin", "tsc"), join(bin, "tsc"));
    for (const [name, target] of Object.entries(manifest.bin)) {
      chmodSync(join(installed, target), 0o755);
      symlinkSync(join(installed, target), join(bin, name));
    }
  }
}
