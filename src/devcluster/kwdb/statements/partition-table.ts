import type { Table, TableIndex } from "../catalog/objects";
import type { Transaction } from "../model/store";
import { SqlError, uncategorized } from "../sql-error";
import type { Expression, PartitionDefinition, Partitioning } from "../syntax/ast";
import { printConstant } from "../syntax/print-expression";
import { isInteger, isNumeric, type SqlType } from "../types/sql-type";
import { evaluateAs } from "./constant";
import type { StatementContext } from "./context";

/** Gives a table's primary index a partitioning (null: none). Zones of partitions whose names are gone go with them. */
export function partitionTable(transaction: Transaction, table: Table, partitioning: Partitioning | null): void {
  const [primary, ...others] = table.indexes;
  transaction.put("table", table.id, { ...table, indexes: [{ ...primary!, partitioning }, ...others] });
  const zone = transaction.get("zone", table.id);
  if (zone === undefined) return;
  const names = new Set(partitioning?.partitions.map((p) => p.name) ?? []);
  const subzones = zone.subzones.filter((s) => s.indexId !== 1 || s.partition === "" || names.has(s.partition));
  transaction.put("zone", table.id, subzones.length === 0 && zone.values.numReplicas === 0 ? null : { ...zone, subzones });
}

/** The partitions of an index that the server lists: those of hash points since 3.0.0. */
export function listedPartitions({ model }: Pick<StatementContext, "model">, { partitioning }: TableIndex): readonly PartitionDefinition[] {
  return partitioning === null || (partitioning.by === "hashpoint" && !model.version.listsHashPoints) ? [] : partitioning.partitions;
}

/** What the server checks of a partitioning before it takes it. */
export function validatePartitioning(table: Table, index: TableIndex, partitioning: Partitioning): void {
  if (table.timeSeries !== null) {
    if (partitioning.by !== "hashpoint") throw new SqlError("42809", `can not partition ts table "${table.name}"`);
    for (const { points } of partitioning.partitions) if (points?.kind === "span" && points.from >= points.to) throw uncategorized("from point must smaller than to point");
    return;
  }
  if (partitioning.by === "hashpoint") throw uncategorized("at least one of LIST or RANGE partitioning must be used");
  const prefix = index.columns.slice(0, partitioning.columns.length);
  if (partitioning.columns.some((column, i) => column !== prefix[i])) {
    throw new SqlError("42601", `declared partition columns (${partitioning.columns.join(", ")}) do not match first ${partitioning.columns.length} columns in index being partitioned (${prefix.join(", ")})`);
  }
  const types = prefix.map((name) => table.columns.find((column) => column.name === name)?.type ?? "int8");
  const values = partitioning.partitions.map(({ name, tuples }) => ({ name, tuples: tuples.map((tuple) => evaluateTuple(name, tuple, types)) }));
  const names = new Set<string>();
  for (const { name } of values) {
    if (name === "") throw uncategorized("PARTITION name must be non-empty");
    if (names.has(name)) throw uncategorized(`PARTITION ${name}: name must be unique (used twice in index "${index.name}")`);
    names.add(name);
  }
  if (partitioning.by === "range") checkBounds(values, partitioning);
  else checkDistinct(values, partitioning);
}

type Value = bigint | number | string | boolean | null;

interface Evaluated {
  readonly name: string;
  readonly tuples: readonly (readonly Value[])[];
}

/** The values of one tuple as the columns' types: constants, and one for each column. */
function evaluateTuple(name: string, tuple: readonly Expression[], types: readonly SqlType[]): readonly Value[] {
  const wrapped = (code: string, message: string): SqlError => new SqlError(code, `PARTITION ${name}: ${message}`);
  if (tuple.length !== types.length) throw wrapped("XXUUU", `partition has ${types.length} columns but ${tuple.length} values were supplied`);
  return tuple.map((expression, i) => {
    if (expression.kind === "column" && expression.name === "default") throw wrapped("42601", "DEFAULT can only appear in a VALUES list within INSERT or on the right side of a SET");
    if (expression.kind === "column") throw wrapped("42601", "variable sub-expressions are not allowed in partition");
    const type = types[i]!;
    try {
      return evaluateAs(expression, isInteger(type) ? "int" : isNumeric(type) ? "float" : type === "bool" ? "bool" : "string", "partition", []);
    } catch (error) {
      throw error instanceof SqlError ? wrapped(error.fields.sqlstate, error.message) : error;
    }
  });
}

function compareTuples(a: readonly Value[], b: readonly Value[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i]!;
    if (left === right) continue;
    if (left === null || right === null) return left === null ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return 0;
}

function checkBounds(values: readonly Evaluated[], { partitions }: Partitioning): void {
  const before: Evaluated[] = [];
  for (const [i, partition] of values.entries()) {
    const [from, to] = partition.tuples as [readonly Value[], readonly Value[]];
    const overlapped = before.find(({ tuples }) => compareTuples(from, tuples[1]!) < 0 && compareTuples(tuples[0]!, to) < 0);
    if (overlapped !== undefined) throw uncategorized(`partitions ${overlapped.name} and ${partition.name} overlap`);
    const order = compareTuples(from, to);
    const [lower, upper] = partitions[i]!.value.split(" TO ");
    if (order >= 0) throw uncategorized(`PARTITION ${partition.name}: empty range: lower bound ${lower} is ${order === 0 ? "equal to" : "greater than"} upper bound ${upper}`);
    before.push(partition);
  }
}

function checkDistinct(values: readonly Evaluated[], { partitions }: Partitioning): void {
  const seen: (readonly Value[])[] = [];
  for (const [i, { tuples }] of values.entries()) {
    for (const [k, tuple] of tuples.entries()) {
      if (seen.some((other) => compareTuples(other, tuple) === 0)) throw uncategorized(`(${partitions[i]!.tuples[k]!.map(printConstant).join(", ")}) cannot be present in more than one partition`);
      seen.push(tuple);
    }
  }
}
