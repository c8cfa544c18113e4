import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Puts a file in place with its whole content, readable for this user only: at any moment, also after a power cut, there is the old
 * one or the new one. Rejects with the system's error; then the old one is untouched.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomUUID()}`;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(text, "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Removes what a kill in the middle of {@link replaceFile} has left of these files. Only for whom nobody else replaces them meanwhile. */
export async function removeDrafts(paths: readonly string[]): Promise<void> {
  for (const directory of new Set(paths.map((path) => dirname(path)))) {
    const names = await readdir(directory).catch(() => []);
    const drafts = names.filter((name) => {
      const [file] = /\.\d+\.[0-9a-f-]{36}$/.exec(name) ?? [];
      return file !== undefined && paths.some((path) => basename(path) === name.slice(0, -file.length));
    });
    for (const name of drafts) await rm(join(directory, name), { force: true }).catch(() => undefined);
  }
}

/** Makes a rename survive a power cut. Some file systems do not offer it; then the rename is as safe as they are. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch {
    // Not offered here.
  }
}
