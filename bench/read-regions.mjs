// Reading 100,000 regions of a cluster over the wire into the model; server and reader are processes of their own.
import { spawn } from "node:child_process";
import { figure } from "./figure.mjs";
import { compile } from "./load.mjs";

const REGIONS = 100_000;

export async function measureReading() {
  const server = spawn(process.execPath, ["--max-old-space-size=3000", compile("bench/read-regions-server.ts"), String(REGIONS)], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const port = await firstLine(server);
    const reader = spawn(process.execPath, [compile("bench/read-regions-client.ts"), port], { stdio: ["ignore", "pipe", "inherit"] });
    const answer = JSON.parse(await firstLine(reader));
    if (answer.regions < REGIONS) throw new Error(`${answer.regions} regions were read, not ${REGIONS}.`);
    const name = `reading ${answer.regions.toLocaleString("en-US")} regions into the model`;
    return [
      figure({ name, value: answer.seconds, unit: "s" }),
      figure({ name: `${name}: rate`, value: answer.regions / answer.seconds, unit: "rows/s" }),
      figure({ name: `${name}: peak memory of the reader`, value: answer.peakMebibytes, unit: "MiB", baseline: answer.idleMebibytes }),
    ];
  } finally {
    server.kill("SIGTERM");
  }
}

function firstLine(child) {
  let output = "";
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (data) => {
      output += data;
      if (output.includes("\n")) resolve(output.trim());
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
}
