/** What a GreptimeDB version means for moving regions. */
export interface MigrationRules {
  /** `migrate_region` exists (0.7 on). */
  readonly canMigrate: boolean;
  /** Moves of one table run one after another because the server takes the table's lock (0.11.1 to 0.14.x). */
  readonly serialPerTable: boolean;
  /** The server tells when it last heard from each datanode (`cluster_info`, 0.8 on). */
  readonly tellsLiveness: boolean;
  /** Newer than the versions this product was tested with. */
  readonly newerThanKnown: boolean;
}

/** The newest minor version whose behaviour is known. */
export const NEWEST_KNOWN = "1.2";

/** Rules of a version text such as `1.1.4`, `v0.15.0` or `1.0.0-beta.1`. An unreadable version counts as newer than known. */
export function migrationRules(version: string): MigrationRules {
  const parts = parseVersion(version);
  if (parts === null) return { canMigrate: true, serialPerTable: false, tellsLiveness: true, newerThanKnown: true };
  const [major, minor] = parts;
  return {
    canMigrate: atLeast(parts, [0, 7, 0]),
    serialPerTable: atLeast(parts, [0, 11, 1]) && !atLeast(parts, [0, 15, 0]),
    tellsLiveness: atLeast(parts, [0, 8, 0]),
    newerThanKnown: major > 1 || (major === 1 && minor > 2),
  };
}

type Version = readonly [number, number, number];

function parseVersion(text: string): Version | null {
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text.trim());
  return found === null ? null : [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}

function atLeast(version: Version, bound: Version): boolean {
  for (const index of [0, 1, 2] as const) {
    if (version[index] !== bound[index]) return version[index] > bound[index];
  }
  return true;
}
