import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { sameValues, type ZoneValues } from "../../topology/kwdb/zone-values";
import type { KwdbChange } from "./change";
import { ownValuesOf } from "./desired-zones";
import type { ObservedKwdbCluster } from "./observed";

/** Whether a change that undoes another is still to be made, is made, or does not fit any more. */
export type KwdbUndoState =
  | { readonly kind: "needed" }
  | { readonly kind: "undone" }
  /** `text`: what is found instead, for people. */
  | { readonly kind: "differs"; readonly text: string };

/** Judges `undo` by the live cluster: it is needed where things are as the change that it undoes has left them. */
export function undoState(undo: KwdbChange, observed: ObservedKwdbCluster): KwdbUndoState {
  switch (undo.kind) {
    case "configure-zone":
    case "replace-zone":
    case "discard-zone": {
      const address = formatZoneTarget(undo.target);
      const own = ownValuesOf(observed).get(address) ?? null;
      return judge(address, same(own, undo.after), same(own, undo.before));
    }
    case "set-setting":
    case "reset-setting": {
      if (observed.settings.kind === "not-admin")
        return { kind: "differs", text: `${undo.name} cannot be read: only administrators may.` };
      const setting = observed.settings.value.find(({ name }) => name === undo.name);
      const isAfter = setting !== undefined && (undo.after.explicit ? setting.value === undo.after.value : !setting.explicit);
      return judge(undo.name, isAfter, setting?.value === undo.before.value && setting?.explicit === undo.before.explicit);
    }
    case "rebalance":
      return { kind: "undone" };
  }
}

function judge(address: string, undone: boolean, asLeft: boolean): KwdbUndoState {
  if (undone) return { kind: "undone" };
  return asLeft ? { kind: "needed" } : { kind: "differs", text: `${address} has been changed since.` };
}

function same(a: ZoneValues | null, b: ZoneValues | null): boolean {
  return a === null || b === null ? a === b : sameValues(a, b, {});
}
