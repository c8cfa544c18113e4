import { canonicalJson } from "../canonical-json";
import { compareText } from "../table-key";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import type { KwdbChange } from "./change";
import type { KwdbPlan } from "./plan";
import { renderKwdbChange } from "./render-plan";

/**
 * In what a plan made now differs from the approved one, a line each; empty when it would do the same. Changes that are approved and
 * done already are no difference: whoever resumes an interrupted run finds them done.
 *
 * @param done addresses (see {@link changeAddress}) of changes that an interrupted run of ours has finished.
 */
export function differenceBetweenKwdbPlans(
  approved: KwdbPlan,
  fresh: KwdbPlan,
  done: ReadonlySet<string> = new Set(),
): readonly string[] {
  const before = byAddress(approved.changes);
  const after = byAddress(fresh.changes);
  const addresses = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  const lines = addresses.flatMap((address) => {
    const [was, is] = [before.get(address), after.get(address)];
    if (was !== undefined && is === undefined) return done.has(address) ? [] : [`not needed any more: ${oneLine(was)}`];
    if (was === undefined && is !== undefined) return [`not approved: ${oneLine(is)}`];
    return canonicalJson(was) === canonicalJson(is)
      ? []
      : [`different now: ${is === undefined ? address : oneLine(is)}`];
  });
  return [...lines, ...fresh.blocked.map(({ summary }) => `blocked now: ${summary}`)];
}

/** What a change is about, unique in a plan: `RANGE meta`, a setting's name, `rebalance <name>`. */
export function changeAddress(change: KwdbChange): string {
  switch (change.kind) {
    case "configure-zone":
    case "replace-zone":
    case "discard-zone":
      return formatZoneTarget(change.target);
    case "set-setting":
    case "reset-setting":
      return change.name;
    case "rebalance":
      return rebalanceAddress(change.name);
  }
}

export function rebalanceAddress(name: string): string {
  return `rebalance ${name}`;
}

function byAddress(changes: readonly KwdbChange[]): ReadonlyMap<string, KwdbChange> {
  return new Map(changes.map((change) => [changeAddress(change), change] as const));
}

function oneLine(change: KwdbChange): string {
  return renderKwdbChange(change)
    .map((line) => line.trim())
    .join(", ");
}
