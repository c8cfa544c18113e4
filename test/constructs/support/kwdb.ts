import type { TerraformStack } from "cdktf";

import { KwdbCluster } from "../../../src/index";
import type { KwdbClusterDeclaration } from "../../../src/topology/kwdb/cluster";
import type { TopologyManifest } from "../../../src/topology/manifest";
import { parseManifest } from "../../../src/topology/manifest-json";
import { program, readText, stackOf, synthesizedDirectory, type SynthesizedStack } from "./program";

/** A program on one KWDB cluster. */
export type Build = (cluster: KwdbCluster, stack: TerraformStack) => void;

/** The stack `stack` with the cluster `stack/kwdb` and what `build` declares on it. */
export function kwdbStack(build: Build, provider?: string): TerraformStack {
  const stack = stackOf(program(provider));
  build(new KwdbCluster(stack, "kwdb"), stack);
  return stack;
}

export interface Declared {
  /** Arguments of the resources of a type, `zone_config`, by name; without what CDKTF adds for itself. */
  resources(type: string): Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The manifest's text, and what it says of the cluster. */
  readonly json: string;
  readonly manifest: TopologyManifest;
  readonly cluster: KwdbClusterDeclaration;
}

/** What a program becomes: resources in Terraform, and a cluster in a manifest without problems. */
export function declared(build: Build): Declared {
  const directory = synthesizedDirectory(kwdbStack(build));
  const { resource } = JSON.parse(readText(directory, "cdk.tf.json")) as SynthesizedStack;
  const json = readText(directory, "topoform.json");
  const { manifest, diagnostics } = parseManifest(JSON.parse(json), "topoform.json");
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return {
    json,
    manifest: manifest!,
    cluster: manifest!.clusters.find((cluster): cluster is KwdbClusterDeclaration => cluster.engine === "kwdb")!,
    resources: (type) =>
      Object.fromEntries(
        Object.entries(resource[`topoform_kwdb_${type}`] ?? {}).map(([name, { provider: _, "//": __, ...rest }]) => [
          name,
          rest,
        ]),
      ),
  };
}
