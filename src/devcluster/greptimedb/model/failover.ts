import type { Catalog } from "./catalog";
import type { Datanode } from "./datanode";
import type { Metasrv } from "./metasrv";
import type { Migrations } from "./migrations";
import type { Settings } from "./options";
import type { Selector } from "./selector";

const RETRY_MS = 10_000;
const TIMEOUT_MS = 120_000;

/**
 * Moves the regions of datanodes that fell silent. The real detector weighs the rhythm of heartbeats;
 * here a fixed silence stands for it (observed: 17 s from the kill of a datanode to the new leader).
 */
export function superviseRegions(
  settings: Settings, catalog: Catalog, metasrv: Metasrv, migrations: Migrations, selector: Selector, maintenance: () => boolean,
): void {
  if (!settings.failover) return;
  const { clock } = settings;

  const rescue = (node: Datanode, heardMs: number | undefined): void => {
    if (metasrv.lastHeartbeat(node.peerId) !== heardMs) return;
    if (!maintenance()) {
      for (const entry of [...catalog.entries()]) {
        for (const route of entry.routes.values()) {
          if (route.leader === node.peerId && !migrations.moving(route.regionId)) moveAway(node, route.regionId);
        }
      }
    }
    clock.after(RETRY_MS, () => rescue(node, heardMs), true);
  };

  const moveAway = (node: Datanode, regionId: bigint): void => {
    try {
      const target = selector.select(1, new Set([node.peerId]))[0];
      if (target !== undefined) migrations.submitFailover(regionId, node, target, TIMEOUT_MS);
    } catch {
      // Nobody is left to take the region; the next round tries again.
    }
  };

  metasrv.onHeartbeat((node) => {
    // What metasrv has noted, not the time now: on a real clock the two may differ.
    const heardMs = metasrv.lastHeartbeat(node.peerId);
    clock.after(settings.failoverAfterMs, () => rescue(node, heardMs), true);
  });
}
