export {
  Column,
  type ColumnOptions,
  type ColumnProps,
  type ColumnType,
  type TimestampOptions,
} from "./constructs/column";
export type { DatanodeNumber } from "./constructs/datanode-number";
export { Datanodes, type DatanodeProps } from "./constructs/datanodes";
export {
  GreptimeCluster,
  type EnvironmentClusterProps,
  type GreptimeClusterProps,
  type IGreptimeCluster,
} from "./constructs/greptime-cluster";
export { PartitionedTable, type IPartitionedTable, type PartitionedTableProps } from "./constructs/partitioned-table";
export {
  MAXVALUE,
  Partitions,
  type Bound,
  type RangePartitionProps,
  type RangePartitionsProps,
  type RulePartitionProps,
  type RulePartitionsProps,
} from "./constructs/partitions";
export { Placement, type BalanceProps, type CapacityProps, type SpreadProps } from "./constructs/placement";
export type { MoveProps } from "./constructs/placement-props";
export { RegionPlacement, type RegionPlacementProps } from "./constructs/region-placement";
export { SharedStorage, type ISharedStorage, type S3StorageProps } from "./constructs/shared-storage";
export type { TableProps } from "./constructs/table-declaration";
export type * from "./topology/manifest";
export type { RunDeclaration, VerifyRows } from "./topology/run-declaration";
