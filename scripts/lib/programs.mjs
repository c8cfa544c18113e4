// Runs programs for the demo and the examples. On a terminal they write for themselves, with their colours; elsewhere what they
// print is shown indented.
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

export const onTerminal = process.stdout.isTTY === true && process.stderr.isTTY === true;
const bold = (text) => (onTerminal && !process.env.NO_COLOR ? `\u001b[1m${text}\u001b[0m` : text);

/** The Terraform or OpenTofu on the PATH; undefined when there is none. */
export function findTerraform() {
  return ["terraform", "tofu"].find((name) => spawnSync(name, ["version"], { stdio: "ignore" }).status === 0);
}

/** Runs `command` and resolves with what it printed on stdout, when that was kept. Rejects when it ends with another code than `expect`. */
export function run(command, args, { cwd, env, expect = 0, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: onTerminal && !quiet ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
    });
    const lines = { stdout: [], all: [] };
    for (const name of ["stdout", "stderr"]) {
      if (child[name] === null) continue;
      createInterface({ input: child[name] }).on("line", (line) => {
        lines.all.push(line);
        if (name === "stdout") lines.stdout.push(line);
        if (!quiet) console.log(`  │ ${line}`.trimEnd());
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === expect) return resolve(lines.stdout.join("\n"));
      const printed = quiet ? `\n${lines.all.join("\n")}` : "";
      reject(new Error(`${[command, ...args].join(" ")} ended with ${code}, expected ${expect}.${printed}`));
    });
  });
}

let interrupted = false;

/** A heading of the demo. No step begins after Ctrl-C. */
export function step(text) {
  if (interrupted) throw new Error("interrupted");
  console.log(`\n${bold(`▶ ${text}`)}`);
}

/** A line below a heading. */
export function note(text) {
  console.log(`  ${text}`);
}

/** Runs `work`, then `cleanUp` in every case, Ctrl-C included; ends the process with 1 when the work failed. */
export async function supervise(what, work, cleanUp) {
  const begin = Date.now();
  const interrupt = () => {
    interrupted = true; // The programs got the signal as well; when they have ended, so does the work.
  };
  process.on("SIGINT", interrupt);
  try {
    await work();
    console.log(`\n${bold(`✓ ${what} took ${((Date.now() - begin) / 1000).toFixed(1)} s.`)}`);
  } catch (error) {
    console.error(interrupted ? `\n${what} was interrupted.` : `\n${what} failed: ${error.message}`);
    process.exitCode = interrupted ? 130 : 1;
  } finally {
    await cleanUp();
    process.off("SIGINT", interrupt);
  }
}
