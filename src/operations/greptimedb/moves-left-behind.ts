import { readFile } from "node:fs/promises";
import { parseRecord } from "../../convergence/journal/journal-record";
import { adoptableRegions } from "../../convergence/journal/resume";
import { stateDirectory, statePaths } from "../../convergence/journal/state-directory";
import { clusterIdentity } from "../../engines/open";
import type { UnderWay } from "../../planning/plan-placement";
import type { GreptimeClusterDeclaration } from "../../topology/manifest";
import type { OperationContext } from "../read-cluster";

/**
 * Regions that a run on this machine left in motion, by its journal: they do not block a plan, because the run that executes it
 * adopts them. The journal is only read, without the lock. Empty when there is none, or when it cannot be read: applying,
 * which depends on it, opens it again and says why.
 */
export async function movesLeftBehind(declaration: GreptimeClusterDeclaration, { env }: OperationContext): Promise<UnderWay> {
  const { journal } = statePaths(stateDirectory(env), clusterIdentity(declaration, env));
  const text = await readFile(journal, "utf8").catch(() => "");
  const complete = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return adoptableRegions(complete.flatMap((line) => (line === "" ? [] : (parseRecord(line) ?? []))));
}
