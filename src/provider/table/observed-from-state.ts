import type { ObjectValue } from "../../plugin";
import { canonicalOption } from "../../engines/greptimedb/table-options";
import type { ObservedDefinition, ObservedGreptimeCluster } from "../../planning/observed";
import { NEWEST_KNOWN } from "../../planning/server-rules";
import { canonicalType } from "../../topology/column-type";
import { regionId } from "../../topology/ids";
import type { PartitionKey } from "../../topology/ids";
import { columnTypes, partitionRules } from "../../topology/partition-rules";
import { mapOf, numberOf } from "../values";
import { tableDeclaration } from "./declaration";

/**
 * The cluster as a refreshed state remembers it, so that planning compares with the same rules as everything else.
 * `serverVersion` absent: the newest known, which can do most.
 */
export function observedFromState(state: ObjectValue, serverVersion: string | undefined): ObservedGreptimeCluster {
  const declared = tableDeclaration(state, "live");
  const rules = declared.partitioning === undefined ? [] : partitionRules(declared.partitioning, columnTypes(declared));
  const definition: ObservedDefinition = {
    columns: declared.columns.map((column) => ({
      name: column.name,
      type: canonicalType(column.type) ?? column.type,
      nullable: column.nullable,
      default: column.default ?? null,
      comment: column.comment ?? null,
    })),
    primaryKey: declared.primaryKey,
    timeIndex: declared.timeIndex,
    partitionColumns: declared.partitioning?.columns ?? [],
    rules: rules.map((rule) => rule.key),
    options: Object.fromEntries(Object.entries(declared.options).map(([key, value]) => [key, canonicalOption(key, value)])),
  };
  return {
    engine: "greptimedb",
    version: serverVersion ?? `${NEWEST_KNOWN}.0`,
    mode: "distributed",
    metasrvUptimeMs: null,
    datanodes: [],
    procedures: [],
    tables: [
      {
        database: declared.database,
        name: declared.name,
        tableId: numberOf(state, "table_id") ?? 0,
        engine: declared.engine,
        definition,
        regions: Object.entries(mapOf(state, "region_ids") ?? {}).map(([partition, id]) => ({
          id: regionId(String(id)),
          partition: partition as PartitionKey,
          leader: null,
          followers: [],
          status: "ALIVE" as const,
          sizeBytes: null,
          rows: null,
        })),
      },
    ],
  };
}
