import { exclusivelyKwdb, type ExclusiveKwdbRequest } from "../convergence/kwdb/exclusive-run";
import { readOriginals } from "../convergence/kwdb/originals-file";
import { statePaths } from "../convergence/journal/state-directory";
import { canonicalJson } from "../planning/canonical-json";
import { dropOriginals, type KwdbOriginals } from "../planning/kwdb/originals";
import { DiagnosticError } from "../topology/diagnostic";
import { GATHER_MS } from "./snapshot";

/**
 * What is overwritten is recorded on disk for the case that Terraform is killed before it has the state. Once Terraform shows a state that
 * has it, the record goes: a later creation must not take it for what it finds.
 */
export interface SettledRecords {
  /** What is recorded now. Rejects with a DiagnosticError (ORIGINALS_UNREADABLE). */
  read(): Promise<KwdbOriginals>;
  /** Terraform's stored state has what is recorded at this address, provided that `isStored` says so of the record. */
  settle(address: string, isStored?: (recorded: KwdbOriginals) => boolean): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** Addresses that come within {@link GATHER_MS} are looked at together. What cannot be dropped now is dropped another time. */
export function createSettledRecords(setting: ExclusiveKwdbRequest): SettledRecords {
  const path = statePaths(setting.directory, setting.identity).originals;
  let gathered = new Map<string, (recorded: KwdbOriginals) => boolean>();
  let gathering: Promise<void> = Promise.resolve();

  const drop = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    const settled = [...gathered];
    gathered = new Map();
    const rest = (recorded: KwdbOriginals): KwdbOriginals =>
      dropOriginals(recorded, new Set(settled.filter(([, isStored]) => isStored(recorded)).map(([address]) => address)));
    try {
      const recorded = await readOriginals(path, setting.owner);
      if (canonicalJson(rest(recorded)) === canonicalJson(recorded)) return;
      await exclusivelyKwdb(setting, async (session) => session.saveOriginals(rest(await session.readOriginals())));
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
    }
  };

  return {
    read: () => readOriginals(path, setting.owner),
    settle(address, isStored = () => true) {
      gathered.set(address, isStored);
      if (gathered.size === 1) gathering = gathering.then(drop);
    },
    idle: () => gathering,
  };
}
