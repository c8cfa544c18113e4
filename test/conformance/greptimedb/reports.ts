import { type Deviation, readDeviations } from "../deviations";
import { type Report, reportOf, type Requirements } from "../report";
import { RECORDED_VERSIONS, type RecordedVersion, replayStatements } from "./replay";
import { replayTypes } from "./replay-types";

type RecordingFile = "statements.jsonl" | "types.jsonl";

interface GreptimedbDeviation extends Deviation {
  readonly version: RecordedVersion;
  readonly file: RecordingFile;
}

const DEVIATIONS = "deviations.json";
const REQUIRED_GROUPS = ["identity", "document 002", "partitioned table", "create table refusals", "alter", "admin"];

export function requirements(version: RecordedVersion, file: RecordingFile): Requirements {
  const own = readDeviations<GreptimedbDeviation>(DEVIATIONS).filter((d) => d.version === version && d.file === file);
  return { title: `GreptimeDB ${version}, ${file}`, deviations: own, deviationsFile: DEVIATIONS, groups: file === "statements.jsonl" ? REQUIRED_GROUPS : [] };
}

/** Replays each recording on fresh dev clusters, one after the other. */
export async function* greptimedbReports(): AsyncGenerator<Report> {
  for (const version of RECORDED_VERSIONS) {
    yield reportOf(await replayStatements(version), requirements(version, "statements.jsonl"));
    yield reportOf(await replayTypes(version), requirements(version, "types.jsonl"));
  }
}
