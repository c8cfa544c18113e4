import type { SharedStorageDeclaration } from "../topology/manifest";
import { isUnresolved } from "./unresolved";

/** The object storage that all datanodes of a cluster share. Region migration needs one. */
export interface ISharedStorage {
  readonly kind: "s3";
  /** Name of the bucket. */
  readonly bucket: string;
  /** Prefix inside the bucket. Every cluster needs its own: tables of two clusters have the same ids. */
  readonly root?: string;
  readonly region?: string;
  /** URL of an S3-compatible service. */
  readonly endpoint?: string;
}

export interface S3StorageProps {
  /** Name of the bucket that the datanodes are configured with. */
  readonly bucket: string;
  /** Prefix inside the bucket; every cluster needs its own. @default - the bucket's top */
  readonly root?: string;
  /** @default - not declared */
  readonly region?: string;
  /** URL of an S3-compatible service. @default - AWS */
  readonly endpoint?: string;
}

/**
 * Shared storage that exists already. For a bucket that the same program makes see `SharedBucket` in `topoform/aws`.
 *
 * @example
 * SharedStorage.s3({ bucket: "metrics", root: "greptimedb/production" })
 */
export class SharedStorage {
  /** A bucket by its name. */
  static s3(props: S3StorageProps): ISharedStorage {
    return { kind: "s3", ...props };
  }

  private constructor() {}
}

/** `s3://bucket/root`, as the placement resources name it. */
export function storageUrl(storage: ISharedStorage): string {
  const root = storage.root?.replace(/^\/+|\/+$/g, "") ?? "";
  return root === "" ? `s3://${storage.bucket}` : `s3://${storage.bucket}/${root}`;
}

/** For the manifest: without what only Terraform knows. */
export function storageDeclaration(storage: ISharedStorage): SharedStorageDeclaration {
  const { kind, bucket, root, region, endpoint } = storage;
  const known = Object.entries({ bucket, root, region, endpoint }).filter(
    ([, value]) => value !== undefined && !isUnresolved(value),
  );
  return { kind, ...Object.fromEntries(known) };
}
