import { Construct, type IConstruct } from "constructs";

import type { TopoformProvider } from "../bindings/provider";
import { clusterProvider, connectionDeclaration, passwordProblems, type ConnectionProps } from "../cluster-connection";
import { StackFiles } from "../stack-files";
import { KwdbTopology } from "./kwdb-topology";

/** A KWDB cluster that zones, settings and rebalances are declared on. */
export interface IKwdbCluster extends IConstruct {
  /** The provider configuration that reaches the cluster. */
  readonly provider: TopoformProvider;
  /** What the program declares on the cluster. */
  readonly topology: KwdbTopology;
}

export interface KwdbClusterProps extends ConnectionProps {
  /** Host of a node; several by commas (`kw1,kw2:26258`), tried in order. @default - TOPOFORM_KWDB_HOST, then 127.0.0.1 */
  readonly host?: string;
  /** SQL port of the nodes. @default - TOPOFORM_KWDB_PORT, then 26257 */
  readonly port?: number;
  /** @default - TOPOFORM_KWDB_USER, then root */
  readonly user?: string;
  /** Database of the session; zones name their own. @default - TOPOFORM_KWDB_DATABASE, then defaultdb */
  readonly database?: string;
  /** Whether `topoform drift` reports zones that users made and nothing declares. @default false */
  readonly reportUndeclaredZones?: boolean;
}

/** What is still declared of a cluster that the environment names. */
export type EnvironmentKwdbClusterProps = Pick<KwdbClusterProps, "reportUndeclaredZones" | "stateDirectory">;

/**
 * A KWDB cluster: how to reach it.
 *
 * Nothing is created: the cluster exists. In Terraform it becomes one configuration of the provider `topoform`; the second
 * and later ones of a stack, whatever their engine, get an alias. What is declared on it is applied in this order: cluster
 * settings, zones with parents before children, rebalances.
 *
 * @example
 * const cluster = new KwdbCluster(this, "kwdb", { host: "kw1,kw2,kw3", tlsMode: "verify-full" });
 */
export class KwdbCluster extends Construct implements IKwdbCluster {
  /** A cluster that the `TOPOFORM_KWDB_*` variables name when Terraform runs. */
  static fromEnvironment(scope: Construct, id: string, props: EnvironmentKwdbClusterProps = {}): KwdbCluster {
    return new KwdbCluster(scope, id, props);
  }

  readonly provider: TopoformProvider;
  readonly topology: KwdbTopology;

  constructor(scope: Construct, id: string, props: KwdbClusterProps = {}) {
    super(scope, id);
    this.provider = clusterProvider(this, "kwdb", props);
    this.topology = new KwdbTopology({
      construct: this,
      declaration: {
        engine: "kwdb",
        name: this.node.path,
        connection: connectionDeclaration(props),
        reportUndeclaredZones: props.reportUndeclaredZones ?? false,
      },
      problems: () => passwordProblems("kwdb", props),
    });
    StackFiles.of(this).addCluster(this.topology);
  }
}
