import { createRequire } from "node:module";

// Loaded before anything that needs the optional peer, so that its absence is one sentence and not a failed require.
try {
  createRequire(__filename).resolve("@cdktf/provider-aws/lib/s3-bucket");
} catch (cause) {
  throw new Error(
    '"topoform/aws" is made of the AWS bindings of CDKTF, which are not installed. Run: npm install @cdktf/provider-aws@21',
    { cause },
  );
}
