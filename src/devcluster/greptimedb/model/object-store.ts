import { emptyData, mergeInto } from "./region-data";
import type { RegionData } from "./region-data";

/** The flushed files of one region. */
export interface RegionFiles {
  readonly data: RegionData;
  files: number;
}

/**
 * Where datanodes keep what they flushed. On shared storage every datanode sees the same files of a region;
 * on local disks each sees only what it wrote itself.
 */
export interface ObjectStore {
  files(node: bigint, region: bigint): RegionFiles | undefined;
  /** Writes one more file. */
  flush(node: bigint, region: bigint, data: RegionData): void;
  /** Replaces everything the region has by `data` (nothing when undefined). */
  replace(node: bigint, region: bigint, data: RegionData | undefined): void;
  /** Removes the region from every datanode. */
  drop(region: bigint): void;
  all(): Iterable<RegionFiles>;
}

export function objectStore(shared: boolean): ObjectStore {
  const regions = new Map<string, RegionFiles>();
  const name = (node: bigint, region: bigint): string => (shared ? `${region}` : `${region}@${node}`);
  return {
    files: (node, region) => regions.get(name(node, region)),
    flush(node, region, data) {
      const key = name(node, region);
      let files = regions.get(key);
      if (files === undefined) regions.set(key, (files = { data: emptyData(), files: 0 }));
      mergeInto(files.data, data);
      files.files++;
    },
    replace(node, region, data) {
      if (data === undefined) regions.delete(name(node, region));
      else regions.set(name(node, region), { data, files: 1 });
    },
    drop(region) {
      if (shared) {
        regions.delete(`${region}`);
        return;
      }
      for (const key of regions.keys()) if (key.startsWith(`${region}@`)) regions.delete(key);
    },
    all: () => regions.values(),
  };
}
