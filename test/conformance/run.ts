import { judge, readDeviations, type RecordingFile } from "./deviations";
import { type Comparison, RECORDED_VERSIONS, type RecordedVersion, replayStatements } from "./replay";
import { replayTypes } from "./replay-types";

/** `npm run conformance`: replays the recordings, prints what is equal and each difference; fails on what is not explained. */
async function main(): Promise<void> {
  let failed = false;
  for (const version of RECORDED_VERSIONS) {
    failed = report(version, "statements.jsonl", await replayStatements(version)) || failed;
    failed = report(version, "types.jsonl", await replayTypes(version)) || failed;
  }
  process.exitCode = failed ? 1 : 0;
}

function report(version: RecordedVersion, file: RecordingFile, comparisons: readonly Comparison[]): boolean {
  const deviations = readDeviations();
  console.log(`\nGreptimeDB ${version}, ${file}`);
  for (const group of new Set(comparisons.map((c) => c.group))) {
    const own = comparisons.filter((c) => c.group === group);
    console.log(`  ${group}: ${own.filter((c) => c.equal).length} of ${own.length} equal`);
  }
  const { unexplained, outdated } = judge(version, file, comparisons, deviations);
  for (const c of comparisons.filter((c) => !c.equal)) {
    const reason = deviations.find((d) => d.version === version && d.file === file && d.line === c.line)?.reason;
    console.log(`\n  line ${c.line} [${c.group}] ${c.what}\n    recorded: ${c.expected}\n    here:     ${c.actual}\n    reason:   ${reason ?? "NOT LISTED in test/recorded/deviations.json"}`);
  }
  for (const d of outdated) console.log(`\n  line ${d.line} ${d.what}\n    is listed in test/recorded/deviations.json but is equal now`);
  return unexplained.length + outdated.length > 0;
}

void main();
