import { parseVersion } from "./model/version-traits";
import type { Grammar } from "./syntax/parse-statement";

/** How a complete rule set is checked at CREATE TABLE. */
export type RuleCheck = "none" | "closed" | "checkpoints";

/** Everything in which the frontends of different server versions differ; one value per emulated version. */
export interface ServerVersion {
  /** e.g. `1.1.4`. */
  readonly text: string;
  /** Whether the version is this or a later one; pre-releases count as their release. */
  readonly since: (major: number, minor: number, patch?: number) => boolean;
  readonly gitCommit: string;
  readonly grammar: Grammar;
  /** Server version of the handshake. */
  readonly handshake: string;
  /** Answer of `SELECT version()`. */
  readonly versionFunction: string;
  /** Answer of `SELECT @@version_comment`. */
  readonly versionComment: string;
  readonly ruleCheck: RuleCheck;
  /** Partition columns had to be primary key columns or the time index. */
  readonly partitionColumnsInKey: boolean;
  /** Rules are listed sorted by bound instead of in route order. */
  readonly rulesSortedByBound: boolean;
  /** What `information_schema.partitions` shows as the rule, and in which column. */
  readonly partitionText: "debug" | "expression" | "description";
  /** Name of the routes' table in information_schema. */
  readonly regionPeersTable: "greptime_region_peers" | "region_peers" | null;
  readonly downgradingStatus: "DOWNGRADED" | "DOWNGRADING";
  /** Errors start with `(Status): ` and carry MySQL error numbers. */
  readonly errorStatus: boolean;
  /** Errors of admin functions are wrapped in `Failed to execute admin function …`. */
  readonly adminErrorsWrapped: boolean;
  /** Errors of metasrv and datanodes end in `, code: …, tonic code: …`. */
  readonly remoteErrorSuffix: boolean;
  /** Admin functions may be called in SELECT. */
  readonly adminInSelect: boolean;
  /** Fraction of a timestamp on the wire, when it is not zero: always six digits, or three, six or nine as needed. */
  readonly timestampFraction: "six" | "groups";
  readonly yes: "Yes" | "YES";
  readonly no: "No" | "NO";
  readonly indexes: "aggregate" | "statistics";
  /** `JSON(format = 'structured')` in SHOW CREATE TABLE. */
  readonly jsonFormatPrinted: boolean;
  /** `'compaction.override' = 'true'` appears with compaction options of CREATE TABLE. */
  readonly compactionOverride: boolean;
  /** Index clauses print `false_positive_rate`. */
  readonly falsePositiveRate: boolean;
  /** DATETIME is TIMESTAMP(6) instead of a type of its own. */
  readonly datetimeIsMicroseconds: boolean;
  /** 0.7 prints `regions = n` among the options. */
  readonly regionsOption: boolean;
  readonly repartition: boolean;
}

/** Build commits that were observed; other versions show an invented one. */
const COMMITS: Readonly<Record<string, string>> = {
  "1.0.2": "0ef54511f710f0ef2c05941c8c600bb4c1fd46c8",
  "1.1.4": "16e9abe4a9b0512ef9d800cb8c8f68d4167327bd",
};

/** The behaviour of the version, e.g. `serverVersion("1.0.2")`. Throws on a text that is not a version. */
export function serverVersion(text: string): ServerVersion {
  const [major, minor, patch] = parseVersion(text);
  const since = (a: number, b: number, c = 0): boolean => (major !== a ? major > a : minor !== b ? minor > b : patch >= c);
  const product = since(1, 0) ? "GreptimeDB" : "greptimedb";
  const mysql = since(0, 9, 2) ? "8.4.2" : "5.7.20";
  return {
    text,
    since,
    gitCommit: COMMITS[text] ?? "0000000000000000000000000000000000000000",
    grammar: {
      partition: since(0, 7) ? "rules" : "ranges",
      admin: since(0, 9, 3),
      commentOn: since(1, 0),
      repartition: since(1, 0),
      splitMerge: since(1, 0),
      partitionOnColumns: since(1, 1),
    },
    handshake: since(0, 9, 2) ? "8.4.2" : "5.7.20",
    versionFunction: `${mysql}-${product}-${text}`,
    versionComment: since(1, 0) ? "GreptimeDB" : "Greptime",
    ruleCheck: since(0, 15) ? "checkpoints" : since(0, 8) ? "closed" : "none",
    partitionColumnsInKey: !since(0, 9, 3),
    rulesSortedByBound: !since(0, 16),
    partitionText: since(1, 0) ? "description" : since(0, 8, 2) ? "expression" : "debug",
    regionPeersTable: since(0, 8) ? "region_peers" : since(0, 7) ? "greptime_region_peers" : null,
    downgradingStatus: since(0, 9, 4) ? "DOWNGRADING" : "DOWNGRADED",
    errorStatus: since(0, 9),
    adminErrorsWrapped: since(0, 17),
    remoteErrorSuffix: since(1, 1, 4),
    adminInSelect: (since(0, 7) && !since(0, 9, 3)) || since(0, 17),
    timestampFraction: since(1, 1) ? "groups" : "six",
    yes: since(1, 1) ? "YES" : "Yes",
    no: since(1, 1) ? "NO" : "No",
    indexes: since(1, 1) ? "statistics" : "aggregate",
    jsonFormatPrinted: since(1, 0) && !since(1, 1),
    compactionOverride: since(0, 15),
    falsePositiveRate: since(0, 15),
    datetimeIsMicroseconds: since(0, 13),
    regionsOption: since(0, 7) && !since(0, 8),
    repartition: since(1, 0),
  };
}
