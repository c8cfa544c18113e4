import type { Constraint } from "../zone/zone-config";

/** A node with its single store; store ids equal node ids. */
export interface KwdbNode {
  readonly nodeId: number;
  readonly storeId: number;
  /** `region=NODE1,zone=a`; empty when not set. */
  readonly locality: string;
  readonly attributes: readonly string[];
  readonly startMode: StartMode;
  /** Address as gossip shows it; known once the node listens. */
  address: string;
  readonly startedAtMs: number;
  /** Whether the process runs. */
  running: boolean;
  /** Whether the others hold it for live: follows `running` with delay. */
  live: boolean;
  /** Down for longer than `server.time_until_store_dead`: its replicas are replaced. */
  storeDead: boolean;
  /** When its process ended. */
  downSinceMs: number | null;
  epoch: number;
  decommissioning: boolean;
}

export type StartMode = "start" | "start-single-node" | "start-single-replica";

/** Whether a node's store has what the constraint names. The sign is not looked at. */
export function matchesConstraint(node: KwdbNode, { key, value }: Constraint): boolean {
  if (key === "") return node.attributes.includes(value);
  return node.locality.split(",").includes(`${key}=${value}`);
}
