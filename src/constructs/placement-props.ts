import { DEFAULT_LIMITS, DEFAULT_REPLAY_TIMEOUT_SECONDS, type PlacementDeclaration } from "../topology/manifest";
import type { DatanodeId } from "../topology/ids";
import type {
  GreptimedbRegionPlacement,
  GreptimedbRegionPlacementConfig,
} from "./bindings/greptimedb-region-placement";
import { toDatanodeId, toTerraformNumber, type DatanodeNumber } from "./datanode-number";
import type { Datanodes } from "./datanodes";
import { templateText } from "./template-text";
import { storageUrl, type ISharedStorage } from "./shared-storage";

/** How regions are moved: the same for every table. */
export interface MoveProps {
  /** Seconds a migration may take before the server gives up and rolls back. @default 300 */
  readonly replayTimeoutSeconds?: number;
  /** Moves that may run at once away from one datanode. @default 1 */
  readonly maxOutgoingMovesPerDatanode?: number;
  /** Moves that may run at once onto one datanode. @default 2 */
  readonly maxIncomingMovesPerDatanode?: number;
  /** Moves that may run at once in the cluster, at most 64. @default 16 */
  readonly maxMoves?: number;
  /** Datanodes whose unflushed rows may be lost: regions move away from them although they do not answer. @default - none */
  readonly acceptDataLossOf?: readonly DatanodeNumber[];
}

/** What {@link MoveProps} declare, with the defaults. */
export function moveDeclaration(
  props: MoveProps,
): Pick<PlacementDeclaration, "replayTimeoutSeconds" | "limits" | "acceptDataLossOf"> {
  return {
    replayTimeoutSeconds: props.replayTimeoutSeconds ?? DEFAULT_REPLAY_TIMEOUT_SECONDS,
    limits: {
      outgoing: props.maxOutgoingMovesPerDatanode ?? DEFAULT_LIMITS.outgoing,
      incoming: props.maxIncomingMovesPerDatanode ?? DEFAULT_LIMITS.incoming,
      cluster: props.maxMoves ?? DEFAULT_LIMITS.cluster,
    },
    acceptDataLossOf: (props.acceptDataLossOf ?? []).map(toDatanodeId),
  };
}

/** The arguments of a placement resource, except which table it places. */
export function placementArguments(
  placement: PlacementDeclaration,
  cluster: { readonly datanodes?: Datanodes | undefined; readonly sharedStorage?: ISharedStorage | undefined },
): Omit<GreptimedbRegionPlacementConfig, "table" | "database"> {
  const { capacity, tables, by, maxSkew } = placement;
  return {
    ...(tables === undefined ? {} : { tables: [...tables] }),
    strategy: placement.strategy,
    balanceBy: by,
    maxSkew,
    maxRegionsPerDatanode: capacity?.regions,
    maxBytesPerDatanode: capacity?.bytes === undefined ? undefined : toTerraformNumber(capacity.bytes),
    zones: zonesOf(placement, cluster.datanodes),
    pins: Object.fromEntries(
      Object.entries(placement.pins).map(([partition, datanode]) => [
        templateText(partition),
        toTerraformNumber(datanode),
      ]),
    ),
    datanodes: cluster.datanodes?.declarations.map(({ id }) => toTerraformNumber(id)),
    sharedStorage: cluster.sharedStorage === undefined ? undefined : storageUrl(cluster.sharedStorage),
    replayTimeoutSeconds: placement.replayTimeoutSeconds,
    maxOutgoingMovesPerDatanode: placement.limits.outgoing,
    maxIncomingMovesPerDatanode: placement.limits.incoming,
    maxMoves: placement.limits.cluster,
    acceptDataLossOf:
      placement.acceptDataLossOf.length === 0 ? undefined : placement.acceptDataLossOf.map(toTerraformNumber),
  };
}

/** Tells the placement's resource which datanodes are drained. */
export function excluder(resource: GreptimedbRegionPlacement): (datanodes: readonly DatanodeId[]) => void {
  return (datanodes) => (resource.excludeDatanodes = datanodes.map(toTerraformNumber));
}

/** Only where zones decide something. */
function zonesOf(
  { strategy }: PlacementDeclaration,
  datanodes: Datanodes | undefined,
): { readonly [id: string]: string } | undefined {
  if (strategy !== "spread" || datanodes === undefined) return undefined;
  const zones = datanodes.declarations.flatMap(({ id, zone }) =>
    zone === undefined ? [] : [[id.toString(), zone] as const],
  );
  return zones.length === 0 ? undefined : Object.fromEntries(zones);
}
