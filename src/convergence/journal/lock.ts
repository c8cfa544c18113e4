import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { DiagnosticError, errorDiagnostic } from "../../topology/diagnostic";
import { readBootId, readProcessStart } from "./process-start";

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Since when, as an ISO time. */
  readonly since: string;
  /** What it runs, for people: `topoform apply`. */
  readonly command: string;
  /** Tells a process from a later one with the same pid; null where the system does not say. */
  readonly processStart: string | null;
  /** Tells this start of the machine from earlier ones; null where the system does not say. */
  readonly bootId: string | null;
}

export type LockResult =
  | { readonly kind: "acquired"; release(): Promise<void> }
  /** `file`: what the holder has; when it is removed the lock is free. */
  | { readonly kind: "held"; readonly holder: LockHolder; readonly file: string };

/**
 * Takes the lock of one cluster on this machine, or says who holds it. It never waits.
 *
 * The lock is a file `<path>.<generation>` that exists completely or not at all (it is linked into place). The lock of a dead
 * process, or one that a power cut has left without its content, is taken over by linking the next generation, which exactly one of several takers can; the older file goes afterwards.
 * A taker that then sees another living holder gives its own up, so that never two hold it.
 * A holder on another machine (a shared directory) counts as living: nobody here can know.
 *
 * Throws a DiagnosticError (LOCK_UNWRITABLE).
 */
export async function acquireLock(path: string, command: string, now: number): Promise<LockResult> {
  const self: LockHolder = {
    pid: process.pid,
    host: hostname(),
    since: new Date(now).toISOString(),
    command,
    processStart: await readProcessStart(process.pid),
    bootId: await readBootId(),
  };
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await take(path, self);
  } catch (cause) {
    const detail = `${path}: ${cause instanceof Error ? cause.message : String(cause)}. Make the directory writable, or name another in TOPOFORM_STATE_DIR.`;
    throw new DiagnosticError(
      errorDiagnostic({ code: "LOCK_UNWRITABLE", summary: "The lock cannot be taken", detail, address: path }),
      { cause },
    );
  }
}

async function take(path: string, self: LockHolder): Promise<LockResult> {
  const before = await generations(path);
  const living = await livingOf(before);
  if (living !== undefined) return { kind: "held", ...living };
  const generation = Math.max(0, ...before.map((held) => held.generation)) + 1;
  const file = `${path}.${generation}`;
  if (!(await create(file, self))) {
    const winner = (await generations(path)).find((held) => held.generation === generation);
    return winner === undefined || winner.holder === null ? take(path, self) : { kind: "held", holder: winner.holder, file };
  }
  const other = await livingOf((await generations(path)).filter((one) => one.generation !== generation));
  if (other !== undefined) {
    await rm(file, { force: true });
    return { kind: "held", ...other };
  }
  for (const dead of before) await rm(dead.file, { force: true });
  // The lock is ours, whatever becomes of them.
  await removeDeadDrafts(path).catch(() => undefined);
  // A directory that can no longer be written must not hide how the run went: the lock of a process that has ended is taken over.
  return { kind: "acquired", release: () => rm(file, { force: true }).catch(() => undefined) };
}

/** The first of them that a living process holds. */
async function livingOf(all: readonly Generation[]): Promise<{ readonly holder: LockHolder; readonly file: string } | undefined> {
  for (const { holder, file } of all) if (holder !== null && (await isAlive(holder))) return { holder, file };
  return undefined;
}

/** Makes the file with its whole content, unless it exists. */
async function create(file: string, holder: LockHolder): Promise<boolean> {
  const draft = `${file}.${holder.pid}.${randomUUID()}`;
  try {
    await writeDurably(draft, `${JSON.stringify(holder)}\n`);
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** A living process has its draft without content for milliseconds. */
const DRAFT_IS_OLD_MS = 60_000;

/** Removes what a kill in the middle of {@link create} has left. Others may be at it just now: theirs stay. */
async function removeDeadDrafts(path: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix) || !/^\d+\.\d+\.[0-9a-f-]{36}$/.test(name.slice(prefix.length))) continue;
    const draft = join(dirname(path), name);
    const text = await readIfThere(draft);
    const holder = text === null ? null : parseHolder(text);
    const isDead = holder === null ? await isOld(draft) : !(await isAlive(holder));
    if (isDead) await rm(draft, { force: true });
  }
}

async function isOld(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > DRAFT_IS_OLD_MS;
}

/** Without the sync a power cut could leave the linked name with nothing in it. */
async function writeDurably(file: string, text: string): Promise<void> {
  const opened = await open(file, "wx", 0o600);
  try {
    await opened.writeFile(text, "utf8");
    await opened.sync();
  } finally {
    await opened.close();
  }
}

interface Generation {
  readonly generation: number;
  readonly file: string;
  /** null: the file does not say; then nobody who lives has made it, because a living holder's file is complete. */
  readonly holder: LockHolder | null;
}

async function generations(path: string): Promise<readonly Generation[]> {
  const prefix = `${basename(path)}.`;
  const found: Generation[] = [];
  for (const name of await readdir(dirname(path))) {
    const suffix = name.slice(prefix.length);
    if (!name.startsWith(prefix) || !/^\d+$/.test(suffix)) continue;
    const file = join(dirname(path), name);
    const text = await readIfThere(file);
    if (text !== null) found.push({ generation: Number(suffix), file, holder: parseHolder(text) });
  }
  return found.sort((a, b) => a.generation - b.generation);
}

/** null when the file has just gone. */
async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function parseHolder(text: string): LockHolder | null {
  try {
    const holder = JSON.parse(text) as Partial<LockHolder> | null;
    return typeof holder?.pid === "number" && typeof holder.host === "string" ? (holder as LockHolder) : null;
  } catch {
    return null;
  }
}

async function isAlive(holder: LockHolder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  const bootId = await readBootId();
  if (holder.bootId !== null && bootId !== null && holder.bootId !== bootId) return false;
  if (!processExists(holder.pid)) return false;
  const start = await readProcessStart(holder.pid);
  return holder.processStart === null || start === null || start === holder.processStart;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
