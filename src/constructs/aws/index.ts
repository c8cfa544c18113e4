import "./aws-provider-check";

export { SharedBucket, type BucketLocationProps, type SharedBucketProps } from "./shared-bucket";
