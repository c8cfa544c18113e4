import { readOriginals } from "../../convergence/kwdb/originals-file";
import { stateDirectory, statePaths } from "../../convergence/journal/state-directory";
import { clusterIdentity } from "../../engines/open";
import type { KwdbOriginals } from "../../planning/kwdb/originals";
import type { KwdbClusterDeclaration } from "../../topology/kwdb/cluster";
import type { TopologyManifest } from "../../topology/manifest";

/** Whose changes to a cluster belong together: what one manifest does not declare any more, another may still declare. */
export function ownerOf({ stack }: Pick<TopologyManifest, "stack">, { name }: Pick<KwdbClusterDeclaration, "name">): string {
  return `${stack}/${name}`;
}

/** What this manifest found before its first change from this machine. Read without the lock. Throws a DiagnosticError. */
export async function recordedOriginals(
  manifest: Pick<TopologyManifest, "stack">,
  declaration: KwdbClusterDeclaration,
  { env }: { readonly env: Readonly<Record<string, string | undefined>> },
): Promise<KwdbOriginals> {
  const { originals } = statePaths(stateDirectory(env), clusterIdentity(declaration, env));
  return readOriginals(originals, ownerOf(manifest, declaration));
}
