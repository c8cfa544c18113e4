import { diffTable } from "../../src/engines/greptimedb/diff";
import { canonicalOption } from "../../src/engines/greptimedb/table-options";
import type { ClusterPort } from "../../src/engines/port";
import type { TableChange, TableName } from "../../src/planning/change";
import type { ObservedDatanode, ObservedGreptimeCluster, ObservedTable } from "../../src/planning/observed";
import type { ClusterPlan } from "../../src/planning/plan";
import { sameTable } from "../../src/planning/table-key";
import { canonicalType } from "../../src/topology/column-type";
import { DiagnosticError } from "../../src/topology/diagnostic";
import type { Diagnostic } from "../../src/topology/diagnostic";
import { datanodeId, regionIdOf, UNPARTITIONED } from "../../src/topology/ids";
import type { PartitionKey } from "../../src/topology/ids";
import type { TableDeclaration } from "../../src/topology/manifest";
import { columnTypes, partitionRules } from "../../src/topology/partition-rules";

/** A cluster in memory: tables, regions, datanodes; what a plan says is done at once. */
export class FakeCluster {
  version = "1.1.4";
  metasrvUptimeMs: number | null = 600_000;
  datanodes: ObservedDatanode[] = [0, 1, 2, 3].map((id) => ({ id: datanodeId(id), address: `10.0.0.${id}:3001`, version: "1.1.4", silentMs: 500 }));
  tables: ObservedTable[] = [];
  inspections: (readonly TableName[])[] = [];
  definitionReads: (readonly TableName[])[] = [];
  plans: ClusterPlan[] = [];
  /** Thrown by every reading while set. */
  failure: Diagnostic | undefined;
  /** What a run answers instead of doing anything. */
  runFailure: readonly Diagnostic[] | undefined;
  #nextTableId = 1024;

  readonly port: ClusterPort = {
    engine: "greptimedb",
    inspect: async ({ definitions }) => {
      this.inspections.push(definitions);
      if (this.failure !== undefined) throw new DiagnosticError(this.failure);
      return this.observe(definitions);
    },
    readDefinitions: async (observed, tables) => {
      this.definitionReads.push(tables);
      const read = this.observe(tables);
      return {
        ...observed,
        tables: observed.tables.map((table) => read.tables.find((other) => sameTable(other, table) && other.definition !== null) ?? table),
      };
    },
    diffTable,
    statementsOf: () => [],
    applyTableChange: async (change) => this.change(change),
    moves: undefined as never,
    rows: undefined as never,
    close: async () => undefined,
  };

  observe(definitions: readonly TableName[]): ObservedGreptimeCluster {
    return {
      engine: "greptimedb",
      version: this.version,
      mode: "distributed",
      metasrvUptimeMs: this.metasrvUptimeMs,
      datanodes: this.datanodes,
      procedures: [],
      tables: this.tables.map((table) => (definitions.some((name) => sameTable(name, table)) ? table : { ...table, definition: null })),
    };
  }

  async run(plan: ClusterPlan): Promise<readonly Diagnostic[]> {
    this.plans.push(plan);
    if (this.runFailure !== undefined) return this.runFailure;
    for (const change of plan.tableChanges) this.change(change);
    for (const move of plan.moves) this.move(move.table.name, move.partition, Number(move.to));
    return [];
  }

  create(declaration: TableDeclaration): ObservedTable {
    const tableId = this.#nextTableId++;
    const partitioning = declaration.partitioning;
    const rules = partitioning === undefined ? [] : partitionRules(partitioning, columnTypes(declaration)).map((rule) => rule.key);
    const table: ObservedTable = {
      database: declaration.database,
      name: declaration.name,
      tableId,
      engine: declaration.engine,
      regions: (rules.length === 0 ? [UNPARTITIONED] : rules).map((partition, index) => ({
        id: regionIdOf(tableId, index),
        partition,
        leader: datanodeId(index % 3),
        followers: [],
        status: "ALIVE",
        sizeBytes: null,
        rows: null,
      })),
      definition: {
        columns: declaration.columns.map((column) => ({
          name: column.name,
          type: canonicalType(column.type) ?? column.type,
          nullable: column.nullable,
          default: column.default ?? null,
          comment: column.comment ?? null,
        })),
        primaryKey: declaration.primaryKey,
        timeIndex: declaration.timeIndex,
        partitionColumns: partitioning?.columns ?? [],
        rules,
        options: Object.fromEntries(Object.entries(declaration.options).map(([key, value]) => [key, canonicalOption(key, value)])),
      },
    };
    this.tables.push(table);
    return table;
  }

  table(name: string): ObservedTable {
    const found = this.tables.find((table) => table.name === name);
    if (found === undefined) throw new Error(`no table ${name}`);
    return found;
  }

  replace(name: string, change: (table: ObservedTable) => ObservedTable): void {
    this.tables = this.tables.map((table) => (table.name === name ? change(table) : table));
  }

  move(name: string, partition: string, datanode: number): void {
    this.replace(name, (table) => ({
      ...table,
      regions: table.regions.map((region) => (region.partition === (partition as PartitionKey) ? { ...region, leader: datanodeId(datanode) } : region)),
    }));
  }

  drop(name: string): void {
    this.tables = this.tables.filter((table) => table.name !== name);
  }

  change(change: TableChange): void {
    const edit = (definition: (before: NonNullable<ObservedTable["definition"]>) => Partial<NonNullable<ObservedTable["definition"]>>): void =>
      this.replace(change.table.name, (table) => ({ ...table, definition: { ...table.definition!, ...definition(table.definition!) } }));
    switch (change.kind) {
      case "create-table":
        this.create(change.declaration);
        return;
      case "drop-table":
        return this.drop(change.table.name);
      case "add-column":
        return edit((before) => ({
          columns: [
            ...before.columns,
            {
              name: change.column.name,
              type: canonicalType(change.column.type)!,
              nullable: change.column.nullable,
              default: change.column.default ?? null,
              comment: change.column.comment ?? null,
            },
          ],
        }));
      case "drop-column":
        return edit((before) => ({ columns: before.columns.filter((column) => column.name !== change.column) }));
      case "modify-column-type":
        return edit((before) => ({ columns: before.columns.map((column) => (column.name === change.column ? { ...column, type: change.to } : column)) }));
      case "set-option":
        return edit((before) => ({ options: { ...before.options, [change.option]: canonicalOption(change.option, change.to) } }));
      case "unset-option":
        return edit((before) => ({ options: Object.fromEntries(Object.entries(before.options).filter(([key]) => key !== change.option)) }));
      default:
        throw new Error(`the fake cluster does not do ${change.kind}`);
    }
  }
}
