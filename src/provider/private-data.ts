/** What a resource keeps beside its state: a cache for planning, never the only place of anything. */
export interface PrivateData {
  /** Version of the server when the resource was last read; absent when nothing is stored. */
  readonly serverVersion?: string;
}

/** The stored data; empty when there is none, or when it cannot be read: Terraform may lose it. */
export function readPrivate(bytes: Uint8Array): PrivateData {
  if (bytes.length === 0) return {};
  try {
    const value = JSON.parse(Buffer.from(bytes).toString("utf8")) as { readonly server_version?: unknown };
    return typeof value.server_version === "string" ? { serverVersion: value.server_version } : {};
  } catch {
    return {};
  }
}

/** The inverse of {@link readPrivate}. */
export function writePrivate(data: PrivateData): Uint8Array {
  return Buffer.from(JSON.stringify({ server_version: data.serverVersion }), "utf8");
}
