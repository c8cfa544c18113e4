import { settingChange, zoneChange, type KwdbChange } from "./change";
import { changeAddress } from "./plan-diff";

/** The changes that undo others, and what of them nothing can undo. */
export interface InverseChanges {
  /** The last change is undone first. */
  readonly changes: readonly KwdbChange[];
  readonly irreversible: readonly KwdbChange[];
}

/**
 * What undoes `changes` once they are done. `earlier`: what undoes changes that were done before them and are undone together with them: a
 * target that both have changed goes back to what it was before the first of them.
 */
export function inverseChanges(changes: readonly KwdbChange[], earlier: readonly KwdbChange[] = []): InverseChanges {
  const known = new Map(earlier.map((change) => [changeAddress(change), change] as const));
  const undone = changes.flatMap(({ inverse }) => (inverse === null ? [] : [inverse])).reverse();
  const merged = undone.flatMap((undo) => {
    const first = known.get(changeAddress(undo));
    known.delete(changeAddress(undo));
    return first === undefined ? [undo] : (joined(undo, first) ?? []);
  });
  return {
    changes: [...merged, ...known.values()],
    irreversible: changes.filter(({ inverse }) => inverse === null),
  };
}

/** From where the later change starts to where the earlier one ends; undefined when that is the same. */
function joined(later: KwdbChange, earlier: KwdbChange): KwdbChange | undefined {
  if ("target" in later && "before" in later && "target" in earlier && "after" in earlier)
    return zoneChange(later.target, later.before, earlier.after, {}, later.reason);
  if ("type" in later && "type" in earlier)
    return settingChange(later.name, later.type, later.before, earlier.after, later.reason);
  return later;
}
