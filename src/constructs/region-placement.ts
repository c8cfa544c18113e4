import type { NumberMap, StringMap } from "cdktf";
import { Construct } from "constructs";

import { errorDiagnostic, type Diagnostic } from "../topology/diagnostic";
import type { DatanodeId } from "../topology/ids";
import type { PlacementDeclaration } from "../topology/manifest";
import { GreptimedbRegionPlacement } from "./bindings/greptimedb-region-placement";
import { toDatanodeId, type DatanodeNumber } from "./datanode-number";
import type { IGreptimeCluster } from "./greptime-cluster";
import { Placement } from "./placement";
import { excluder, moveDeclaration, placementArguments, type MoveProps } from "./placement-props";

export interface RegionPlacementProps extends MoveProps {
  readonly cluster: IGreptimeCluster;
  /** Name of the table, which exists already. @default - the first of `tables` */
  readonly table?: string;
  /** Tables that are placed together, instead of a single one. Pins then name their table: `cpu: host < 'g'`. @default - only `table` */
  readonly tables?: readonly string[];
  /** @default "public" */
  readonly database?: string;
  /** Datanode by partition: its rule as SHOW CREATE TABLE prints it, or `*` for a table with one region. @default - none */
  readonly pins?: Readonly<Record<string, DatanodeNumber>>;
  /** What becomes of the regions without a pin. @default Placement.pinned() */
  readonly placement?: Placement;
}

/**
 * Which datanode leads each region of a table, or of several, that exist already and are not declared here.
 *
 * Destroying it moves nothing. For a table that the program declares, give the datanodes in its `Partitions`.
 *
 * @example
 * new RegionPlacement(this, "migration-target", { cluster, table: "migration_target", pins: { "*": 2 } });
 * new RegionPlacement(this, "metrics", { cluster, tables: ["cpu", "mem"], placement: Placement.balance({ by: "bytes" }) });
 */
export class RegionPlacement extends Construct {
  private readonly regionPlacement: GreptimedbRegionPlacement;

  constructor(scope: Construct, id: string, props: RegionPlacementProps) {
    super(scope, id);
    const { cluster } = props;
    const declaration: PlacementDeclaration = {
      name: this.node.path,
      database: props.database ?? "public",
      table: props.table ?? props.tables?.[0] ?? "",
      ...(props.tables === undefined ? {} : { tables: props.tables }),
      ...(props.placement ?? Placement.pinned()).rule,
      pins: pins(props),
      ...moveDeclaration(props),
    };
    this.regionPlacement = new GreptimedbRegionPlacement(this, "Default", {
      provider: cluster.provider,
      database: declaration.database,
      table: declaration.table,
      ...placementArguments(declaration, cluster),
    });
    cluster.topology.addPlacement({
      construct: this,
      declaration,
      exclude: excluder(this.regionPlacement),
      problems: () => tableProblems(props),
    });
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
    Object.entries(props.pins ?? {}).map(([partition, datanode]) => [partition, toDatanodeId(datanode)]),
  );
}

function tableProblems({ table, tables }: RegionPlacementProps): readonly Diagnostic[] {
  if (table !== undefined || tables !== undefined) return [];
  const detail = "Give table, or tables for several that are placed together.";
  return [errorDiagnostic({ code: "TABLE_NOT_NAMED", summary: "No table is named", detail, path: ["table"] })];
}
