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
export { Bytes } from "./constructs/kwdb/bytes";
export { ClusterSetting, type ClusterSettingProps } from "./constructs/kwdb/cluster-setting";
export { Constraint, ReplicaConstraints, type Locality } from "./constructs/kwdb/constraint";
export { Duration } from "./constructs/kwdb/duration";
export {
  KwdbCluster,
  type EnvironmentKwdbClusterProps,
  type IKwdbCluster,
  type KwdbClusterProps,
} from "./constructs/kwdb/kwdb-cluster";
export { RangeRebalance, type RangeRebalanceProps } from "./constructs/kwdb/range-rebalance";
export { Zone } from "./constructs/kwdb/zone";
export { ZoneConfig, type ZoneConfigProps } from "./constructs/kwdb/zone-config";
export { COPY_FROM_PARENT, type CopyFromParent, type ZoneVariables } from "./constructs/kwdb/zone-values";
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
export type * from "./topology/kwdb/cluster";
