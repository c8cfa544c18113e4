import { DiagnosticError, errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import { datanodeId, regionId, type DatanodeId, type PartitionKey } from "../topology/ids";
import type { Move, TableChange, TableName } from "./change";
import type { ClusterPlan } from "./plan";
import { canonicalJson, fromJsonValue, toJsonValue } from "./canonical-json";
import { JsonReader } from "./json-reader";
import { readRule, ruleToJson } from "./rules/rule-json";

const INVALID = "PLAN_FILE_INVALID";

/**
 * A plan as JSON text: format version 1, sorted keys, ids and sizes as decimal text, two spaces of indentation, a line end at the
 * end. The same plan gives the same bytes.
 */
export function planToJson(plan: ClusterPlan): string {
  const json = {
    ...plan,
    moves: plan.moves.map((move) => ({
      ...move,
      region: move.region.toString(),
      from: move.from.toString(),
      to: move.to.toString(),
      sizeBytes: move.sizeBytes?.toString() ?? null,
    })),
    tableChanges: plan.tableChanges.map(toJsonValue),
    placeAfterCreate: plan.placeAfterCreate.map(({ table, pins }) => ({
      table,
      pins: Object.fromEntries(Object.entries(pins).map(([partition, target]) => [partition, String(target)])),
    })),
    rulesAfterCreate: plan.rulesAfterCreate.map(ruleToJson),
    schedule: {
      ...plan.schedule,
      makespanBytes: plan.schedule.makespanBytes?.toString(),
      minimumMakespanBytes: plan.schedule.minimumMakespanBytes?.toString(),
    },
    certificate: {
      ...plan.certificate,
      movedBytes: plan.certificate.movedBytes?.toString(),
      minimumBytes: plan.certificate.minimumBytes?.toString(),
    },
    settings: { ...plan.settings, acceptDataLossOf: plan.settings.acceptDataLossOf.map(String) },
  };
  return `${canonicalJson(json, 2)}\n`;
}

/** The plan in a text that {@link planToJson} wrote. Throws a DiagnosticError (PLAN_FILE_INVALID, PLAN_FILE_VERSION). */
export function parsePlan(text: string): ClusterPlan {
  const reader = new JsonReader(parseJson(text), "plan", INVALID);
  if (reader.at("formatVersion").value !== 1) {
    throw new DiagnosticError(
      errorDiagnostic({
        code: "PLAN_FILE_VERSION",
        summary: `A plan of format version ${String(reader.at("formatVersion").value)} cannot be read`,
        detail: "This version of Topoform reads format version 1. Make the plan again with this version.",
      }),
    );
  }
  const moves = reader.at("moves").list(readMove);
  const plan: ClusterPlan = {
    formatVersion: 1,
    cluster: reader.at("cluster").text(),
    engine: reader.at("engine").oneOf(["greptimedb"]),
    basis: reader.at("basis").text(),
    tableChanges: reader.at("tableChanges").list(readTableChange),
    moves,
    placeAfterCreate: reader.at("placeAfterCreate").list(readPlacement),
    rulesAfterCreate: (reader.at("rulesAfterCreate").value === undefined ? [] : reader.at("rulesAfterCreate").list(readRule)),
    schedule: readSchedule(reader.at("schedule")),
    certificate: readCertificate(reader.at("certificate")),
    settings: readSettings(reader.at("settings")),
    blocked: reader.at("blocked").list(readDiagnostic),
    warnings: reader.at("warnings").list(readDiagnostic),
  };
  checkSchedule(plan, reader);
  return plan;
}

function readSchedule(reader: JsonReader): ClusterPlan["schedule"] {
  return {
    rounds: reader.at("rounds").list((round) => round.list((index) => index.count())),
    minimumRounds: reader.at("minimumRounds").count(),
    ...optionalBytes(reader, "makespanBytes"),
    ...optionalBytes(reader, "minimumMakespanBytes"),
  };
}

function optionalBytes<N extends string>(reader: JsonReader, name: N): { readonly [K in N]?: bigint } {
  const bytes = reader.at(name);
  return bytes.value === undefined ? {} : ({ [name]: bytes.id(natural) } as { readonly [K in N]: bigint });
}

function readCertificate(reader: JsonReader): ClusterPlan["certificate"] {
  return {
    moves: reader.at("moves").count(),
    minimumMoves: reader.at("minimumMoves").count(),
    proven: reader.at("proven").boolean(),
    ...optionalBytes(reader, "movedBytes"),
    ...optionalBytes(reader, "minimumBytes"),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = `${cause instanceof Error ? cause.message : String(cause)}. Write the file again with the command that made it.`;
    throw new DiagnosticError(errorDiagnostic({ code: INVALID, summary: "The plan is not JSON", detail }), { cause });
  }
}

/** Every move stands in exactly one round. */
function checkSchedule(plan: ClusterPlan, reader: JsonReader): void {
  const indexes = plan.schedule.rounds.flat().sort((a, b) => a - b);
  if (indexes.length !== plan.moves.length || indexes.some((index, position) => index !== position)) {
    reader.at("schedule").at("rounds").fail("a schedule of all its moves");
  }
}

function readTable(reader: JsonReader): TableName {
  return { database: reader.at("database").text(), name: reader.at("name").text() };
}

function readMove(reader: JsonReader): Move {
  return {
    kind: reader.at("kind").oneOf(["move-region"]),
    table: readTable(reader.at("table")),
    partition: reader.at("partition").text() as PartitionKey,
    region: reader.at("region").id(regionId),
    from: reader.at("from").id(datanodeId),
    to: reader.at("to").id(datanodeId),
    sizeBytes: reader.at("sizeBytes").nullable((size) => size.id((digits) => natural(digits))),
    reason: reader.at("reason").text(),
  };
}

function natural(digits: string): bigint {
  if (!/^\d+$/.test(digits)) throw new RangeError(digits);
  return BigInt(digits);
}

const CHANGE_KINDS = [
  "create-table",
  "drop-table",
  "add-column",
  "drop-column",
  "modify-column-type",
  "modify-column-nullable",
  "modify-column-default",
  "modify-column-comment",
  "set-option",
  "unset-option",
  "change-key",
  "change-time-index",
  "change-engine",
  "repartition",
] as const satisfies readonly TableChange["kind"][];

/** Fields that every change of its kind has, so that a change that was edited by hand is refused and not half done. */
const CHANGE_FIELDS: Readonly<Record<TableChange["kind"], readonly string[]>> = {
  "create-table": ["declaration"],
  "drop-table": [],
  "add-column": ["column", "primaryKey"],
  "drop-column": ["column"],
  "modify-column-type": ["column", "from", "to"],
  "modify-column-nullable": ["column", "from", "to"],
  "modify-column-default": ["column", "from", "to"],
  "modify-column-comment": ["column", "from", "to"],
  "set-option": ["option", "from", "to"],
  "unset-option": ["option", "from"],
  "change-key": ["from", "to"],
  "change-time-index": ["from", "to"],
  "change-engine": ["from", "to"],
  repartition: ["columns", "from", "to"],
};

function readTableChange(reader: JsonReader): TableChange {
  const kind = reader.at("kind").oneOf(CHANGE_KINDS);
  readTable(reader.at("table"));
  reader.at("reason").text();
  reader.at("losesData").boolean();
  reader.at("inverse").nullable(readTableChange);
  for (const field of CHANGE_FIELDS[kind]) {
    if (reader.at(field).value === undefined) reader.at(field).fail(`what a ${kind} needs`);
  }
  return fromJsonValue(reader.value) as TableChange;
}

function readPlacement(reader: JsonReader): ClusterPlan["placeAfterCreate"][number] {
  const pins = reader.at("pins").entries((target) => target.id(datanodeId));
  return { table: readTable(reader.at("table")), pins: Object.fromEntries(pins) as Record<PartitionKey, DatanodeId> };
}

function readSettings(reader: JsonReader): ClusterPlan["settings"] {
  const limits = reader.at("limits");
  return {
    limits: {
      outgoing: limits.at("outgoing").count(1),
      incoming: limits.at("incoming").count(1),
      cluster: limits.at("cluster").count(1),
    },
    replayTimeoutSeconds: reader.at("replayTimeoutSeconds").count(1),
    acceptDataLossOf: reader.at("acceptDataLossOf").list((id) => id.id(datanodeId)),
    serialPerTable: reader.at("serialPerTable").boolean(),
  };
}

function readDiagnostic(reader: JsonReader): Diagnostic {
  const { address, path } = reader.object();
  return {
    severity: reader.at("severity").oneOf(["error", "warning"]),
    code: reader.at("code").text(),
    summary: reader.at("summary").text(),
    detail: reader.at("detail").text(),
    ...(address === undefined ? {} : { address: reader.at("address").text() }),
    ...(path === undefined
      ? {}
      : { path: reader.at("path").list((step) => (typeof step.value === "number" ? step.count() : step.text())) }),
  };
}
