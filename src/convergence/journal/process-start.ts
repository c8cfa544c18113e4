import { readFile } from "node:fs/promises";

/** When a process started, in the kernel's own ticks since boot; null where `/proc` does not tell. */
export async function readProcessStart(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The command's name stands in parentheses and may hold anything; fields are counted after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

/** Identifies the current start of the machine; null where `/proc` does not tell. */
export async function readBootId(): Promise<string | null> {
  try {
    return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  } catch {
    return null;
  }
}
