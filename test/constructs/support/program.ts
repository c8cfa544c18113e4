import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { App } from "cdktf";
import { TerraformStack, Testing } from "cdktf";
import { zipSync } from "fflate";

import { PROVIDER_DIRECTORY_CONTEXT } from "../../../src/constructs/stack-files";
import {
  Column,
  Datanodes,
  GreptimeCluster,
  MAXVALUE,
  Partitions,
  SharedStorage,
  type PartitionedTableProps,
} from "../../../src/index";

export const VERSION = "9.8.7";
export const PROVIDER_FILES = {
  "terraform-provider-topoform": "#!/usr/bin/env node\n",
  "package.json": '{ "type": "commonjs" }\n',
};

const directories: string[] = [];

/** A directory that is removed after the tests of the file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "topoform-test-"));
  directories.push(directory);
  return directory;
}

export function removeTemporaryDirectories(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}

/** Looks like `dist/provider/` after a build. */
export function builtProvider(files: Readonly<Record<string, string>> = PROVIDER_FILES, version = VERSION): string {
  const directory = join(temporaryDirectory(), "provider");
  mkdirSync(directory);
  const archive = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
  writeFileSync(join(directory, "terraform-provider-topoform.zip"), archive);
  writeFileSync(join(directory, "version"), `${version}\n`);
  return directory;
}

/** An app whose synth finds a built provider. */
export function program(directory: string = builtProvider()): App {
  return Testing.app({ context: { [PROVIDER_DIRECTORY_CONTEXT]: directory } });
}

export function stackOf(app: App = program(), id = "stack"): TerraformStack {
  return new TerraformStack(app, id);
}

export function clusterOf(stack: TerraformStack, id = "cluster"): GreptimeCluster {
  return new GreptimeCluster(stack, id, {
    datanodes: Datanodes.count(3),
    sharedStorage: SharedStorage.s3({ bucket: "metrics", root: "greptimedb" }),
  });
}

/** A valid table over three datanodes. */
export function cpu(cluster: GreptimeCluster): PartitionedTableProps {
  return {
    cluster,
    name: "cpu",
    columns: { host: Column.string(), usage: Column.float64(), ts: Column.timestamp({ timeIndex: true }) },
    primaryKey: ["host"],
    partitions: Partitions.byRange({
      columns: ["host"],
      partitions: [
        { name: "low", lessThan: "g", datanode: 0 },
        { lessThan: "p", datanode: 1 },
        { lessThan: MAXVALUE, datanode: 2 },
      ],
    }),
  };
}

export interface SynthesizedStack {
  readonly terraform: {
    readonly required_providers: Readonly<Record<string, { readonly source: string; readonly version: string }>>;
  };
  readonly provider: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

/** `cdk.tf.json` without what CDKTF adds for itself. */
export function synthesized(stack: TerraformStack): SynthesizedStack {
  return JSON.parse(Testing.synth(stack)) as SynthesizedStack;
}

/** The directory of the stack after a complete synth. */
export function synthesizedDirectory(stack: TerraformStack): string {
  return join(Testing.fullSynth(stack), "stacks", stack.node.id);
}

export function readText(...path: readonly string[]): string {
  return readFileSync(join(...path), "utf8");
}

/** What CDKTF's validation says about the stack, line by line; empty when it is valid. */
export function problems(stack: TerraformStack): readonly string[] {
  try {
    stack.runAllValidations();
    return [];
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .filter((line) => line.trim().startsWith("["))
      .map((line) => line.trim());
  }
}
