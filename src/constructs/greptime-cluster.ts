import { Construct, type IConstruct } from "constructs";

import type { GreptimeClusterDeclaration } from "../topology/manifest";
import type { VerifyRows } from "../topology/run-declaration";
import type { TopoformProvider } from "./bindings/provider";
import { clusterProvider, connectionDeclaration, passwordProblems, type ConnectionProps } from "./cluster-connection";
import { toDatanodeId, type DatanodeNumber } from "./datanode-number";
import type { Datanodes } from "./datanodes";
import { GreptimeTopology } from "./greptime-topology";
import { storageDeclaration, type ISharedStorage } from "./shared-storage";
import { StackFiles } from "./stack-files";
import { known } from "./unresolved";

/** A GreptimeDB cluster that tables and placements are declared on. */
export interface IGreptimeCluster extends IConstruct {
  /** The provider configuration that reaches the cluster. */
  readonly provider: TopoformProvider;
  /** Undefined: whatever datanodes the cluster has. */
  readonly datanodes?: Datanodes | undefined;
  /** Undefined: no region may be moved. */
  readonly sharedStorage?: ISharedStorage | undefined;
  /** What the program declares on the cluster. */
  readonly topology: GreptimeTopology;
}

export interface GreptimeClusterProps extends ConnectionProps {
  /** Host of the frontend. @default - TOPOFORM_GREPTIMEDB_HOST, then 127.0.0.1 */
  readonly host?: string;
  /** MySQL port of the frontend. @default - TOPOFORM_GREPTIMEDB_PORT, then 4002 */
  readonly port?: number;
  /** @default - TOPOFORM_GREPTIMEDB_USER, then none */
  readonly user?: string;
  /** Database to connect to. @default - TOPOFORM_GREPTIMEDB_DATABASE, then public */
  readonly database?: string;
  /** How the rows of each touched table are compared before and after an apply. @default exact */
  readonly verifyRows?: VerifyRows;
  /** With `exact`: tables with more rows, by the server's statistics, are compared by statistics. @default 10000000 */
  readonly verifyRowsLimit?: number;
  /** Compares checksums of each touched table too. @default false */
  readonly verifyChecksums?: boolean;
  /** Seconds that a move waits for a silent datanode, or for somebody else's migration, before it is given up. @default 60 */
  readonly waitSeconds?: number;
  /** The datanodes that may hold regions. @default - whatever the cluster has; then nothing checks datanode numbers at synth */
  readonly datanodes?: Datanodes;
  /** What all datanodes share. @default - none; then no table may be placed: region migration needs it */
  readonly sharedStorage?: ISharedStorage;
}

/** What is still declared of a cluster that the environment names. */
export type EnvironmentClusterProps = Pick<
  GreptimeClusterProps,
  "datanodes" | "sharedStorage" | "stateDirectory" | "verifyRows" | "verifyRowsLimit" | "verifyChecksums" | "waitSeconds"
>;

/**
 * A GreptimeDB cluster: how to reach it, its datanodes and the storage that they share.
 *
 * Nothing is created: the cluster exists. In Terraform it becomes one configuration of the provider `topoform`; the second
 * and later ones of a stack get an alias. Two clusters that both leave a value to the environment get the same one.
 *
 * @example
 * const cluster = new GreptimeCluster(this, "metrics", {
 *   host: "greptimedb.internal",
 *   datanodes: Datanodes.count(3),
 *   sharedStorage: SharedStorage.s3({ bucket: "metrics", root: "greptimedb" }),
 * });
 */
export class GreptimeCluster extends Construct implements IGreptimeCluster {
  /** A cluster that the `TOPOFORM_GREPTIMEDB_*` variables name when Terraform runs. */
  static fromEnvironment(scope: Construct, id: string, props: EnvironmentClusterProps = {}): GreptimeCluster {
    return new GreptimeCluster(scope, id, props);
  }

  readonly provider: TopoformProvider;
  readonly datanodes: Datanodes | undefined;
  readonly sharedStorage: ISharedStorage | undefined;
  readonly topology: GreptimeTopology;

  constructor(scope: Construct, id: string, props: GreptimeClusterProps = {}) {
    super(scope, id);
    this.datanodes = props.datanodes;
    this.sharedStorage = props.sharedStorage;
    this.provider = clusterProvider(this, "greptimedb", props, runProps(props));
    this.topology = new GreptimeTopology({
      construct: this,
      declaration: this.declaration(props),
      problems: () => passwordProblems("greptimedb", props),
    });
    StackFiles.of(this).addCluster(this.topology);
  }

  /**
   * Empties datanodes: no table that has a placement keeps a region there, neither those declared before nor after. The datanodes
   * stay declared until they are empty and can be taken away.
   *
   * @example
   * cluster.drain(17);
   */
  drain(...datanodes: readonly DatanodeNumber[]): void {
    this.topology.drain(datanodes.map(toDatanodeId));
  }

  private declaration(props: GreptimeClusterProps): Omit<GreptimeClusterDeclaration, "tables" | "placements"> {
    const run = known(runProps(props));
    return {
      engine: "greptimedb",
      name: this.node.path,
      connection: connectionDeclaration(props),
      ...(props.datanodes === undefined ? {} : { datanodes: props.datanodes.declarations }),
      ...(props.sharedStorage === undefined ? {} : { sharedStorage: storageDeclaration(props.sharedStorage) }),
      ...(Object.keys(run).length === 0 ? {} : { run }),
    };
  }
}

function runProps({ verifyRows, verifyRowsLimit, verifyChecksums, waitSeconds }: GreptimeClusterProps) {
  return { verifyRows, verifyRowsLimit, verifyChecksums, waitSeconds };
}
