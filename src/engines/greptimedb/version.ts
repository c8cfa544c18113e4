/** A released server version, `1.2.0-beta.1`, ordered as semantic versioning orders them. */
export interface ServerVersion {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** Parts after the dash (`["beta", 1]`); empty for a release. */
  readonly pre: readonly (string | number)[];
}

/** The newest release line whose behaviour is known. A newer server works, with a notice. */
export const NEWEST_KNOWN_LINE = "1.2";

/** Version from text such as `1.1.4`, `v0.12.2`, `1.2.0-beta.2`; undefined when it is none. */
export function parseServerVersion(text: string): ServerVersion | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?/.exec(text.trim());
  if (match === null) return undefined;
  const pre = (match[4] ?? "").split(".").filter((part) => part !== "");
  return {
    text: match[0].replace(/^v/, ""),
    major: Number(match[1]),
    minor: Number(match[2]),
    patch: Number(match[3]),
    pre: pre.map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  };
}

/** What `SELECT version()` tells, e.g. `8.4.2-GreptimeDB-1.1.4` or `5.7.20-greptimedb-0.7.2`; undefined for another product. */
export function versionFromBanner(banner: string): ServerVersion | undefined {
  const match = /-greptimedb(?:-[a-z]+)*-v?(\d+\.\d+\.\d+\S*)$/i.exec(banner.trim());
  return match === null ? undefined : parseServerVersion(match[1] ?? "");
}

/** Negative when `a` is older than `b`, zero when they are equal. */
export function compareVersions(a: ServerVersion, b: ServerVersion): number {
  const release = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  if (release !== 0) return release;
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
  for (let i = 0; i < Math.max(a.pre.length, b.pre.length); i++) {
    const order = comparePart(a.pre[i], b.pre[i]);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(a: string | number | undefined, b: string | number | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "number") return -1;
  if (typeof b === "number") return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a server of one version can do and how it answers. The only place that decides by version. */
export interface Capabilities {
  readonly version: ServerVersion;
  /** `create-and-read` for servers before 0.7: they know no region placement in SQL. */
  readonly scope: "full" | "create-and-read";
  readonly newerThanKnown: boolean;
  readonly partitionSyntax: "range-columns" | "on-columns";
  /** How admin functions are called: `ADMIN f()` from 0.9.3, `SELECT f()` before. */
  readonly adminCall: "ADMIN" | "SELECT";
  /** Name of the table that tells region leaders; null before 0.7. */
  readonly regionPeersTable: "region_peers" | "greptime_region_peers" | null;
  /** `WHERE region_id = …` on region_peers is answered completely (before 1.0.0 it ends at the first row that does not match). */
  readonly regionFilterIsSafe: boolean;
  readonly clusterInfo: boolean;
  /** cluster_info.node_status says which metasrv leads. */
  readonly nodeStatus: boolean;
  readonly procedureInfo: boolean;
  /** Columns of region_statistics that give rows and size; null where there is no such table. */
  readonly regionStatistics: { readonly rows: string | null; readonly size: readonly string[] } | null;
  /** The column of `partitions` that shows the rule, for display. */
  readonly ruleColumn: "partition_expression" | "partition_description";
  /** Order of rules and of `p0, p1, …`: before 0.16 sorted by bound, then as the route lists them. */
  readonly ruleOrder: "sorted-by-bound" | "route";
  /** information_schema.tables.create_options: a table's own options. */
  readonly createOptions: boolean;
  /** SPLIT, MERGE and REPARTITION. */
  readonly repartition: boolean;
  /** ON COLUMNS in them, and PARTITION ON COLUMNS on an unpartitioned table. */
  readonly repartitionOnColumns: boolean;
  readonly modifyColumnType: boolean;
  readonly modifyColumnDefault: boolean;
  readonly commentOn: boolean;
  readonly setOption: boolean;
  readonly setAppendMode: boolean;
  readonly setSstFormat: boolean;
  /** write_buffer_size, auto_flush_interval, max_row_group_row_count, skip_wal. */
  readonly setStorageOptions: boolean;
  readonly addColumnIfNotExists: boolean;
  /** Migrations of one table lock the whole table and run one after another. */
  readonly serialPerTable: boolean;
  /** The server itself refuses a move between datanodes without object storage. */
  readonly objectStorageEnforced: boolean;
}

/** The capabilities of a version. `version` must be text that {@link parseServerVersion} understands; throws RangeError otherwise. */
export function capabilitiesOf(version: ServerVersion | string): Capabilities {
  const server = typeof version === "string" ? parseServerVersion(version) : version;
  if (server === undefined) throw new RangeError(`"${String(version)}" is not a GreptimeDB version.`);
  const since = (text: string): boolean => compareVersions(server, parseServerVersion(text) as ServerVersion) >= 0;
  return {
    version: server,
    scope: since("0.7.0") ? "full" : "create-and-read",
    newerThanKnown: `${server.major}.${server.minor}` !== NEWEST_KNOWN_LINE && since(`${NEWEST_KNOWN_LINE}.99`),
    partitionSyntax: since("0.7.0") ? "on-columns" : "range-columns",
    adminCall: since("0.9.3") ? "ADMIN" : "SELECT",
    regionPeersTable: since("0.8.0") ? "region_peers" : since("0.7.0") ? "greptime_region_peers" : null,
    regionFilterIsSafe: since("1.0.0"),
    clusterInfo: since("0.8.0"),
    nodeStatus: since("1.0.0-beta.1"),
    procedureInfo: since("0.9.4"),
    regionStatistics: since("0.10.0")
      ? { rows: "region_rows", size: ["disk_size", "memtable_size"] }
      : since("0.9.4")
        ? { rows: null, size: ["sst_size", "memtable_size"] }
        : null,
    ruleColumn: since("1.0.0-beta.2") ? "partition_description" : "partition_expression",
    ruleOrder: since("0.16.0") ? "route" : "sorted-by-bound",
    createOptions: since("0.9.0"),
    repartition: since("1.0.0"),
    repartitionOnColumns: since("1.1.0"),
    modifyColumnType: since("0.8.0"),
    modifyColumnDefault: since("0.16.0"),
    commentOn: since("1.0.0-beta.3"),
    setOption: since("0.10.0"),
    setAppendMode: since("1.0.0-rc.2"),
    setSstFormat: since("1.0.0-beta.1"),
    setStorageOptions: since("1.2.0-beta.1"),
    addColumnIfNotExists: since("0.12.0"),
    serialPerTable: since("0.11.1") && !since("0.15.0"),
    objectStorageEnforced: since("1.1.0"),
  };
}
