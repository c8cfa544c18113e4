import { UNKNOWN } from "../../plugin";
import type { ObjectValue, PlanRequest, PlanResult } from "../../plugin";
import type { DatanodeId, PartitionKey } from "../../topology/ids";
import { regionId } from "../../topology/ids";
import { warningDiagnostic } from "../../topology/diagnostic";
import type { Diagnostic } from "../../topology/diagnostic";
import { planPlacement } from "../../planning/plan-placement";
import { renderMoves } from "../../planning/render-plan";
import { migrationRules } from "../../planning/server-rules";
import { tableKey } from "../../planning/table-key";
import { readPrivate } from "../private-data";
import { toPluginDiagnostics } from "../report";
import { datanodesOf, isWhollyKnown, mapOf, textOf } from "../values";
import { matchPins } from "./match-pins";
import { REGION_PLACEMENT_SCHEMA } from "./schema";
import { datanodeMap, knownPlacement, placedTable, placementDeclaration, toDatanodeMap, withDefaults } from "./state";

/**
 * What apply will do, from the configuration and the prior state that reading refreshed; nothing else.
 * The placement of an existing resource is known; at its creation it is not, because nothing was read yet.
 */
export function planRegionPlacement(request: PlanRequest): PlanResult {
  const { prior, config } = request;
  if (config === null) return { planned: null };
  const declared = withDefaults(config);
  const planned = prior === null || isOtherTable(declared, prior) ? planCreation(declared) : planUpdate(declared, prior, request.private);
  return { planned: planned.planned, diagnostics: toPluginDiagnostics(planned.diagnostics, REGION_PLACEMENT_SCHEMA.attributes) };
}

/** What `planned_moves` says until there are some. */
export const NO_MOVES = renderMoves([], { rounds: [], minimumRounds: 0 });

interface Planned {
  readonly planned: ObjectValue;
  readonly diagnostics: readonly Diagnostic[];
}

function isOtherTable(declared: ObjectValue, prior: ObjectValue): boolean {
  return declared["table"] !== prior["table"] || declared["database"] !== prior["database"];
}

function planCreation(declared: ObjectValue): Planned {
  const planned = { ...declared, id: idOf(declared) };
  const pins = mapOf(declared, "pins");
  if (pins === null || Object.keys(pins).length === 0) return { planned, diagnostics: [] };
  return {
    planned,
    diagnostics: [
      warningDiagnostic({
        code: "PLACEMENT_KNOWN_AFTER_APPLY",
        summary: "Where the regions are now is known only after apply",
        detail:
          `Regions of ${textOf(declared, "table") ?? "the table"} that are not on their pinned datanode will be moved there, the others stay. ` +
          "For a table that exists already, import this resource first (`terraform import ADDRESS database.table`): the plan then names each move.",
        path: ["pins"],
      }),
    ],
  };
}

function planUpdate(declared: ObjectValue, prior: ObjectValue, privateData: Uint8Array): Planned {
  const base = { ...declared, id: prior["id"] ?? idOf(declared), unavailable_datanodes: [] };
  if (!isWhollyKnown(declared["pins"] ?? null)) return { planned: base, diagnostics: [] };
  const current = knownPlacement(prior) ?? new Map<PartitionKey, DatanodeId>();
  const partitions = Object.keys(mapOf(prior, "region_ids") ?? {}) as PartitionKey[];
  const { pins, unmatched } = matchPins(datanodeMap(declared, "pins"), partitions);
  if (unmatched.length > 0) return { planned: base, diagnostics: [unknownPartitions(declared, unmatched, partitions)] };

  const moves = renderPlannedMoves(declared, prior, current, pins, privateData);
  const target = new Map([...current, ...pins]);
  return {
    planned: {
      ...base,
      placement: toDatanodeMap(target),
      region_ids: prior["region_ids"] ?? UNKNOWN,
      planned_moves: moves.count === 0 ? (prior["planned_moves"] ?? NO_MOVES) : scheduleIsKnown(declared) ? moves.text : UNKNOWN,
    },
    diagnostics: [
      ...moves.unplaced.map((diagnostic) => ({ ...diagnostic, severity: "warning" as const })),
      ...warningsAboutMoves(declared, moves.count),
      ...warningsAboutLoss(declared, moves.sources),
      ...warningsAboutDatanodes(prior),
    ],
  };
}

interface PlannedMoves {
  readonly count: number;
  readonly text: string;
  /** Regions that a pin names and that cannot be moved as they are. */
  readonly unplaced: readonly Diagnostic[];
  /** Datanodes that regions are moved away from. */
  readonly sources: ReadonlySet<DatanodeId>;
}

/** The rounds depend on the limits: a text that a later plan would contradict must not be shown. */
function scheduleIsKnown(declared: ObjectValue): boolean {
  const inputs = ["datanodes", "max_outgoing_moves_per_datanode", "max_incoming_moves_per_datanode", "max_moves"];
  return inputs.every((name) => isWhollyKnown(declared[name] ?? null));
}

function renderPlannedMoves(
  declared: ObjectValue,
  prior: ObjectValue,
  current: ReadonlyMap<PartitionKey, DatanodeId>,
  pins: ReadonlyMap<PartitionKey, DatanodeId>,
  privateData: Uint8Array,
): PlannedMoves {
  const table = placedTable(declared);
  const declaration = placementDeclaration(declared);
  const regions = Object.entries(mapOf(prior, "region_ids") ?? {}).map(([partition, id]) => ({
    table,
    partition: partition as PartitionKey,
    region: regionId(String(id)),
    leader: current.get(partition as PartitionKey) ?? null,
    status: "ALIVE" as const,
    sizeBytes: null,
    followers: [],
  }));
  const placed = planPlacement({
    regions,
    pins: [{ table, pins }],
    datanodes: datanodesOf(declared, "datanodes") ?? undefined,
    limits: declaration.limits,
    serialPerTable: migrationRules(readPrivate(privateData).serverVersion ?? "").serialPerTable,
  });
  return {
    count: placed.moves.length,
    text: renderMoves(placed.moves, placed.schedule),
    unplaced: placed.unplaced,
    sources: new Set(placed.moves.map((move) => move.from)),
  };
}

function unknownPartitions(declared: ObjectValue, unmatched: readonly string[], partitions: readonly PartitionKey[]): Diagnostic {
  const table = textOf(declared, "table") ?? "the table";
  return warningDiagnostic({
    code: "PIN_TO_UNKNOWN_PARTITION",
    summary: `Pins to partitions that ${table} does not have now`,
    detail:
      `The table has these partitions:\n${partitions.map((key) => `  ${key}`).join("\n")}\nThese pins fit none of them:\n` +
      `${unmatched.map((key) => `  ${key}`).join("\n")}\nThat is right when the same apply changes the table's partitions. Otherwise correct the pins: apply refuses them.`,
    path: ["pins"],
  });
}

function warningsAboutMoves(declared: ObjectValue, moves: number): readonly Diagnostic[] {
  if (moves === 0) return [];
  const regions = moves === 1 ? "1 region" : `${moves} regions`;
  if (declared["shared_storage"] === null) {
    return [
      warningDiagnostic({
        code: "PLACEMENT_WITHOUT_SHARED_STORAGE",
        summary: "Moves need shared storage",
        detail: `${regions} would move, but shared_storage is not set: apply will refuse. Name the bucket that all datanodes share.`,
        path: ["pins"],
      }),
    ];
  }
  return [
    warningDiagnostic({
      code: "WRITES_PAUSE_DURING_MOVE",
      summary: "Writes to a region pause while it moves",
      detail: `${regions} of ${textOf(declared, "table") ?? "the table"} will move. Writes to a moving region fail for a moment (about 0.1 s on an idle cluster): let clients retry.`,
      path: ["pins"],
    }),
  ];
}

function warningsAboutLoss(declared: ObjectValue, sources: ReadonlySet<DatanodeId>): readonly Diagnostic[] {
  const accepted = (datanodesOf(declared, "accept_data_loss_of") ?? []).filter((id) => sources.has(id));
  if (accepted.length === 0) return [];
  return [
    warningDiagnostic({
      code: "ROWS_MAY_BE_LOST",
      summary: "Rows may be lost",
      detail: `Regions leave datanode ${accepted.join(", ")}, which accept_data_loss_of names: if it does not answer, rows that it has not flushed are lost.`,
      path: ["accept_data_loss_of"],
    }),
  ];
}

function warningsAboutDatanodes(prior: ObjectValue): readonly Diagnostic[] {
  const gone = prior["unavailable_datanodes"];
  if (!Array.isArray(gone) || gone.length === 0) return [];
  return [
    warningDiagnostic({
      code: "DATANODE_GONE",
      summary: "Declared datanodes do not answer",
      detail: `Not listed by the cluster, or silent for longer than their lease of 10 s: datanode ${gone.join(", ")}. Start them again, or take them out of datanodes and pins. Apply reports an error while they are gone.`,
      path: ["datanodes"],
    }),
  ];
}

function idOf(declared: ObjectValue): ObjectValue[string] {
  const name = textOf(declared, "table");
  const database = textOf(declared, "database");
  return name === null || database === null ? UNKNOWN : tableKey({ database, name });
}
