// Runs programs for the demo and the examples: what they print is shown indented; a wrong exit code ends the run.
import { spawn, spawnSync } from "node:child_process";

/** The Terraform or OpenTofu on the PATH; undefined when there is none. */
export function findTerraform() {
  return ["terraform", "tofu"].find((name) => spawnSync(name, ["version"], { stdio: "ignore" }).status === 0);
}

/** Runs `command` and resolves with its exit code and what it printed on stdout. Rejects when the code is not among `expect`. */
export function run(command, args, { cwd, env, expect = [0], quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let all = "";
    child.stdout.on("data", (data) => {
      stdout += data;
      all += data;
      if (!quiet) print(data);
    });
    child.stderr.on("data", (data) => {
      all += data;
      if (!quiet) print(data);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (expect.includes(code)) return resolve({ code, stdout });
      reject(new Error(`${command} ${args.join(" ")} ended with ${code}, expected ${expect.join(" or ")}.${quiet ? `\n${all}` : ""}`));
    });
  });
}

function print(data) {
  process.stdout.write(String(data).replace(/^(?=.)/gm, "  │ "));
}

/** A heading of the demo. */
export function step(text) {
  console.log(`\n\u001b[1m▶ ${text}\u001b[0m`);
}
