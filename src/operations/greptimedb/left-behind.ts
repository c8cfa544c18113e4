import { readFile } from "node:fs/promises";
import { parseRecord } from "../../convergence/journal/journal-record";
import { isInterrupted, resumeFrom, underWay } from "../../convergence/journal/resume";
import { stateDirectory, statePaths } from "../../convergence/journal/state-directory";
import { clusterIdentity } from "../../engines/open";
import type { UnderWay } from "../../planning/plan-placement";
import type { GreptimeClusterDeclaration } from "../../topology/manifest";
import type { OperationContext } from "../read-cluster";

/** What runs on this machine left to be finished. */
export interface LeftBehind {
  /** Regions in motion, and where to: they do not block a plan, because the run that executes it adopts them. */
  readonly adoptable: UnderWay;
  /** A run has not come to its end. */
  readonly interrupted: boolean;
}

export const NOTHING_LEFT_BEHIND: LeftBehind = { adoptable: new Map(), interrupted: false };

/**
 * By the journal, which is only read, without the lock. Nothing when there is none, or when it cannot be read: applying, which depends
 * on it, opens it again and says why.
 */
export async function leftBehind(declaration: GreptimeClusterDeclaration, { env }: OperationContext): Promise<LeftBehind> {
  const { journal } = statePaths(stateDirectory(env), clusterIdentity(declaration, env));
  const text = await readFile(journal, "utf8").catch(() => "");
  const complete = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  const resume = resumeFrom(complete.flatMap((line) => (line === "" ? [] : (parseRecord(line) ?? []))));
  return { adoptable: underWay(resume), interrupted: isInterrupted(resume) };
}
