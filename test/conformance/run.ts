import { greptimedbReports } from "./greptimedb/reports";
import { kwdbReports } from "./kwdb/reports";

/** `npm run conformance`: replays the recordings of both engines, prints what is equal and each difference; fails on what is not explained. */
async function main(): Promise<void> {
  for (const reports of [greptimedbReports(), kwdbReports()]) {
    for await (const { lines, ok } of reports) {
      console.log(`\n${lines.join("\n")}`);
      if (!ok) process.exitCode = 1;
    }
  }
}

void main();
