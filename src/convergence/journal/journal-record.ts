import { datanodeId, regionId, type DatanodeId, type PartitionKey, type RegionId } from "../../topology/ids";
import type { TableChange, TableName } from "../../planning/change";
import type { KwdbChange } from "../../planning/kwdb/change";
import { JsonReader } from "../../planning/json-reader";
import { DiagnosticError } from "../../topology/diagnostic";
import type { TableChecksum } from "../../engines/port";

/**
 * One line of the journal. `run`: number of the run in this journal, from 1. `at`: milliseconds since the epoch.
 * In the file every id and every number of rows is decimal text.
 */
export type JournalRecord =
  | {
      readonly kind: "run-started";
      readonly run: number;
      readonly at: number;
      readonly cluster: string;
      readonly basis: string;
    }
  | { readonly kind: "run-ended"; readonly run: number; readonly at: number; readonly outcome: RunOutcome }
  | {
      readonly kind: "table-change";
      readonly run: number;
      readonly at: number;
      readonly table: TableName;
      /** Position in the plan. */
      readonly index: number;
      readonly change: TableChange["kind"];
      readonly state: "started" | "done" | "failed";
    }
  | {
      /** A zone configuration, a cluster setting or a rebalance of KWDB. */
      readonly kind: "change";
      readonly run: number;
      readonly at: number;
      /** What it is about, unique in a plan: `RANGE meta`, a setting's name, `rebalance <name>`. */
      readonly address: string;
      readonly change: KwdbChange["kind"];
      readonly state: "started" | "done" | "failed";
      /** Of a rebalance that is started: the newest job of the server before it, and what it is done for. Absent otherwise. */
      readonly begun?: BegunRebalance;
    }
  | {
      readonly kind: "rows";
      readonly run: number;
      readonly at: number;
      readonly table: TableName;
      readonly when: "before" | "after";
      readonly rows: bigint;
      readonly method: "exact" | "statistics";
      /** Only rows from this time on (milliseconds since the epoch); null: all. Absent in a file: null. */
      readonly since: number | null;
    }
  | {
      readonly kind: "checksum";
      readonly run: number;
      readonly at: number;
      readonly table: TableName;
      readonly when: "before" | "after";
      readonly checksum: TableChecksum;
      readonly since: number | null;
    }
  | MoveRecord;

/** `interrupted`: something was still moving when the run ended. */
export type RunOutcome = "finished" | "failed" | "interrupted";

export interface BegunRebalance {
  readonly newestJob: string | null;
  readonly triggers: Readonly<Record<string, string>>;
}

export interface MoveRecord {
  readonly kind: "move";
  readonly run: number;
  readonly at: number;
  readonly table: TableName;
  readonly partition: PartitionKey;
  readonly region: RegionId;
  readonly from: DatanodeId;
  readonly to: DatanodeId;
  /**
   * - `submitting`: about to be sent; whether the server has it is not known;
   * - `submitted`: accepted under `procedure`;
   * - `not-submitted`: the server did not take it, or never ran it;
   * - `done`, `failed`: over.
   */
  readonly state: "submitting" | "submitted" | "not-submitted" | "done" | "failed";
  /** null before it is known. */
  readonly procedure: string | null;
}

/** A record as one line without its line end. */
export function formatRecord(record: JournalRecord): string {
  return JSON.stringify(record, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

/** The record of a line; undefined when it is none. */
export function parseRecord(line: string): JournalRecord | undefined {
  try {
    return readRecord(new JsonReader(JSON.parse(line), "record", "JOURNAL_CORRUPT"));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DiagnosticError) return undefined;
    throw error;
  }
}

const KINDS = ["run-started", "run-ended", "table-change", "change", "rows", "checksum", "move"] as const;

function readRecord(reader: JsonReader): JournalRecord {
  const base = { run: reader.at("run").count(1), at: reader.at("at").count() };
  const kind = reader.at("kind").oneOf(KINDS);
  switch (kind) {
    case "run-started":
      return { kind, ...base, cluster: reader.at("cluster").text(), basis: reader.at("basis").text() };
    case "run-ended":
      return { kind, ...base, outcome: reader.at("outcome").oneOf(["finished", "failed", "interrupted"]) };
    case "table-change":
      return {
        kind,
        ...base,
        table: readTable(reader.at("table")),
        index: reader.at("index").count(),
        change: reader.at("change").text() as TableChange["kind"],
        state: reader.at("state").oneOf(["started", "done", "failed"]),
      };
    case "change":
      return {
        kind,
        ...base,
        address: reader.at("address").text(),
        change: reader.at("change").text() as KwdbChange["kind"],
        state: reader.at("state").oneOf(["started", "done", "failed"]),
        ...(reader.at("begun").value === undefined ? {} : { begun: readBegun(reader.at("begun")) }),
      };
    case "rows":
      return {
        kind,
        ...base,
        table: readTable(reader.at("table")),
        when: reader.at("when").oneOf(["before", "after"]),
        rows: reader.at("rows").id((digits) => BigInt(regionId(digits))),
        method: reader.at("method").oneOf(["exact", "statistics"]),
        since: readSince(reader),
      };
    case "checksum":
      return {
        kind,
        ...base,
        table: readTable(reader.at("table")),
        when: reader.at("when").oneOf(["before", "after"]),
        checksum: readChecksum(reader.at("checksum")),
        since: readSince(reader),
      };
    case "move":
      return {
        kind,
        ...base,
        table: readTable(reader.at("table")),
        partition: reader.at("partition").text() as PartitionKey,
        region: reader.at("region").id(regionId),
        from: reader.at("from").id(datanodeId),
        to: reader.at("to").id(datanodeId),
        state: reader.at("state").oneOf(["submitting", "submitted", "not-submitted", "done", "failed"]),
        procedure: reader.at("procedure").nullable((id) => id.text()),
      };
  }
}

function readBegun(reader: JsonReader): BegunRebalance {
  return {
    newestJob: reader.at("newestJob").nullable((id) => id.text()),
    triggers: Object.fromEntries(reader.at("triggers").entries((value) => value.text())),
  };
}

function readSince(reader: JsonReader): number | null {
  const since = reader.at("since");
  return since.value === undefined ? null : since.nullable((time) => time.count());
}

function readChecksum(reader: JsonReader): TableChecksum {
  return {
    rows: reader.at("rows").id((digits) => BigInt(regionId(digits))),
    figures: reader.at("figures").list((figure) => ({
      name: figure.at("name").text(),
      value: figure.at("value").nullable((value) => value.text()),
      approximate: figure.at("approximate").boolean(),
    })),
  };
}

function readTable(reader: JsonReader): TableName {
  return { database: reader.at("database").text(), name: reader.at("name").text() };
}
