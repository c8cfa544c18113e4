import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse as parseYaml } from "yaml";
import { DiagnosticError, errorDiagnostic, hasErrors } from "../topology/diagnostic";
import { parseManifest } from "../topology/manifest-json";
import type { TopologyManifest } from "../topology/manifest";

const DEFAULT_NAMES = ["topoform.json", "topoform.yaml", "topoform.yml"] as const;

/**
 * Reads the manifest: the file given, else `topoform.json` (or `.yaml`) here, else the only one below `cdktf.out/stacks`.
 * Throws {@link DiagnosticError} when there is none, several, or it does not hold what a manifest must.
 */
export function loadManifest(file: string | undefined, cwd: string): { readonly manifest: TopologyManifest; readonly source: string } {
  const source = file === undefined ? findManifest(cwd) : path.resolve(cwd, file);
  const { manifest, diagnostics } = parseManifest(readDocument(source), source);
  if (manifest === undefined || hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
  return { manifest, source };
}

/** The manifest like {@link loadManifest}; undefined when none is given and none is found here. */
export function loadManifestIfAny(file: string | undefined, cwd: string): TopologyManifest | undefined {
  try {
    return loadManifest(file, cwd).manifest;
  } catch (error) {
    const missing = error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code === "MANIFEST_MISSING");
    if (file === undefined && missing) return undefined;
    throw error;
  }
}

function readDocument(source: string): unknown {
  let text: string;
  try {
    text = readFileSync(source, "utf8");
  } catch (cause) {
    throw new DiagnosticError(
      errorDiagnostic({
        code: "MANIFEST_UNREADABLE",
        summary: "The manifest cannot be read",
        detail: `${source}: ${(cause as Error).message}. Pass the right path with --manifest.`,
        address: source,
      }),
      { cause },
    );
  }
  try {
    return source.endsWith(".json") ? JSON.parse(text) : parseYaml(text);
  } catch (cause) {
    throw new DiagnosticError(
      errorDiagnostic({
        code: "MANIFEST_MALFORMED",
        summary: `The manifest is not valid ${source.endsWith(".json") ? "JSON" : "YAML"}`,
        detail: `${(cause as Error).message}. Synthesize the stack again, or mend the file.`,
        address: source,
      }),
      { cause },
    );
  }
}

function findManifest(cwd: string): string {
  const here = DEFAULT_NAMES.map((name) => path.join(cwd, name)).find((candidate) => existsSync(candidate));
  if (here !== undefined) return here;
  const stacks = path.join(cwd, "cdktf.out", "stacks");
  const synthesized = existsSync(stacks)
    ? readdirSync(stacks).sort().map((stack) => path.join(stacks, stack, "topoform.json")).filter((candidate) => existsSync(candidate))
    : [];
  const [only, ...others] = synthesized;
  if (only !== undefined && others.length === 0) return only;
  throw new DiagnosticError(
    errorDiagnostic(
      only === undefined
        ? {
            code: "MANIFEST_MISSING",
            summary: "There is no manifest",
            detail: "Neither topoform.json nor cdktf.out/stacks/<stack>/topoform.json exists here. Run `cdktf synth` first, or pass a file with --manifest.",
            address: cwd,
          }
        : {
            code: "MANIFEST_AMBIGUOUS",
            summary: "There are several manifests",
            detail: `Pass one of them with --manifest:\n${synthesized.map((file) => `  ${path.relative(cwd, file)}`).join("\n")}`,
            address: cwd,
          },
    ),
  );
}
