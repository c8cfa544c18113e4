import type { Datanode } from "./datanode";
import { notEnoughDatanodes } from "./messages";
import type { Metasrv } from "./metasrv";
import type { Settings } from "./options";
import type { Random } from "./random";

/** Chooses the datanodes of new regions. */
export interface Selector {
  /** One datanode for each of `count` regions, among those alive and not in `except`. */
  select(count: number, except?: ReadonlySet<bigint>): readonly Datanode[];
}

/** `round_robin` counts on over all tables, in the order of peer ids; the count starts anew with a new metasrv leader. */
export function createSelector(settings: Settings, random: Random, metasrv: Metasrv, nodes: readonly Datanode[]): Selector {
  let counter = 0;
  metasrv.onNewLeader(() => {
    counter = 0;
  });
  return {
    select(count, except) {
      const alive = nodes.filter((node) => metasrv.alive(node.peerId) && except?.has(node.peerId) !== true);
      if (alive.length === 0) throw notEnoughDatanodes(count, 0);
      return Array.from({ length: count }, () => {
        const index = settings.selector === "round_robin" ? counter++ % alive.length : random.below(alive.length);
        return alive[index] as Datanode;
      });
    },
  };
}
