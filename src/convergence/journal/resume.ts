import type { DatanodeId, RegionId } from "../../topology/ids";
import type { BegunRebalance, JournalRecord, MoveRecord } from "./journal-record";
import type { UnderWay } from "../../planning/plan-placement";
import { tableKey } from "../../planning/table-key";
import { checksumDifferences } from "../rows/checksum-differences";

/** What earlier runs left behind. */
export interface ResumeState {
  /** Number of the next run. */
  readonly nextRun: number;
  /** Moves that may still be running: their last record is `submitting` or `submitted`. By region. */
  readonly unfinished: ReadonlyMap<RegionId, MoveRecord>;
  /** Rebalances that were begun and of whose end nothing is known. By address. */
  readonly begunRebalances: ReadonlyMap<string, BegunRebalance>;
  /** The run that did not come to its end; null when the last one did. */
  readonly interrupted: InterruptedRun | null;
}

export interface InterruptedRun {
  readonly basis: string;
  /** Regions that it has moved, and where to, earlier attempts at the same plan included. */
  readonly doneMoves: ReadonlyMap<RegionId, DatanodeId>;
  /** Positions in the plan of the table changes it has done. */
  readonly doneChanges: ReadonlySet<number>;
  /** Positions in the plan of the table changes it has begun, those it has done included. */
  readonly begunChanges: ReadonlySet<number>;
  /** Addresses of the KWDB changes it has done. */
  readonly doneAddresses: ReadonlySet<string>;
  /** Rows of its tables before it began, by table key: those that it has not counted again afterwards. */
  readonly rowsBefore: ReadonlyMap<string, RowsRecord>;
  /** The same for checksums. */
  readonly checksumsBefore: ReadonlyMap<string, ChecksumRecord>;
}

export type ChecksumRecord = Extract<JournalRecord, { readonly kind: "checksum" }>;
export type RowsRecord = Extract<JournalRecord, { readonly kind: "rows" }>;

/** Whether there is something to finish even when nothing is planned: moves that may be running, or rows that were not compared. */
export function isInterrupted({ unfinished, interrupted }: ResumeState): boolean {
  return unfinished.size > 0 || interrupted !== null;
}

/** The moves that earlier runs may have left running, and where to: a plan may treat their regions as standing still. */
export function underWay({ unfinished }: ResumeState): UnderWay {
  return new Map([...unfinished].map(([region, { to, procedure }]) => [region, { to, procedure }]));
}

/**
 * What a journal means for the next run. A run whose `run-ended` is missing, or that ended while something was moving, is
 * interrupted; a run of the same plan that follows it continues it.
 */
export function resumeFrom(records: readonly JournalRecord[]): ResumeState {
  const unfinished = new Map<RegionId, MoveRecord>();
  const begunRebalances = new Map<string, BegunRebalance>();
  let open: OpenRun | null = null;
  let runs = 0;
  for (const record of records) {
    runs = Math.max(runs, record.run);
    if (record.kind === "run-started") open = continued(open, record.basis);
    else if (record.kind === "change") noteChange(begunRebalances, open, record);
    else if (record.kind === "move") noteMove(unfinished, open, record);
    else if (record.kind === "run-ended") open = record.outcome === "interrupted" ? told(open) : null;
    else if (open !== null) noteProgress(open, record);
  }
  return { nextRun: runs + 1, unfinished, begunRebalances, interrupted: open };
}

interface OpenRun extends InterruptedRun {
  /** Measures that a later figure fell short of, each with its table key: nobody has been told before the run has ended. */
  readonly worse: (readonly [measures: Map<string, unknown>, key: string])[];
  readonly doneMoves: Map<RegionId, DatanodeId>;
  readonly doneChanges: Set<number>;
  readonly begunChanges: Set<number>;
  readonly doneAddresses: Set<string>;
  readonly rowsBefore: Map<string, RowsRecord>;
  readonly checksumsBefore: Map<string, ChecksumRecord>;
}

/** Rows counted before an interrupted run stay the measure, whatever plan comes next; what is done belongs to its plan alone. */
function continued(open: OpenRun | null, basis: string): OpenRun {
  if (open?.basis === basis) return open;
  return {
    basis,
    doneMoves: new Map(),
    doneChanges: new Set(),
    begunChanges: new Set(),
    doneAddresses: new Set(),
    worse: open?.worse ?? [],
    rowsBefore: open?.rowsBefore ?? new Map<string, RowsRecord>(),
    checksumsBefore: open?.checksumsBefore ?? new Map<string, ChecksumRecord>(),
  };
}

function noteMove(unfinished: Map<RegionId, MoveRecord>, open: OpenRun | null, record: MoveRecord): void {
  if (record.state === "submitting" || record.state === "submitted") unfinished.set(record.region, record);
  else unfinished.delete(record.region);
  if (record.state === "done") open?.doneMoves.set(record.region, record.to);
}

type ChangeRecord = Extract<JournalRecord, { readonly kind: "change" }>;

function noteChange(begun: Map<string, BegunRebalance>, open: OpenRun | null, record: ChangeRecord): void {
  if (record.begun !== undefined) begun.set(record.address, record.begun);
  if (record.state === "done") open?.doneAddresses.add(record.address);
  if (record.state !== "started") begun.delete(record.address);
}

function noteProgress(
  open: OpenRun,
  record: Exclude<JournalRecord, MoveRecord | ChangeRecord | { readonly kind: "run-started" | "run-ended" }>,
): void {
  switch (record.kind) {
    case "table-change":
      open.begunChanges.add(record.index);
      if (record.state === "done") open.doneChanges.add(record.index);
      return;
    case "rows":
      return noteBefore(open, open.rowsBefore, record, (before) => record.rows < before.rows);
    case "checksum":
      return noteBefore(open, open.checksumsBefore, record, (before) => checksumDifferences(before.checksum, record.checksum).length > 0);
  }
}

/** The first figure is the measure until it was compared with a later one, and what came of it was told. */
function noteBefore<R extends RowsRecord | ChecksumRecord>(
  open: OpenRun,
  measures: Map<string, R>,
  record: R,
  isWorse: (before: R) => boolean,
): void {
  const key = tableKey(record.table);
  const before = measures.get(key);
  if (record.when === "before") {
    if (before === undefined) measures.set(key, record);
  } else if (before !== undefined && isWorse(before)) open.worse.push([measures, key]);
  else measures.delete(key);
}

/** A run that came to its own end has said what it found. */
function told(open: OpenRun | null): OpenRun | null {
  for (const [measures, key] of open?.worse.splice(0) ?? []) measures.delete(key);
  return open;
}
