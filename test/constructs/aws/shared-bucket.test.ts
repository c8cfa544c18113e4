import { AwsProvider } from "@cdktf/provider-aws/lib/provider";

import { SharedBucket } from "../../../src/constructs/aws";
import { GreptimeCluster, PartitionedTable } from "../../../src/index";
import { cpu, removeTemporaryDirectories, stackOf, synthesized } from "../support/program";

afterAll(removeTemporaryDirectories);

function bucketStack() {
  const stack = stackOf();
  new AwsProvider(stack, "aws");
  return stack;
}

test("a bucket is private, encrypted, kept, and free of broken uploads", () => {
  const stack = bucketStack();
  new SharedBucket(stack, "storage", { bucketName: "metrics", tags: { team: "db" } });
  const { resource } = synthesized(stack);
  const only = (type: string) => Object.values(resource[type] ?? {});
  expect(resource.aws_s3_bucket?.storage).toEqual({
    bucket: "metrics",
    tags: { team: "db" },
    lifecycle: { prevent_destroy: true },
  });
  expect(only("aws_s3_bucket_public_access_block")).toEqual([
    {
      bucket: "${aws_s3_bucket.storage.bucket}",
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    },
  ]);
  expect(only("aws_s3_bucket_server_side_encryption_configuration")).toEqual([
    {
      bucket: "${aws_s3_bucket.storage.bucket}",
      rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" }, bucket_key_enabled: false }],
    },
  ]);
  expect(only("aws_s3_bucket_lifecycle_configuration")).toEqual([
    {
      bucket: "${aws_s3_bucket.storage.bucket}",
      rule: [
        {
          id: "abort-incomplete-uploads",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
        },
      ],
    },
  ]);
});

test("a key, a region and an explicit wish to destroy", () => {
  const stack = bucketStack();
  new SharedBucket(stack, "storage", {
    kmsKeyId: "alias/db",
    region: "eu-central-1",
    preventDestroy: false,
    abortIncompleteUploadsAfterDays: 1,
  });
  const { resource } = synthesized(stack);
  expect(resource.aws_s3_bucket?.storage).toEqual({ region: "eu-central-1", lifecycle: { prevent_destroy: false } });
  expect(Object.values(resource.aws_s3_bucket_server_side_encryption_configuration ?? {})[0]?.rule).toEqual([
    {
      apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: "alias/db" },
      bucket_key_enabled: true,
    },
  ]);
  expect(Object.values(resource.aws_s3_bucket_lifecycle_configuration ?? {})[0]).toMatchObject({
    rule: [{ abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }] }],
  });
});

test("a placement refers to the bucket that its cluster shares, so the bucket comes first", () => {
  const stack = bucketStack();
  const sharedStorage = new SharedBucket(stack, "storage", { root: "/production/" });
  new PartitionedTable(stack, "cpu", cpu(new GreptimeCluster(stack, "cluster", { sharedStorage })));
  expect(synthesized(stack).resource.topoform_greptimedb_region_placement?.cpu?.shared_storage).toBe(
    "s3://${aws_s3_bucket.storage.bucket}/production",
  );
});

test("an existing bucket is only named", () => {
  const stack = bucketStack();
  const sharedStorage = SharedBucket.fromBucketName(stack, "storage", "metrics", { root: "production" });
  new PartitionedTable(stack, "cpu", cpu(new GreptimeCluster(stack, "cluster", { sharedStorage })));
  const { resource } = synthesized(stack);
  expect(resource.aws_s3_bucket).toBeUndefined();
  expect(resource.topoform_greptimedb_region_placement?.cpu?.shared_storage).toBe("s3://metrics/production");
});
