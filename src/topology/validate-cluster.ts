import type { Diagnostic } from "./diagnostic";
import { placedTables, type GreptimeClusterDeclaration } from "./manifest";
import { runFindings } from "./run-declaration";
import { connectionFindings } from "./validate-connection";
import { validatePlacement } from "./validate-placement";
import { validateTable } from "./validate-table";
import { diagnosticsOf, repetitions, show, unresolvedTest, type Finding, type ValidateOptions } from "./validation";

type IsUnresolved = (value: unknown) => boolean;

/**
 * Everything that is wrong with a cluster, its tables and its placements, at once. Empty when nothing is.
 * Tables and placements have addresses of their own (`public.cpu`; the placement's name).
 */
export function validateCluster(cluster: GreptimeClusterDeclaration, options: ValidateOptions = {}): readonly Diagnostic[] {
  const isUnresolved = unresolvedTest(options);
  const nested = options.isUnresolved === undefined ? {} : { isUnresolved: options.isUnresolved };
  const findings = [
    ...connectionFindings(cluster.connection, "GreptimeDB's MySQL port is 4002 by default", isUnresolved),
    ...datanodeFindings(cluster, isUnresolved),
    ...runFindings(cluster.run ?? {}, isUnresolved),
    ...tableFindings(cluster, isUnresolved),
    ...placementFindings(cluster, isUnresolved),
  ];
  return [
    ...diagnosticsOf(findings, options.address ?? cluster.name),
    ...cluster.tables.flatMap((table) => validateTable(table, nested)),
    ...cluster.placements.flatMap((placement) => validatePlacement(placement, { ...nested, cluster })),
  ];
}

function datanodeFindings({ datanodes }: GreptimeClusterDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  if (datanodes === undefined || isUnresolved(datanodes)) return [];
  if (datanodes.length === 0) {
    const detail = "The list of datanodes is empty. Name the datanodes, or leave the list out for whatever the cluster has.";
    return [{ code: "DATANODES_EMPTY", summary: "No datanodes", detail, path: ["datanodes"] }];
  }
  return repetitions(datanodes.map(({ id }) => id), isUnresolved).map(({ index }) => ({
    code: "DATANODE_DUPLICATE",
    summary: "Duplicate datanode",
    detail: `Datanode ${show(datanodes[index]?.id)} is declared twice. Remove one.`,
    path: ["datanodes", index, "id"],
  }));
}

function tableFindings({ tables }: GreptimeClusterDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const names = tables.map(({ database, name }) => (isUnresolved(database) || isUnresolved(name) ? undefined : `${database}.${name}`));
  return repetitions(names, isUnresolved).map(({ index, first }) => ({
    code: "TABLE_DUPLICATE",
    summary: "Duplicate table",
    detail: `Tables ${first + 1} and ${index + 1} are both ${names[index] ?? ""}. Rename or remove one of them.`,
    path: ["tables", index, "name"],
  }));
}

function placementFindings({ placements }: GreptimeClusterDeclaration, isUnresolved: IsUnresolved): readonly Finding[] {
  const names = placements.map(({ name }) => name);
  const repeatedNames = repetitions(names, isUnresolved).map(({ index, first }) => ({
    code: "PLACEMENT_NAME_DUPLICATE",
    summary: "Duplicate placement name",
    detail: `Placements ${first + 1} and ${index + 1} are both named ${show(names[index])}. Rename one of them.`,
    path: ["placements", index, "name"],
  }));
  const places = placements.flatMap((placement, index) =>
    isUnresolved(placement.tables) ? [] : placedTables(placement).map((table) => ({ index, database: placement.database, table })),
  );
  const tables = places.map(({ database, table }) => (isUnresolved(database) || isUnresolved(table) ? undefined : `${database}.${table}`));
  const repeatedTables = repetitions(tables, isUnresolved)
    .map(({ index, first }) => ({ table: tables[index] ?? "", index: places[index]?.index ?? 0, first: places[first]?.index ?? 0 }))
    .filter(({ index, first }) => index !== first)
    .map(({ table, index, first }) => ({
      code: "PLACEMENT_TABLE_DUPLICATE",
      summary: "Two placements of one table",
      detail: `The placements ${show(names[first])} and ${show(names[index])} both place ${table}. Put all its pins into one placement.`,
      path: ["placements", index, "table"],
    }));
  return [...repeatedNames, ...repeatedTables];
}
