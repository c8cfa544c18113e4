import { warningDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import type { KwdbAbilities } from "../../planning/kwdb/observed";

/** A release of KWDB: `3.2.1`, `2.0.3.2`. */
export interface ServerVersion {
  readonly text: string;
  readonly numbers: readonly number[];
}

/** What `SELECT version()` tells. */
export type Banner =
  | { readonly kind: "kwdb"; readonly version: ServerVersion | undefined; readonly tag: string }
  | { readonly kind: "other" };

/** The newest release line whose behaviour is known, and the oldest that is supported. */
export const NEWEST_KNOWN_LINE = "3.2";
export const OLDEST_SUPPORTED = "2.0.4";

/** Reads `KaiwuDB V3.2.1 (linux amd64, built …)`. Self-built servers may call themselves `unknown` or by a commit. */
export function readBanner(banner: string): Banner {
  const match = /^KaiwuDB\s+(\S+)/i.exec(banner.trim());
  if (match === null) return { kind: "other" };
  const tag = match[1] ?? "";
  return { kind: "kwdb", version: parseServerVersion(tag), tag };
}

/** Version from text such as `V3.2.1`, `2.0.3.2`, `V3.2.1-12-gabcdef`; undefined when it is none. */
export function parseServerVersion(text: string): ServerVersion | undefined {
  const match = /^v?(\d+\.\d+(?:\.\d+){0,2})(?:$|[-+])/i.exec(text.trim());
  return match === null ? undefined : { text: match[1] ?? "", numbers: (match[1] ?? "").split(".").map(Number) };
}

/** Negative when `a` is older than `b`, zero when they are equal. Missing parts count as 0. */
export function compareVersions(a: ServerVersion, b: ServerVersion): number {
  for (let index = 0; index < Math.max(a.numbers.length, b.numbers.length); index += 1) {
    const order = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** What a server of this version can do; an unknown one is taken for the newest. The only place that decides by version. */
export function abilitiesOf(version: ServerVersion | undefined): KwdbAbilities {
  const since = (text: string): boolean =>
    version === undefined || compareVersions(version, parseServerVersion(text) as ServerVersion) >= 0;
  return {
    timeSeriesZones: since("2.1.0"),
    partitionZones: since("2.1.0"),
    indexZones: !since("2.1.0"),
    rebalance: since("3.0.0"),
    listsHashPoints: since("3.0.0"),
    mergesByTime: !since("3.1.0"),
  };
}

/** What a user should know about the version before anything is done; empty for a known one. */
export function versionNotices({ version, tag }: Extract<Banner, { kind: "kwdb" }>): readonly Diagnostic[] {
  if (version === undefined) {
    return [
      warningDiagnostic({
        code: "KWDB_VERSION_UNKNOWN",
        summary: "The server does not tell its version",
        detail: `It calls itself "${tag}". It is treated like ${NEWEST_KNOWN_LINE}; read plans with care.`,
      }),
    ];
  }
  if (compareVersions(version, parseServerVersion(OLDEST_SUPPORTED) as ServerVersion) < 0) {
    return [
      warningDiagnostic({
        code: "KWDB_VERSION_OLD",
        summary: `KWDB ${version.text} is older than the versions known here`,
        detail: `Known from ${OLDEST_SUPPORTED} on. Most zones of time-series objects cannot be configured there; upgrade the cluster.`,
      }),
    ];
  }
  const line = version.numbers.slice(0, 2).join(".");
  if (
    compareVersions(
      { text: line, numbers: version.numbers.slice(0, 2) },
      parseServerVersion(NEWEST_KNOWN_LINE) as ServerVersion,
    ) <= 0
  )
    return [];
  return [
    warningDiagnostic({
      code: "KWDB_VERSION_NEWER",
      summary: `KWDB ${version.text} is newer than the versions known here`,
      detail: `Known up to ${NEWEST_KNOWN_LINE}. It is treated like ${NEWEST_KNOWN_LINE}; read plans with care and look for a newer release of this product.`,
    }),
  ];
}
