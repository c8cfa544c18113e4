import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";

import type { ISharedStorage } from "../shared-storage";

/** Where in a bucket a cluster keeps its data. */
export interface BucketLocationProps {
  /** Prefix inside the bucket; every cluster needs its own. @default - the bucket's top */
  readonly root?: string;
  /** AWS region of the bucket. @default - the AWS provider's */
  readonly region?: string;
}

export interface SharedBucketProps extends BucketLocationProps {
  /** @default - a unique name that AWS chooses */
  readonly bucketName?: string;
  /** ARN or id of a KMS key. @default - S3's own keys (AES256) */
  readonly kmsKeyId?: string;
  /** Days after which the parts of an upload that never finished are removed. @default 7 */
  readonly abortIncompleteUploadsAfterDays?: number;
  /** Whether Terraform refuses to destroy the bucket. @default true */
  readonly preventDestroy?: boolean;
  /** @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** @default - the stack's AWS provider */
  readonly provider?: TerraformProvider;
}

/**
 * The S3 bucket that the datanodes of a cluster share: private, encrypted, safe from `destroy`, and without the remains of
 * broken uploads. The stack needs an `AwsProvider`. The datanodes' own configuration must name the same bucket and root.
 *
 * @example
 * const bucket = new SharedBucket(this, "storage", { bucketName: "metrics", root: "greptimedb" });
 * new GreptimeCluster(this, "cluster", { sharedStorage: bucket, datanodes: Datanodes.count(3) });
 */
export class SharedBucket extends Construct implements ISharedStorage {
  /** A bucket that exists already; nothing of it is managed. */
  static fromBucketName(
    scope: Construct,
    id: string,
    bucketName: string,
    props: BucketLocationProps = {},
  ): ISharedStorage {
    return new ExistingBucket(scope, id, bucketName, props);
  }

  readonly kind = "s3";
  readonly root?: string;
  readonly region?: string;
  private readonly resource: S3Bucket;

  constructor(scope: Construct, id: string, props: SharedBucketProps = {}) {
    super(scope, id);
    if (props.root !== undefined) this.root = props.root;
    if (props.region !== undefined) this.region = props.region;
    this.resource = new S3Bucket(this, "Default", {
      ...settings(props),
      ...(props.bucketName === undefined ? {} : { bucket: props.bucketName }),
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      lifecycle: { preventDestroy: props.preventDestroy ?? true },
    });
    this.keepPrivate(props);
    this.encrypt(props);
    this.abortUploads(props);
  }

  /** As a reference: what uses it comes after the bucket. */
  get bucket(): string {
    return this.resource.bucket;
  }

  /** Known after apply. */
  get arn(): string {
    return this.resource.arn;
  }

  private keepPrivate(props: SharedBucketProps): void {
    new S3BucketPublicAccessBlock(this, "PublicAccessBlock", {
      ...settings(props),
      bucket: this.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  }

  private encrypt(props: SharedBucketProps): void {
    const byKey =
      props.kmsKeyId === undefined
        ? { sseAlgorithm: "AES256" }
        : { sseAlgorithm: "aws:kms", kmsMasterKeyId: props.kmsKeyId };
    new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
      ...settings(props),
      bucket: this.bucket,
      rule: [{ applyServerSideEncryptionByDefault: byKey, bucketKeyEnabled: props.kmsKeyId !== undefined }],
    });
  }

  private abortUploads(props: SharedBucketProps): void {
    new S3BucketLifecycleConfiguration(this, "Lifecycle", {
      ...settings(props),
      bucket: this.bucket,
      rule: [
        {
          id: "abort-incomplete-uploads",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: props.abortIncompleteUploadsAfterDays ?? 7 }],
        },
      ],
    });
  }
}

class ExistingBucket extends Construct implements ISharedStorage {
  readonly kind = "s3";
  readonly root?: string;
  readonly region?: string;

  constructor(
    scope: Construct,
    id: string,
    readonly bucket: string,
    { root, region }: BucketLocationProps,
  ) {
    super(scope, id);
    if (root !== undefined) this.root = root;
    if (region !== undefined) this.region = region;
  }
}

/** What every resource of the bucket has in common. */
function settings({ provider, region }: SharedBucketProps): {
  readonly provider?: TerraformProvider;
  readonly region?: string;
} {
  return { ...(provider === undefined ? {} : { provider }), ...(region === undefined ? {} : { region }) };
}
