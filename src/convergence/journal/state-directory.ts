import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where journals and locks are: `TOPOFORM_STATE_DIR`, else `topoform` in `XDG_STATE_HOME`, else `~/.local/state/topoform`.
 */
export function stateDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const own = environment["TOPOFORM_STATE_DIR"];
  if (own !== undefined && own !== "") return own;
  const xdg = environment["XDG_STATE_HOME"];
  return xdg !== undefined && xdg !== "" ? join(xdg, "topoform") : join(homedir(), ".local", "state", "topoform");
}

/** The files of one cluster. */
export interface StatePaths {
  readonly journal: string;
  readonly lock: string;
  /** What undoes the last apply. */
  readonly rollback: string;
  /** What KWDB zones and settings were before they were first changed. */
  readonly originals: string;
  /** How long past moves took. */
  readonly history: string;
}

/** Where they are. `key` tells clusters apart, e.g. `greptimedb 127.0.0.1:4002`; it is part of the name only in a readable short form. */
export function statePaths(directory: string, key: string): StatePaths {
  const readable = key.replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 60);
  const name = `${readable}-${createHash("sha256").update(key).digest("hex").slice(0, 12)}`;
  return {
    journal: join(directory, `${name}.journal.jsonl`),
    lock: join(directory, `${name}.lock`),
    rollback: join(directory, `${name}.rollback.json`),
    originals: join(directory, `${name}.originals.json`),
    history: join(directory, `${name}.moves.jsonl`),
  };
}
