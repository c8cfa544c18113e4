import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { TerraformStack, type ISynthesisSession, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";

import type { ClusterDeclaration } from "../topology/manifest";
import { manifestToJson } from "../topology/manifest-json";
import { placeProvider } from "./provider-package/place-provider";
import {
  isProviderBuilt,
  providerDirectory,
  providerVersion,
  readProviderPackage,
} from "./provider-package/provider-package";
import { writeStackLockFile, type RequiredProvider } from "./provider-package/stack-lock-file";

/** Context key: another directory than the package's own to take the built provider from. */
export const PROVIDER_DIRECTORY_CONTEXT = "topoform:providerDirectory";

/** Name of the topology manifest, beside `cdk.tf.json`. */
export const MANIFEST_FILE = "topoform.json";

const ID = "TopoformFiles";
const CUSTOM_SYNTHESIS = Symbol.for("cdktf/customSynthesis");

/** What one cluster brings into the stack's files. */
export interface StackCluster {
  /** The cluster as the manifest holds it. */
  manifest(): ClusterDeclaration;
  /** Puts notes and warnings beside its constructs. */
  annotate(): void;
}

/**
 * What a stack needs beside `cdk.tf.json`, written when it is synthesized: the provider in `terraform.d/plugins`, its entry in
 * the lock file, and the topology manifest. One per stack; made by the first cluster.
 */
export class StackFiles extends Construct {
  static of(scope: Construct): StackFiles {
    const stack = TerraformStack.of(scope);
    return (stack.node.tryFindChild(ID) as StackFiles | undefined) ?? new StackFiles(stack);
  }

  private readonly clusters: StackCluster[] = [];

  private constructor(private readonly stack: TerraformStack) {
    super(stack, ID);
    stack.addOverride("terraform.required_providers.topoform.version", providerVersion(this.directory));
    this.node.addValidation({ validate: () => this.validate() });
    Object.defineProperty(this, CUSTOM_SYNTHESIS, {
      value: { onSynthesize: (session: ISynthesisSession) => this.write(session) },
    });
  }

  /** Adds a cluster to the stack's manifest. */
  addCluster(cluster: StackCluster): void {
    this.clusters.push(cluster);
  }

  private get directory(): string {
    return (this.node.tryGetContext(PROVIDER_DIRECTORY_CONTEXT) as string | undefined) ?? providerDirectory();
  }

  private validate(): string[] {
    if (isProviderBuilt(this.directory)) return [];
    return [
      `The Terraform provider is not built: ${this.directory} holds none. Run npm run build in the package topoform. (PROVIDER_NOT_BUILT)`,
    ];
  }

  private write(session: ISynthesisSession): void {
    const directory = join(session.outdir, session.manifest.forStack(this.stack).workingDirectory);
    mkdirSync(directory, { recursive: true });
    const provider = readProviderPackage(this.directory);
    placeProvider(provider, directory);
    writeStackLockFile(provider, directory, requiredProviders(this.stack), process.env.TERRAFORM_BINARY_NAME);
    for (const cluster of this.clusters) cluster.annotate();
    const clusters = this.clusters.map((cluster) => cluster.manifest());
    writeFileSync(join(directory, MANIFEST_FILE), manifestToJson({ version: 1, stack: this.stack.node.id, clusters }));
  }
}

function requiredProviders(stack: TerraformStack): readonly RequiredProvider[] {
  return (stack.allProviders() as TerraformProvider[]).flatMap(
    ({ terraformProviderSource, terraformResourceType, terraformGeneratorMetadata }) => {
      const version =
        terraformGeneratorMetadata?.providerVersion ?? terraformGeneratorMetadata?.providerVersionConstraint;
      return [
        { source: terraformProviderSource ?? terraformResourceType, ...(version === undefined ? {} : { version }) },
      ];
    },
  );
}
