import type { Diagnostic } from "./diagnostic";
import { readGreptimeCluster } from "./greptime-cluster-json";
import { greptimeClusterToJson } from "./greptime-cluster-to-json";
import { ObjectReader } from "./json-reader";
import type { JsonValue } from "./json-value";
import { kwdbClusterToJson } from "./kwdb/kwdb-cluster-to-json";
import { readKwdbCluster } from "./kwdb/read-kwdb-cluster";
import type { ClusterDeclaration, TopologyManifest } from "./manifest";
import { validateManifest } from "./validate-manifest";
import { diagnosticsOf, type Finding } from "./validation";

/** What came of reading a manifest. */
export interface ParsedManifest {
  /** Present when every member has the right shape; `diagnostics` may still hold errors of what it declares. */
  readonly manifest: TopologyManifest | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a manifest from a parsed JSON or YAML document and validates what it declares.
 *
 * Keys are written in snake_case, as in HCL (`primary_key`, `less_than`, `replay_timeout_seconds`); an unknown key is an error
 * with the likely one named. Defaults are filled in. 64-bit ids are numbers, or decimal text beyond 2^53.
 * `source`: the file's name, the address of problems with its shape; their `path` starts at the document's root.
 * A `$schema` key at the root is ignored.
 */
export function parseManifest(value: unknown, source: string): ParsedManifest {
  const findings: Finding[] = [];
  const manifest = readManifest(value, findings);
  if (manifest === undefined || findings.length > 0) return { manifest: undefined, diagnostics: diagnosticsOf(findings, source) };
  return { manifest, diagnostics: validateManifest(manifest, manifest.stack === "" ? { address: source } : {}) };
}

function readManifest(value: unknown, findings: Finding[]): TopologyManifest | undefined {
  const reader = ObjectReader.of(value, [], ["version", "stack", "clusters"], findings, ["$schema"]);
  if (reader === undefined) return undefined;
  readVersion(reader);
  if (reader.raw("clusters") === undefined) reader.missing("clusters");
  return {
    version: 1,
    stack: reader.optionalText("stack") ?? "",
    clusters: reader.list("clusters", (item, path) => readCluster(item, path, findings)),
  };
}

function readVersion(reader: ObjectReader): void {
  const version = reader.raw("version");
  if (version === 1) return;
  if (version === undefined) return reader.missing("version");
  const detail = "This release reads version 1 only. Write \"version\": 1, or use the release of Topoform that wrote the manifest.";
  reader.problem("version", { code: "MANIFEST_VERSION_UNKNOWN", summary: "Unknown version of the manifest", detail });
}

const READERS = { greptimedb: readGreptimeCluster, kwdb: readKwdbCluster } as const satisfies Readonly<Record<ClusterDeclaration["engine"], unknown>>;

function readCluster(value: unknown, path: readonly (string | number)[], findings: Finding[]): ClusterDeclaration | undefined {
  const reader = ObjectReader.of(value, path, ["engine"], findings, Object.keys((value ?? {}) as object));
  if (reader === undefined) return undefined;
  const engine = reader.word("engine", ["greptimedb", "kwdb"]);
  return reader.raw("engine") === engine ? READERS[engine](value, path, findings) : undefined;
}

/**
 * The manifest as JSON text: two spaces, a line feed at the end, members in a fixed order, maps sorted by key, so that
 * the same topology always gives the same bytes. Reading it back with {@link parseManifest} gives the same topology.
 */
export function manifestToJson(manifest: TopologyManifest): string {
  const json: JsonValue = {
    version: manifest.version,
    stack: manifest.stack,
    clusters: manifest.clusters.map(clusterToJson),
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

function clusterToJson(cluster: ClusterDeclaration): JsonValue {
  switch (cluster.engine) {
    case "greptimedb":
      return greptimeClusterToJson(cluster);
    case "kwdb":
      return kwdbClusterToJson(cluster);
  }
}
