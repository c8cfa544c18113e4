/** What differs between server versions in the part of the cluster that is modelled here. */
export interface VersionTraits {
  /** What a migration holds on its table besides the region lock. */
  readonly migrationTableLock: "shared" | "exclusive" | "none";
  /** Answer when the region is already on the target: no procedure id before 0.15, an error since. */
  readonly alreadyThere: "no procedure" | "error";
  readonly wrongLeaderText: "argument" | "leader changed";
  /** Procedures that may run at once. */
  readonly maxRunningProcedures: number;
  readonly rollback: boolean;
  /** The source flushes while it still takes writes, before the downgrade. */
  readonly flushBeforeDowngrade: boolean;
  /** A source on a local write-ahead log flushes while it is downgraded. */
  readonly flushOnDowngrade: boolean;
  /** Longest wait for the target to open the region, in ms; "budget": half of what is left, at least the region lease. */
  readonly openTimeout: number | "budget";
  /** The target refuses a region whose data it could not read. */
  readonly requiresObjectStorage: boolean;
  /** How a region that is being moved away names its state to a writer. */
  readonly downgradingState: string;
  /** How long metasrv keeps the channel of a datanode whose connection broke. */
  readonly connectionLossNoticedMs: number;
  /** DROP TABLE of a table whose region is moving answers after this many ms. */
  readonly dropDuringMoveMs: number;
  readonly commentLocksTable: boolean;
  readonly selector: "round_robin" | "lease_based";
  readonly eventRecorder: boolean;
  /** A table in append mode may name the merge mode that is the default. */
  readonly lastRowInAppendMode: boolean;
  /** Errors that come from metasrv carry `, code: …, tonic code: …` (the frontend appends it; here it matters for texts that are built whole). */
  readonly errorsNameTheirCode: boolean;
  readonly admin: AdminTraits;
}

/** Which of metasrv's HTTP administration exists. */
export interface AdminTraits {
  readonly maintenance: "none" | "text" | "json";
  /** `/admin/maintenance/{status,enable,disable}`, `/admin/procedure-manager/…`, `/admin/recovery/…`, `/admin/sequence/…`. */
  readonly verbs: boolean;
}

/** A version as three numbers; a pre-release counts as its release. */
export function parseVersion(version: string): readonly [number, number, number] {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  if (match === null) throw new Error(`"${version}" is not a version such as 1.1.4.`);
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

export function versionTraits(version: string): VersionTraits {
  const [major, minor, patch] = parseVersion(version);
  const since = (a: number, b: number, c = 0): boolean => major !== a ? major > a : minor !== b ? minor > b : patch >= c;
  return {
    migrationTableLock: since(0, 15) ? "none" : since(0, 11, 1) ? "exclusive" : "shared",
    alreadyThere: since(0, 15) ? "error" : "no procedure",
    wrongLeaderText: since(0, 14) ? "leader changed" : "argument",
    maxRunningProcedures: since(0, 14) ? 128 : Number.POSITIVE_INFINITY,
    rollback: since(0, 11, 1),
    flushBeforeDowngrade: since(0, 15),
    flushOnDowngrade: since(0, 9, 4),
    openTimeout: since(1, 0) ? "budget" : since(0, 13) ? 10_000 : 1_000,
    requiresObjectStorage: since(1, 1),
    downgradingState: since(1, 1) ? "Leader(Downgrading)" : "Follower",
    connectionLossNoticedMs: since(1, 1) ? 0 : 2_000,
    dropDuringMoveMs: since(1, 1) ? 0 : 4_000,
    commentLocksTable: since(1, 1),
    selector: since(0, 9) ? "round_robin" : "lease_based",
    eventRecorder: since(0, 16),
    lastRowInAppendMode: since(1, 1),
    errorsNameTheirCode: since(1, 1, 4),
    admin: {
      maintenance: since(0, 15) ? "json" : since(0, 8) ? "text" : "none",
      verbs: since(0, 16) || since(0, 15, 5),
    },
  };
}
