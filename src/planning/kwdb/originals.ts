import { compareText } from "../table-key";
import type { RebalanceDeclaration } from "../../topology/kwdb/cluster";
import { compareTargets, formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import type { SettingType } from "../../topology/kwdb/setting-value";
import { isAdopted, type ZoneTarget } from "../../topology/kwdb/zone-target";
import { omit, pick, type ZoneValues, type ZoneVariable } from "../../topology/kwdb/zone-values";
import { changedVariables, type KwdbChange, type SettingState, type ZoneChange } from "./change";
import { rebalanceAddress } from "./plan-diff";

/**
 * What was there before the first change of ours, so that it can be put back. Plain data; whoever applies a plan keeps it where it
 * survives (resource state, journal), and records before it changes: {@link recordOriginals}, then apply.
 */
export interface KwdbOriginals {
  readonly zones: readonly ZoneOriginal[];
  readonly settings: readonly SettingOriginal[];
  /** Rebalances that were done, with the triggers they were done for. */
  readonly rebalances: readonly Pick<RebalanceDeclaration, "name" | "triggers">[];
}

export interface ZoneOriginal {
  readonly target: ZoneTarget;
  /** Its own values when it was first changed; null: it had no zone. */
  readonly own: ZoneValues | null;
  /** The variables that were changed since. */
  readonly changed: readonly ZoneVariable[];
}

export interface SettingOriginal {
  readonly name: string;
  readonly type: SettingType;
  readonly found: SettingState;
}

export const NO_ORIGINALS: KwdbOriginals = { zones: [], settings: [], rebalances: [] };

/** The originals with what these changes are about to overwrite. What is recorded already is kept: the first value found is the original. */
export function recordOriginals(originals: KwdbOriginals, changes: readonly KwdbChange[]): KwdbOriginals {
  const zones = new Map(originals.zones.map((zone) => [formatZoneTarget(zone.target), zone] as const));
  const settings = new Map(originals.settings.map((setting) => [setting.name, setting] as const));
  for (const change of changes) {
    switch (change.kind) {
      case "configure-zone":
      case "replace-zone":
      case "discard-zone": {
        const key = formatZoneTarget(change.target);
        zones.set(key, recordZone(zones.get(key), change));
        break;
      }
      case "set-setting":
      case "reset-setting":
        if (!settings.has(change.name)) {
          settings.set(change.name, { name: change.name, type: change.type, found: change.before });
        }
        break;
      case "rebalance":
        break;
    }
  }
  return {
    ...originals,
    zones: [...zones.values()].sort((a, b) => compareTargets(a.target, b.target)),
    settings: [...settings.values()].sort((a, b) => compareText(a.name, b.name)),
  };
}

function recordZone(known: ZoneOriginal | undefined, change: ZoneChange): ZoneOriginal {
  const changed = new Set([...(known?.changed ?? []), ...changedVariables(change)]);
  return {
    target: change.target,
    own: known === undefined ? change.before : known.own,
    changed: [...changed].sort(compareText),
  };
}

/** The originals once a rebalance has come to its end: it is not due again before its triggers change. */
export function recordRebalance(
  originals: KwdbOriginals,
  done: Pick<RebalanceDeclaration, "name" | "triggers">,
): KwdbOriginals {
  const others = originals.rebalances.filter(({ name }) => name !== done.name);
  const rebalances = [...others, { name: done.name, triggers: done.triggers }];
  return { ...originals, rebalances: rebalances.sort((a, b) => compareText(a.name, b.name)) };
}

/**
 * The originals without what is neither declared any more nor different from what was found: call it with what is declared after
 * everything was restored.
 */
export function keepOriginals(
  originals: KwdbOriginals,
  declared: {
    readonly zones: readonly ZoneTarget[];
    readonly settings: readonly string[];
    readonly rebalances: readonly string[];
  },
): KwdbOriginals {
  const kept = new Set(declared.zones.map(formatZoneTarget));
  return {
    zones: originals.zones.filter(({ target }) => kept.has(formatZoneTarget(target))),
    settings: originals.settings.filter(({ name }) => declared.settings.includes(name)),
    rebalances: originals.rebalances.filter(({ name }) => declared.rebalances.includes(name)),
  };
}

/** The originals without those of these addresses (see {@link changeAddress}): somebody else keeps them now. */
export function dropOriginals(originals: KwdbOriginals, addresses: ReadonlySet<string>): KwdbOriginals {
  return {
    zones: originals.zones.filter(({ target }) => !addresses.has(formatZoneTarget(target))),
    settings: originals.settings.filter(({ name }) => !addresses.has(name)),
    rebalances: originals.rebalances.filter(({ name }) => !addresses.has(rebalanceAddress(name))),
  };
}

/**
 * The own values that a zone gets back when nothing of it is declared any more: users' objects none at all; where the server brings
 * the values itself, the changed variables as they were found and every other one as it is now.
 */
export function restoredZone(original: ZoneOriginal, own: ZoneValues | null): ZoneValues | null {
  if (!isAdopted(original.target)) return null;
  const restored = { ...omit(own ?? {}, original.changed), ...pick(original.own ?? {}, original.changed) };
  return original.own === null && Object.keys(restored).length === 0 ? null : restored;
}
