import { createHash } from "node:crypto";

import type { ZipEntry } from "./zip-entries";

/**
 * Terraform's `h1:` hash of a provider package, as it stands in `.terraform.lock.hcl`: SHA-256 over one line per file,
 * sorted by path, each `hex SHA-256 of the file`, two spaces, path. File modes do not count, so the hash of an archive
 * equals that of the unpacked directory, and one hash covers all platforms that get the same files.
 */
export function packageHash(files: readonly ZipEntry[]): string {
  const lines = [...files]
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
    .map((file) => `${createHash("sha256").update(file.content).digest("hex")}  ${file.path}\n`);
  return `h1:${createHash("sha256").update(lines.join("")).digest("base64")}`;
}
