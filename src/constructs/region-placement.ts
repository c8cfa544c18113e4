import type { NumberMap, StringMap } from "cdktf";
import { Construct } from "constructs";

import type { DatanodeId } from "../topology/ids";
import type { PlacementDeclaration } from "../topology/manifest";
import { GreptimedbRegionPlacement } from "./bindings/greptimedb-region-placement";
import { toDatanodeId, type DatanodeNumber } from "./datanode-number";
import type { IGreptimeCluster } from "./greptime-cluster";
import { moveDeclaration, placementArguments, type MoveProps } from "./placement-props";

export interface RegionPlacementProps extends MoveProps {
  readonly cluster: IGreptimeCluster;
  /** Name of the table, which exists already. */
  readonly table: string;
  /** @default "public" */
  readonly database?: string;
  /** Datanode by partition: its rule as SHOW CREATE TABLE prints it, or `*` for a table with one region. Others stay where they are. */
  readonly pins: Readonly<Record<string, DatanodeNumber>>;
}

/**
 * Which datanode leads each region of a table that exists already and is not declared here.
 *
 * Destroying it moves nothing. For a table that the program declares, give the datanodes in its `Partitions`.
 *
 * @example
 * new RegionPlacement(this, "migration-target", { cluster, table: "migration_target", pins: { "*": 2 } });
 */
export class RegionPlacement extends Construct {
  private readonly regionPlacement: GreptimedbRegionPlacement;

  constructor(scope: Construct, id: string, props: RegionPlacementProps) {
    super(scope, id);
    const { cluster } = props;
    const declaration: PlacementDeclaration = {
      name: this.node.path,
      database: props.database ?? "public",
      table: props.table,
      strategy: "pinned",
      pins: pins(props),
      ...moveDeclaration(props),
    };
    this.regionPlacement = new GreptimedbRegionPlacement(this, "Default", {
      provider: cluster.provider,
      database: declaration.database,
      table: declaration.table,
      ...placementArguments(declaration, cluster),
    });
    cluster.topology.addPlacement({ construct: this, declaration });
    this.node.addValidation({ validate: () => cluster.topology.errorsOf(this) });
  }

  /** `database.table`, known after apply. */
  get id(): string {
    return this.regionPlacement.id;
  }

  /** Datanode by partition rule, as it is on the cluster. */
  get placement(): NumberMap {
    return this.regionPlacement.placement;
  }

  /** Region id by partition rule. */
  get regionIds(): StringMap {
    return this.regionPlacement.regionIds;
  }
}

function pins(props: RegionPlacementProps): Readonly<Record<string, DatanodeId>> {
  return Object.fromEntries(
    Object.entries(props.pins).map(([partition, datanode]) => [partition, toDatanodeId(datanode)]),
  );
}
