import { readDeviations } from "../deviations";
import { type Report, reportOf, type Requirements } from "../report";
import { replayStatements } from "./replay";

const DEVIATIONS = "kwdb-deviations.json";
const REQUIRED_GROUPS = ["fresh zones", "document 004", "system ranges", "relational objects", "bad values", "partitions", "transactions", "cluster settings", "privileges", "start-single-node", "connect"];

export function requirements(): Requirements {
  return { title: "KWDB 3.2.1, statements.jsonl", deviations: readDeviations(DEVIATIONS), deviationsFile: DEVIATIONS, groups: REQUIRED_GROUPS };
}

/** Replays the recording on fresh dev clusters. */
export async function* kwdbReports(): AsyncGenerator<Report> {
  yield reportOf(await replayStatements(), requirements());
}
