const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] as const;

/** A size for people: `1.2 MiB`, `512 B`; `size unknown` for null. */
export function formatBytes(bytes: bigint | null): string {
  if (bytes === null) return "size unknown";
  let unit = 0;
  let scale = 1n;
  while (unit < UNITS.length - 1 && bytes >= scale * 1024n) {
    unit += 1;
    scale *= 1024n;
  }
  if (unit === 0) return `${bytes} B`;
  const tenths = (bytes * 10n + scale / 2n) / scale;
  return tenths >= 10_240n && unit < UNITS.length - 1
    ? `1.0 ${UNITS[unit + 1]}`
    : `${tenths / 10n}.${tenths % 10n} ${UNITS[unit]}`;
}
