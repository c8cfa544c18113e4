import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import type { ObservedKwdbCluster, ObservedNode } from "../../planning/kwdb/observed";
import { withRetries, type Waiting } from "./attempts";
import type { Session } from "./connect";
import type { ReplicaWaitOptions, ReplicaWaitResult } from "../kwdb-port";
import { replicaState } from "./replicas";
import { selectRanges } from "./statements";

const POLL_MS = 2000;
const SHOWN_PENDING = 5;

export interface ReplicaWaitRequest {
  readonly targets: readonly ZoneTarget[];
  readonly options: ReplicaWaitOptions;
  /** Zones as they are when the wait begins. */
  readonly cluster: ObservedKwdbCluster;
  nodes(): Promise<readonly ObservedNode[]>;
}

/** Polls until every range below the targets has the voters that its zone wants: tens of seconds on a real cluster. */
export async function waitForReplicas(
  session: Session,
  request: ReplicaWaitRequest,
  waiting: Waiting,
): Promise<ReplicaWaitResult> {
  const { targets, options, cluster } = request;
  const polls = Math.ceil(((options.timeoutSeconds ?? 600) * 1000) / POLL_MS);
  const ranges = selectRanges(commonFilter(targets));
  for (let poll = 0; ; poll += 1) {
    const nodes = await withRetries(waiting, request.nodes);
    const state = replicaState(await withRetries(waiting, () => session.read(ranges)), targets, cluster, nodes);
    const pending = state.pending.slice(0, SHOWN_PENDING);
    options.onProgress?.({ kind: "replicas", ready: state.total - state.pending.length, total: state.total, pending });
    if (state.pending.length === 0) return { kind: "agreed", ranges: state.total };
    if (options.signal?.aborted === true) return { kind: "aborted", pending };
    if (poll >= polls) return { kind: "timed-out", pending };
    await waiting.delay(POLL_MS);
  }
}

/** Only the ranges of one database or table are read when all targets are in it. */
function commonFilter(targets: readonly ZoneTarget[]): { readonly database?: string; readonly table?: string } {
  const databases = new Set(targets.map((target) => ("database" in target ? target.database : undefined)));
  const [database] = databases;
  // Key space without a table belongs to database system and has no database's name.
  if (databases.size !== 1 || database === undefined || database === "system") return {};
  const tables = new Set(targets.map((target) => ("table" in target ? target.table : undefined)));
  const [table] = tables;
  return tables.size === 1 && table !== undefined ? { database, table } : { database };
}
