import { isUnknown } from "../../plugin";
import type { Context, ObjectValue } from "../../plugin";
import { planCluster } from "../../planning/plan-cluster";
import { renderMoves } from "../../planning/render-plan";
import { tableKey } from "../../planning/table-key";
import type { ObservedGreptimeCluster, ObservedTable } from "../../planning/observed";
import type { TableName } from "../../planning/change";
import { errorDiagnostic, hasErrors } from "../../topology/diagnostic";
import type { Diagnostic } from "../../topology/diagnostic";
import { placedTwice } from "../claims";
import type { GreptimeClient, ProviderClient } from "../client";
import type { ConvergenceSession } from "../converge";
import { noticesOf } from "../notices";
import { writePrivate } from "../private-data";
import { expectedFailure, toPluginDiagnostics } from "../report";
import type { ApplyRequest, ApplyResult, Outcome } from "../resource-types";
import { findTable } from "../snapshot";
import { differencesSincePlan } from "./differences";
import { liveAttributes, liveRegions } from "./live";
import { matchPinsOfTables, type MatchedPins } from "./match-pins";
import { REGION_PLACEMENT_SCHEMA } from "./schema";
import {
  datanodeMap,
  hasRule,
  knownPlacement,
  partitionName,
  placedTables,
  placementCluster,
  splitPartitionName,
  tablesAttribute,
  toDatanodeMap,
} from "./state";

/**
 * Moves what the plan moves. The live placement is read again first; when it is no longer what the plan was made from,
 * nothing moves. A failed creation records nothing, so that the next apply starts over with what is there; after a failed
 * update the state is what is live. Destroying moves nothing.
 */
export async function applyRegionPlacement(request: ApplyRequest, context: Context<ProviderClient>): Promise<ApplyResult> {
  const { prior, planned } = request;
  if (planned === null) return { state: null };
  try {
    const cluster = context.client.greptimedb();
    const outcome = await cluster.converge
      .exclusively({ drain: context.stop, log: context.log }, (session) => converge(prior, planned, cluster, session))
      .finally(() => cluster.snapshots.invalidate());
    return { ...outcome, diagnostics: toPluginDiagnostics(outcome.diagnostics, REGION_PLACEMENT_SCHEMA.attributes) };
  } catch (error) {
    return { state: null, diagnostics: toPluginDiagnostics(expectedFailure(error), REGION_PLACEMENT_SCHEMA.attributes) };
  }
}

async function converge(
  prior: ObjectValue | null,
  planned: ObjectValue,
  cluster: GreptimeClient,
  session: ConvergenceSession,
): Promise<Outcome> {
  const names = placedTables(planned);
  const twice = claim(planned, names, cluster.placed);
  if (twice.length > 0) return { state: null, diagnostics: twice };
  const before = await cluster.port.inspect({ definitions: names });
  const tables = tablesIn(before, names);
  if ("code" in tables) return { state: null, diagnostics: [tables] };
  const problems = [...pinProblems(planned, tables), ...staleness(prior, planned, tables)];
  if (problems.length > 0) return { state: null, diagnostics: problems };

  const declaration = placementCluster(asPlanned(planned, tables), cluster.name, cluster.connection);
  const plan = planCluster({ cluster: declaration, observed: before, tableChanges: [], adoptable: session.adoptable });
  if (plan.blocked.length > 0) return { state: null, diagnostics: plan.blocked };

  const mustRun = plan.moves.length > 0 || session.interrupted;
  const moved = mustRun ? await session.run(plan, declaration) : [];
  const after = !mustRun ? before : await cluster.port.inspect({ definitions: names });
  const liveTables = tablesIn(after, names);
  if ("code" in liveTables) return { state: null, diagnostics: [...moved, liveTables] };
  const live = liveAttributes(planned, after, liveTables);
  const result = {
    ...planned,
    ...live,
    region_sizes: isUnknown(planned["region_sizes"]) ? live["region_sizes"]! : (planned["region_sizes"] ?? null),
    planned_moves: isUnknown(planned["planned_moves"]) ? renderMoves(plan.moves, plan.schedule, plan.certificate) : (planned["planned_moves"] ?? null),
  };
  const diagnostics = [...noticesOf(plan), ...moved, ...disagreements(planned, result)];
  if (prior === null && hasErrors(diagnostics)) return { state: null, diagnostics };
  return { state: result, private: writePrivate({ serverVersion: after.version }), diagnostics };
}

/** Takes the tables for this resource, unless another one has one of them. A failed one keeps them: it will be applied again. */
function claim(planned: ObjectValue, names: readonly TableName[], placed: Set<string>): readonly Diagnostic[] {
  const keys = names.map(tableKey);
  const twice = keys.filter((key) => placed.has(key)).map((key) => placedTwice(key, tablesAttribute(planned)));
  if (twice.length === 0) keys.forEach((key) => placed.add(key));
  return twice;
}

/** The tables as they are live, or what is said when one does not exist. */
function tablesIn(observed: ObservedGreptimeCluster, names: readonly TableName[]): readonly ObservedTable[] | Diagnostic {
  const tables: ObservedTable[] = [];
  for (const name of names) {
    const table = findTable(observed, name);
    if (table === undefined) return tableMissing(name);
    tables.push(table);
  }
  return tables;
}

function tableMissing(name: TableName): Diagnostic {
  return errorDiagnostic({
    code: "TABLE_NOT_FOUND",
    summary: `Table ${tableKey(name)} does not exist`,
    detail: "Its regions cannot be placed. Declare it as a topoform_greptimedb_table and refer to that resource's name, or create it first.",
    path: ["table"],
  });
}

function pinProblems(planned: ObjectValue, tables: readonly ObservedTable[]): readonly Diagnostic[] {
  const { unmatched } = livePins(planned, tables);
  if (unmatched.length === 0) return [];
  const list = (keys: readonly string[]): string => keys.map((key) => `  ${key}`).join("\n");
  const known = liveRegions(planned, tables).map(({ name }) => name);
  return [
    errorDiagnostic({
      code: "PIN_TO_UNKNOWN_PARTITION",
      summary: `${tables.map(tableKey).join(", ")} does not have the pinned partitions`,
      detail: `No partition of the table has these rules:\n${list(unmatched)}\nIt has:\n${list(known)}\nCorrect the pins. Nothing was moved.`,
      path: ["pins"],
    }),
  ];
}

/** The pins in the server's own spelling of the rules. */
function livePins(planned: ObjectValue, tables: readonly ObservedTable[]): MatchedPins {
  return matchPinsOfTables(
    datanodeMap(planned, "pins"),
    liveRegions(planned, tables).map(({ name }) => name),
    (name) => splitPartitionName(planned, name),
    (table, partition) => partitionName(planned, table, partition),
  );
}

/**
 * What is to be done: where the plan knows the whole placement, exactly that, so that no region goes elsewhere because sizes have
 * changed since; else what is declared.
 */
function asPlanned(planned: ObjectValue, tables: readonly ObservedTable[]): ObjectValue {
  const { pins } = livePins(planned, tables);
  const target = knownPlacement(planned);
  if (target === undefined || !hasRule(planned)) return { ...planned, pins: toDatanodeMap(pins) };
  return { ...planned, ...WITHOUT_RULES, pins: toDatanodeMap(new Map([...target, ...pins])) };
}

const WITHOUT_RULES: ObjectValue = {
  strategy: "pinned",
  balance_by: null,
  exclude_datanodes: null,
  max_regions_per_datanode: null,
  max_bytes_per_datanode: null,
  max_skew: null,
};

function staleness(prior: ObjectValue | null, planned: ObjectValue, tables: readonly ObservedTable[]): readonly Diagnostic[] {
  const lines = prior === null ? [] : differencesSincePlan(prior, planned, tables);
  if (lines.length === 0) return [];
  return [
    errorDiagnostic({
      code: "PLAN_STALE",
      summary: `The placement of ${tables.map(tableKey).join(", ")} changed since the plan`,
      detail: `${lines.map((line) => `  ${line}`).join("\n")}\nNothing was moved. Plan again, and apply what the new plan shows.`,
      path: ["pins"],
    }),
  ];
}

/** What is not as planned although the run reported no failure: somebody else moved regions, or a datanode is gone. */
function disagreements(planned: ObjectValue, result: ObjectValue): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const target = knownPlacement(planned);
  const live = knownPlacement(result) ?? new Map();
  const elsewhere = [...(target ?? [])].filter(([key, datanode]) => live.get(key) !== datanode);
  if (elsewhere.length > 0) {
    const lines = elsewhere.map(([key, datanode]) => `  ${key}: planned on datanode ${datanode}, led by ${live.get(key) ?? "none"}`);
    found.push(
      errorDiagnostic({
        code: "PLACEMENT_NOT_REACHED",
        summary: "Regions are not where they were planned",
        detail: `${lines.join("\n")}\nPlan again to see what remains.`,
        path: ["pins"],
      }),
    );
  }
  const gone = result["unavailable_datanodes"];
  if (Array.isArray(gone) && gone.length > 0) {
    found.push(
      errorDiagnostic({
        code: "DATANODE_GONE",
        summary: "Declared datanodes do not answer",
        detail: `Not listed by the cluster, or silent for longer than their lease of 10 s: datanode ${gone.join(", ")}. Start them again, or take them out of datanodes and pins.`,
        path: ["datanodes"],
      }),
    );
  }
  return found;
}
