import { UNKNOWN } from "../../plugin";
import type { ObjectValue, PlanRequest, PlanResult } from "../../plugin";
import type { DatanodeId, PartitionKey, RegionId } from "../../topology/ids";
import { regionId } from "../../topology/ids";
import { warningDiagnostic } from "../../topology/diagnostic";
import type { Diagnostic } from "../../topology/diagnostic";
import { placementRule } from "../../planning/rules/placement-rule";
import type { PlacedRegion } from "../../planning/rules/placed-region";
import { planPlacement } from "../../planning/plan-placement";
import { NO_MOVES, renderMoves } from "../../planning/render-plan";
import { migrationRules } from "../../planning/server-rules";
import { readPrivate } from "../private-data";
import { toPluginDiagnostics } from "../report";
import { datanodesOf, isWhollyKnown, mapOf, textOf, textsOf } from "../values";
import { matchPinsOfTables } from "./match-pins";
import { REGION_PLACEMENT_SCHEMA } from "./schema";
import {
  datanodeMap,
  declaredDatanodes,
  hasRule,
  knownPlacement,
  partitionName,
  placedTables,
  placementDeclaration,
  placementId,
  splitPartitionName,
  tablesText,
  toDatanodeMap,
  withDefaults,
} from "./state";

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

interface Planned {
  readonly planned: ObjectValue;
  readonly diagnostics: readonly Diagnostic[];
}

function isOtherTable(declared: ObjectValue, prior: ObjectValue): boolean {
  const names = (object: ObjectValue): string => JSON.stringify([...(textsOf(object, "tables") ?? [textOf(object, "table")])].sort());
  return declared["table"] !== prior["table"] || declared["database"] !== prior["database"] || names(declared) !== names(prior);
}

function planCreation(declared: ObjectValue): Planned {
  const planned = { ...declared, id: idOf(declared) };
  const pins = mapOf(declared, "pins");
  if (!hasRule(declared) && (pins === null || Object.keys(pins).length === 0)) return { planned, diagnostics: [] };
  return {
    planned,
    diagnostics: [
      warningDiagnostic({
        code: "PLACEMENT_KNOWN_AFTER_APPLY",
        summary: "Where the regions are now is known only after apply",
        detail:
          (hasRule(declared)
            ? `Regions of ${tablesText(declared)} that are not where pins and strategy want them will be moved there. `
            : `Regions of ${tablesText(declared)} that are not on their pinned datanode will be moved there, the others stay. `) +
          `For a table that exists already, import this resource first (\`terraform import ADDRESS ${importId(declared)}\`): the plan then names each move.`,
        path: ["pins"],
      }),
    ],
  };
}

function planUpdate(declared: ObjectValue, prior: ObjectValue, privateData: Uint8Array): Planned {
  const ruled = hasRule(declared);
  const base = {
    ...declared,
    id: prior["id"] ?? idOf(declared),
    region_sizes: !ruled ? {} : hasRule(prior) ? (prior["region_sizes"] ?? UNKNOWN) : UNKNOWN,
    unavailable_datanodes: [],
  };
  const inputs = ruled ? [...RULE_INPUTS, "datanodes"] : RULE_INPUTS;
  if (!inputs.every((name) => isWhollyKnown(declared[name] ?? null))) return { planned: base, diagnostics: [] };
  const current = knownPlacement(prior) ?? new Map<PartitionKey, DatanodeId>();
  const partitions = Object.keys(mapOf(prior, "region_ids") ?? {}) as PartitionKey[];
  const { pins, unmatched } = matchPinsOfTables(
    datanodeMap(declared, "pins"),
    partitions,
    (name) => splitPartitionName(declared, name),
    (table, partition) => partitionName(declared, table, partition),
  );
  if (unmatched.length > 0) return { planned: base, diagnostics: [unknownPartitions(declared, unmatched, partitions)] };
  if (ruled && countsBytes(declared) && !hasRule(prior)) return { planned: base, diagnostics: [sizesNotRead(declared)] };

  const moves = renderPlannedMoves(declared, prior, current, pins, privateData);
  const target = new Map([...current, ...pins, ...moves.targets]);
  return {
    planned: {
      ...base,
      placement: toDatanodeMap(target),
      region_ids: prior["region_ids"] ?? UNKNOWN,
      planned_moves: moves.count === 0 ? (prior["planned_moves"] ?? NO_MOVES) : scheduleIsKnown(declared) ? moves.text : UNKNOWN,
    },
    diagnostics: [
      ...moves.unplaced.map((diagnostic) => (IMPOSSIBLE.has(diagnostic.code) ? diagnostic : { ...diagnostic, severity: "warning" as const })),
      ...warningsAboutMoves(declared, moves.count),
      ...warningsAboutLoss(declared, moves.sources),
      ...warningsAboutDatanodes(prior),
    ],
  };
}

/** What decides where regions go. */
const RULE_INPUTS = [
  "pins",
  "strategy",
  "balance_by",
  "exclude_datanodes",
  "max_regions_per_datanode",
  "max_bytes_per_datanode",
  "max_skew",
  "zones",
] as const;

/** Findings that no waiting helps: the configuration contradicts itself. */
const IMPOSSIBLE: ReadonlySet<string> = new Set(["PLACEMENT_INFEASIBLE", "CAPACITY_NOT_REACHED"]);

function countsBytes(declared: ObjectValue): boolean {
  return declared["balance_by"] === "bytes" || (declared["max_bytes_per_datanode"] ?? null) !== null;
}

function sizesNotRead(declared: ObjectValue): Diagnostic {
  return warningDiagnostic({
    code: "SIZES_KNOWN_AFTER_APPLY",
    summary: "Where the regions go is known only after apply",
    detail: `The sizes of the regions of ${tablesText(declared)} have not been read yet: this apply reads them and moves regions accordingly. Later plans name each move. To see the moves first, apply with the strategy balance by regions, which reads the sizes as well.`,
    path: ["balance_by"],
  });
}

interface PlannedMoves {
  readonly count: number;
  /** Where the regions that move go, by the partition's name. */
  readonly targets: ReadonlyMap<PartitionKey, DatanodeId>;
  readonly text: string;
  /** Regions that a pin names and that cannot be moved as they are. */
  readonly unplaced: readonly Diagnostic[];
  /** Datanodes that regions are moved away from. */
  readonly sources: ReadonlySet<DatanodeId>;
}

/** The rounds depend on the limits: a text that a later plan would contradict must not be shown. */
function scheduleIsKnown(declared: ObjectValue): boolean {
  const inputs = ["datanodes", "zones", "max_outgoing_moves_per_datanode", "max_incoming_moves_per_datanode", "max_moves"];
  return inputs.every((name) => isWhollyKnown(declared[name] ?? null));
}

function renderPlannedMoves(
  declared: ObjectValue,
  prior: ObjectValue,
  current: ReadonlyMap<PartitionKey, DatanodeId>,
  pins: ReadonlyMap<PartitionKey, DatanodeId>,
  privateData: Uint8Array,
): PlannedMoves {
  const declaration = placementDeclaration(declared);
  const tables = new Map(placedTables(declared).map((table) => [table.name, table]));
  const sizes = mapOf(prior, "region_sizes") ?? {};
  const names = new Map<RegionId, PartitionKey>();
  const regions = Object.entries(mapOf(prior, "region_ids") ?? {}).map(([name, id]): PlacedRegion => {
    const { table, partition } = splitPartitionName(declared, name);
    const region = regionId(String(id));
    names.set(region, name as PartitionKey);
    return {
      table: tables.get(table)!,
      partition,
      region,
      leader: current.get(name as PartitionKey) ?? null,
      status: "ALIVE",
      sizeBytes: typeof sizes[name] === "number" ? BigInt(sizes[name]) : null,
      followers: [],
    };
  });
  const rule = placementRule(declaration, declaredDatanodes(declared) ?? []);
  const own = pinsByTable(declared, pins);
  const placed = planPlacement({
    regions,
    pins: [...tables.values()].map((table) => ({ table, pins: own.get(table.name) ?? new Map() })),
    rules: rule === undefined ? [] : [rule],
    datanodes: datanodesOf(declared, "datanodes") ?? undefined,
    limits: declaration.limits,
    serialPerTable: migrationRules(readPrivate(privateData).serverVersion ?? "").serialPerTable,
  });
  return {
    count: placed.moves.length,
    targets: new Map(placed.moves.map((move) => [names.get(move.region)!, move.to])),
    text: renderMoves(placed.moves, placed.schedule, placed.certificate),
    unplaced: [...placed.unplaced, ...placed.warnings],
    sources: new Set(placed.moves.map((move) => move.from)),
  };
}

/** The pins of each table, by its partitions. */
function pinsByTable(declared: ObjectValue, pins: ReadonlyMap<PartitionKey, DatanodeId>): ReadonlyMap<string, ReadonlyMap<PartitionKey, DatanodeId>> {
  const own = new Map<string, Map<PartitionKey, DatanodeId>>();
  for (const [name, datanode] of pins) {
    const { table, partition } = splitPartitionName(declared, name);
    own.set(table, (own.get(table) ?? new Map<PartitionKey, DatanodeId>()).set(partition, datanode));
  }
  return own;
}

function unknownPartitions(declared: ObjectValue, unmatched: readonly string[], partitions: readonly PartitionKey[]): Diagnostic {
  const table = tablesText(declared);
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
      detail: `${regions} of ${tablesText(declared)} will move. Writes to a moving region fail for a moment (about 0.1 s on an idle cluster): let clients retry.`,
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

function importId(declared: ObjectValue): string {
  const id = idOf(declared);
  if (typeof id === "string") return id;
  return (declared["tables"] ?? null) === null ? "database.table" : "database.table,table";
}

function idOf(declared: ObjectValue): ObjectValue[string] {
  const known = ["database", "table", "tables"].every((name) => isWhollyKnown(declared[name] ?? null));
  return known ? placementId(placedTables(declared)) : UNKNOWN;
}
