import type { NumberMap, StringMap } from "cdktf";
import { Construct } from "constructs";

import { errorDiagnostic, hasErrors, type Diagnostic } from "../topology/diagnostic";
import type { DatanodeId, PartitionKey } from "../topology/ids";
import type { PlacementDeclaration, TableDeclaration } from "../topology/manifest";
import { columnTypes } from "../topology/partition-rules";
import { validateTable } from "../topology/validate-table";
import { GreptimedbTable } from "./bindings/greptimedb-table";
import { toDatanodeId, type DatanodeNumber } from "./datanode-number";
import type { IGreptimeCluster } from "./greptime-cluster";
import { partitionKeys } from "./partition-keys";
import { PlacementOfTable } from "./placement-of-table";
import { Placement } from "./placement";
import { excluder, moveDeclaration, placementArguments, type MoveProps } from "./placement-props";
import { tableArguments } from "./table-arguments";
import { tableDeclaration, type TableProps } from "./table-declaration";
import { isUnresolved } from "./unresolved";

export interface PartitionedTableProps extends TableProps, MoveProps {
  readonly cluster: IGreptimeCluster;
  /** The datanode of a table without partitions. @default - where the server puts it */
  readonly datanode?: DatanodeNumber;
  /** What becomes of the regions whose partition names no datanode. @default Placement.pinned() as soon as a partition names one, else none */
  readonly placement?: Placement;
}

/** A table that others refer to. */
export interface IPartitionedTable {
  /** `database.name`, known after apply. */
  readonly id: string;
  readonly name: string;
}

/**
 * A table, how it is partitioned, and the datanode that leads each partition's region.
 *
 * Becomes a `topoform_greptimedb_table`, and a `topoform_greptimedb_region_placement` of the same name as soon as one
 * partition names a datanode or `placement` is given. Everything that is wrong with it is reported at synth, all at once.
 *
 * @example
 * new PartitionedTable(this, "cpu", {
 *   cluster,
 *   name: "cpu",
 *   columns: { host: Column.string(), usage: Column.float64(), ts: Column.timestamp({ timeIndex: true }) },
 *   primaryKey: ["host"],
 *   partitions: Partitions.byRange({
 *     columns: ["host"],
 *     partitions: [{ lessThan: "m", datanode: 0 }, { lessThan: MAXVALUE, datanode: 1 }],
 *   }),
 * });
 */
export class PartitionedTable extends Construct implements IPartitionedTable {
  private readonly table: GreptimedbTable;
  private readonly regionPlacement: PlacementOfTable | undefined;
  private readonly keys: ReadonlyMap<string, PartitionKey>;

  constructor(scope: Construct, id: string, props: PartitionedTableProps) {
    super(scope, id);
    const declaration = tableDeclaration(props);
    const keys = validKeys(declaration);
    const { cluster } = props;
    this.keys = keyByName(declaration, keys ?? []);
    this.table = new GreptimedbTable(this, "Default", {
      provider: cluster.provider,
      ...tableArguments(declaration, keys),
    });
    cluster.topology.addTable({ construct: this, declaration, problems: () => datanodeProblems(props) });
    this.regionPlacement = isPlaced(props) ? this.place(props, declaration, keys) : undefined;
  }

  /** `database.name`, known after apply. */
  get id(): string {
    return this.table.id;
  }

  /** As a reference: what uses it comes after the table. */
  get name(): string {
    return this.table.name;
  }

  /** As a reference: what uses it comes after the table. */
  get database(): string {
    return this.table.database;
  }

  /** The server's number of the table, known after apply. */
  get tableId(): number {
    return this.table.tableId;
  }

  /** Region id by partition rule, known after apply. */
  get regionIds(): StringMap {
    return this.table.regionIds;
  }

  /** Datanode by partition rule, known after apply; undefined when no partition names a datanode. */
  get placement(): NumberMap | undefined {
    return this.regionPlacement?.placement;
  }

  /** The region id of one partition, by its name in code or its rule; known after apply. */
  regionIdOf(partition: string): string {
    return this.table.regionIds.lookup(this.keys.get(partition) ?? partition);
  }

  private place(
    props: PartitionedTableProps,
    table: TableDeclaration,
    keys: readonly PartitionKey[] | undefined,
  ): PlacementOfTable {
    const declaration: PlacementDeclaration = {
      name: this.node.path,
      database: table.database,
      table: table.name,
      ...(props.placement ?? Placement.pinned()).rule,
      pins: pins(props, keys),
      ...moveDeclaration(props),
    };
    const placement = new PlacementOfTable(this, "Placement", this.table, {
      provider: props.cluster.provider,
      database: this.table.database,
      table: this.table.name,
      ...placementArguments(declaration, props.cluster),
    });
    placement.overrideLogicalId(this.table.friendlyUniqueId);
    props.cluster.topology.addPlacement({ construct: this, declaration, exclude: excluder(placement) });
    return placement;
  }
}

/** Undefined while the declaration is invalid: validation reports that with all other problems. */
function validKeys(table: TableDeclaration): readonly PartitionKey[] | undefined {
  return hasErrors(validateTable(table, { isUnresolved }))
    ? undefined
    : partitionKeys(table.partitioning, columnTypes(table));
}

function keyByName(table: TableDeclaration, keys: readonly PartitionKey[]): ReadonlyMap<string, PartitionKey> {
  const partitions = table.partitioning?.partitions ?? [];
  return new Map(
    keys.flatMap((key, index) =>
      partitions[index]?.name === undefined ? [] : [[partitions[index].name, key] as const],
    ),
  );
}

function isPlaced({ partitions, datanode, placement }: PartitionedTableProps): boolean {
  return (
    placement !== undefined ||
    datanode !== undefined ||
    (partitions?.datanodes ?? []).some((each) => each !== undefined)
  );
}

function pins(
  props: PartitionedTableProps,
  keys: readonly PartitionKey[] | undefined,
): Readonly<Record<string, DatanodeId>> {
  const { partitions, datanode } = props;
  const pinned = partitions === undefined ? [datanode] : partitions.datanodes;
  const declared = partitions?.declaration.partitions ?? [];
  const entries = pinned.flatMap((each, index) => {
    const name = keys === undefined ? (declared[index]?.name ?? `partition ${index + 1}`) : keys[index];
    return each === undefined || name === undefined ? [] : [[name, toDatanodeId(each)] as const];
  });
  return Object.fromEntries(entries);
}

function datanodeProblems({ partitions, datanode }: PartitionedTableProps): readonly Diagnostic[] {
  if (partitions === undefined || datanode === undefined) return [];
  const detail = `datanode is ${String(datanode)}, but the table has partitions, each with a datanode of its own. Give the datanode in the partitions.`;
  return [
    errorDiagnostic({
      code: "DATANODE_OF_PARTITIONED_TABLE",
      summary: "One datanode for a partitioned table",
      detail,
      path: ["datanode"],
    }),
  ];
}
