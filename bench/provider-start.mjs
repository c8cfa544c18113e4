// From starting the provider's process to its handshake line, with mutual TLS as Terraform asks for it, against a bare `node -e 0`.
import { spawn } from "node:child_process";
import path from "node:path";
import { figure, median } from "./figure.mjs";
import { load, root } from "./load.mjs";

const PAIRS = 25;
const MOST_TIMES_NODE = 2.5;

export async function measureProviderStart() {
  const { createCertificate } = load("src/plugin/transport/certificate.ts");
  const env = {
    ...process.env,
    TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    PLUGIN_PROTOCOL_VERSIONS: "6",
    PLUGIN_CLIENT_CERT: createCertificate(Date.now()).certificatePem,
  };
  const executable = path.join(root, "dist", "provider", "terraform-provider-topoform");
  const provider = [];
  const bare = [];
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    const times = [await untilFirstLine([executable], env), await untilExit(["-e", "0"])];
    if (pair === 0) continue; // the first pair fills the disk's cache
    provider.push(times[0]);
    bare.push(times[1]);
  }
  const baseline = median(bare);
  const value = median(provider);
  return [figure({ name: "provider start to handshake, TLS", value, unit: "ms", baseline, goal: `at most ${MOST_TIMES_NODE} × node -e 0`, ok: value <= MOST_TIMES_NODE * baseline })];
}

function untilExit(args) {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    spawn(process.execPath, args, { stdio: "ignore" })
      .on("error", reject)
      .on("exit", () => resolve(performance.now() - begin));
  });
}

function untilFirstLine(args, env) {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let took;
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
      if (took !== undefined || !output.includes("\n")) return;
      took = performance.now() - begin;
      child.kill("SIGKILL");
    });
    child.stderr.on("data", (data) => (output += data));
    child.on("error", reject);
    child.on("close", () => (took !== undefined && output.startsWith("1|6|") ? resolve(took) : reject(new Error(`The provider did not shake hands: ${output}`))));
  });
}
