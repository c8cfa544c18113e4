/** One key of a procedure's locks, as `procedure_info.lock_keys` prints it. */
export interface LockKey {
  readonly mode: "Share" | "Exclusive";
  readonly key: string;
}

export const catalogLock = (): LockKey => ({ mode: "Share", key: "__catalog_lock/greptime" });
export const schemaLock = (database: string, mode: LockKey["mode"] = "Share"): LockKey => ({ mode, key: `__schema_lock/greptime.${database}` });
export const tableNameLock = (database: string, name: string): LockKey => ({ mode: "Exclusive", key: `__table_name_lock/greptime.${database}.${name}` });
export const tableLock = (tableId: number, mode: LockKey["mode"] = "Exclusive"): LockKey => ({ mode, key: `__table_lock/${tableId}` });
export const regionLock = (region: bigint): LockKey => ({ mode: "Exclusive", key: `__region_lock/${region}` });

export const printLocks = (keys: readonly LockKey[]): string => keys.map(({ mode, key }) => `${mode}("${key}")`).join(",");

/** Read/write locks by key, first come first served. Keys are taken in the given order, which every procedure keeps. */
export interface Locks {
  /** Resolves with a release function once all keys are held. */
  acquire(keys: readonly LockKey[]): Promise<() => void>;
}

interface Entry {
  readers: number;
  writer: boolean;
  readonly waiting: { readonly mode: LockKey["mode"]; readonly grant: () => void }[];
}

export function locks(): Locks {
  const entries = new Map<string, Entry>();

  const admit = (entry: Entry, mode: LockKey["mode"]): boolean => {
    if (entry.writer || (mode === "Exclusive" && entry.readers > 0)) return false;
    if (mode === "Exclusive") entry.writer = true;
    else entry.readers++;
    return true;
  };

  const take = ({ key, mode }: LockKey): Promise<void> => {
    let entry = entries.get(key);
    if (entry === undefined) entries.set(key, (entry = { readers: 0, writer: false, waiting: [] }));
    if (entry.waiting.length === 0 && admit(entry, mode)) return Promise.resolve();
    return new Promise((grant) => entry.waiting.push({ mode, grant }));
  };

  const release = ({ key, mode }: LockKey): void => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    if (mode === "Exclusive") entry.writer = false;
    else entry.readers--;
    for (let next = entry.waiting[0]; next !== undefined && admit(entry, next.mode); next = entry.waiting[0]) {
      entry.waiting.shift();
      next.grant();
    }
    if (!entry.writer && entry.readers === 0 && entry.waiting.length === 0) entries.delete(key);
  };

  return {
    async acquire(keys) {
      for (const key of keys) await take(key);
      return () => keys.forEach(release);
    },
  };
}
