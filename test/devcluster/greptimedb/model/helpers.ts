import { virtualClock } from "../../../../src/devcluster/clock";
import type { VirtualClock } from "../../../../src/devcluster/clock";
import { createClusterModel } from "../../../../src/devcluster/greptimedb/model/cluster-model";
import type { ClusterModelImpl } from "../../../../src/devcluster/greptimedb/model/cluster-model";
import type { ClusterModelOptions } from "../../../../src/devcluster/greptimedb/model/options";
import type { Row, TableMeta, TableSchema } from "../../../../src/devcluster/greptimedb/model/types";

export interface Bench {
  readonly clock: VirtualClock;
  readonly model: ClusterModelImpl;
}

export function bench(options: Partial<ClusterModelOptions> = {}): Bench {
  const clock = virtualClock();
  return { clock, model: createClusterModel({ version: "1.0.2", clock, ...options }) };
}

export function schema(name: string, regions = 3, overrides: Partial<TableSchema> = {}): TableSchema {
  return {
    database: "public",
    name,
    engine: "mito",
    columns: [
      { name: "host", type: "STRING", nullable: true, semantic: "TAG", defaultSql: null, comment: null, indexes: [] },
      { name: "v", type: "DOUBLE", nullable: true, semantic: "FIELD", defaultSql: null, comment: null, indexes: [] },
      { name: "ts", type: "TIMESTAMP(3)", nullable: false, semantic: "TIMESTAMP", defaultSql: null, comment: null, indexes: [] },
    ],
    primaryKey: ["host"],
    timeIndex: "ts",
    partitionColumns: regions > 1 ? ["host"] : [],
    rules: regions > 1 ? Array.from({ length: regions }, (_, index) => ({ text: `rule ${index}`, expression: index })) : [null],
    options: {},
    comment: null,
    ...overrides,
  };
}

export const createTable = ({ clock, model }: Bench, name: string, regions = 3, overrides: Partial<TableSchema> = {}): Promise<TableMeta> =>
  clock.until(model.createTable(schema(name, regions, overrides)));

export const put = (key: string, ...row: Row): { readonly kind: "put"; readonly key: string; readonly row: Row } => ({ kind: "put", key, row });

export const leaders = ({ model }: Bench, table: TableMeta): readonly (bigint | null)[] =>
  model.routes().filter(({ tableId }) => tableId === table.tableId).map(({ leader }) => leader);

/** Ids for one region of a table. */
export const regionIdOf = (table: TableMeta, regionNumber: number): bigint => (BigInt(table.tableId) << 32n) | BigInt(regionNumber);

/** The error's text, or what the promise gave. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    return `no error: ${String(await promise)}`;
  } catch (error) {
    return (error as Error).message;
  }
}
