/*
 * A drain of 200 regions on slow storage, in the time of the cluster model: one by one, with the adaptive window, and with a fixed
 * window of 128. Prints a table, and with --json the results as a list.
 *
 *   npx esbuild bench/convergence.mts --bundle --platform=node --format=cjs --log-level=error | node - [--json]
 */
import { drainAtOnce, drainWithin, leaseExpired, SLOW_DRAIN, type DrainReport } from "./convergence-drain";

interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: number;
  readonly ratio: number;
  readonly goal: string;
  readonly ok: boolean;
}

const seconds = ({ ms }: DrainReport): number => Math.round(ms / 100) / 10;

async function convergenceBench(print: (line: string) => void = console.log): Promise<readonly BenchResult[]> {
  const single = await drainWithin({ outgoing: 1, incoming: 1, cluster: 1 });
  const adaptive = await drainWithin({ outgoing: 64, incoming: 64, cluster: 64 });
  const fixed = await drainAtOnce(128);
  const rows: readonly (readonly [string, DrainReport])[] = [
    ["one by one", single],
    ["adaptive window", adaptive],
    ["fixed window of 128", fixed],
  ];
  const { regions, operationMs, parallel } = SLOW_DRAIN;
  print(`Drain of ${regions} regions, storage operations of ${operationMs} ms, ${parallel} at a time (virtual time):`);
  for (const [name, report] of rows) {
    const leases = leaseExpired(report) ? "LEASES EXPIRED" : "no lease expired";
    print(
      `  ${name.padEnd(20)} ${seconds(report).toFixed(1).padStart(8)} s  ${String(report.moved).padStart(4)} of ${regions} moved  ` +
        `at most ${String(report.mostAtOnce).padStart(3)} at once  longest silence ${(report.longestSilenceMs / 1000).toFixed(1).padStart(6)} s  ${leases}`,
    );
  }
  return [
    {
      name: "drain of 200 regions on slow storage, adaptive against one by one",
      value: seconds(adaptive),
      unit: "s",
      baseline: seconds(single),
      ratio: adaptive.ms / single.ms,
      goal: "ends, faster than one by one, no lease expired",
      ok: adaptive.moved === regions && adaptive.ms < single.ms && !leaseExpired(adaptive),
    },
    {
      name: "the same with a fixed window of 128: regions moved",
      value: fixed.moved,
      unit: "regions",
      baseline: regions,
      ratio: fixed.moved / regions,
      goal: "fails: leases expire",
      ok: leaseExpired(fixed),
    },
  ];
}

async function main(json: boolean): Promise<void> {
  const results = await convergenceBench(json ? () => undefined : undefined);
  if (json) console.log(JSON.stringify(results, null, 2));
  if (!results.every(({ ok }) => ok)) process.exitCode = 1;
}

void main(process.argv.includes("--json"));
