import { NO_CONSTRAINTS, isEmptyConstraints } from "../../topology/kwdb/constraint";
import { seconds } from "../../topology/kwdb/duration";
import type { SettingType } from "../../topology/kwdb/setting-value";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import {
  differingVariables,
  omit,
  pick,
  variablesOf,
  type ZoneValues,
  type ZoneVariable,
} from "../../topology/kwdb/zone-values";

/** One difference between a declared and a live KWDB cluster, as plain data. Closed union: switch over `kind` exhaustively. */
export type KwdbChange = ZoneChange | SettingChange | RebalanceChange;

interface ChangeBase {
  /** One line for people: why this change is in the plan. */
  readonly reason: string;
  /** The change that undoes this one; null when nothing can, and in an inverse itself. */
  readonly inverse: KwdbChange | null;
}

/** The own values of one zone change from `before` to `after`; null: the target has no zone of its own. Done in one transaction. */
export type ZoneChange = ChangeBase & {
  readonly target: ZoneTarget;
  readonly before: ZoneValues | null;
} & (
    | {
        readonly kind: "configure-zone";
        readonly after: ZoneValues;
        /** What is written: the variables that differ, and those that the server takes only together with them. */
        readonly set: ZoneValues;
      }
    | {
        /** A variable goes back to being inherited, for which the server has no statement: all are reset and the rest is written again. */
        readonly kind: "replace-zone";
        readonly after: ZoneValues;
        readonly reset: "discard" | "default";
        readonly set: ZoneValues;
      }
    | { readonly kind: "discard-zone"; readonly after: null }
  );

/** A setting's value and whether somebody has set it. */
export interface SettingState {
  /** Canonical text; null when it is a default that is not known. */
  readonly value: string | null;
  readonly explicit: boolean;
}

export type SettingChange = ChangeBase & {
  readonly name: string;
  readonly type: SettingType;
  readonly before: SettingState;
} & (
    | { readonly kind: "set-setting"; readonly after: { readonly value: string; readonly explicit: true } }
    | { readonly kind: "reset-setting"; readonly after: { readonly value: string | null; readonly explicit: false } }
  );

/** Ranges of time-series tables are spread anew. Nothing undoes it. */
export interface RebalanceChange extends ChangeBase {
  readonly kind: "rebalance";
  readonly name: string;
  readonly target: ZoneTarget;
  readonly triggers: Readonly<Record<string, string>>;
}

/** The change of a zone's own values; undefined when they are the same. `inherited`: what the zone inherits. */
export function zoneChange(
  target: ZoneTarget,
  before: ZoneValues | null,
  after: ZoneValues | null,
  inherited: ZoneValues,
  reason: string,
): ZoneChange | undefined {
  const change = oneWay(target, before, after, inherited, reason);
  if (change === undefined) return undefined;
  const inverse = oneWay(target, after, before, inherited, "put back");
  return { ...change, inverse: inverse ?? null };
}

function oneWay(
  target: ZoneTarget,
  before: ZoneValues | null,
  after: ZoneValues | null,
  inherited: ZoneValues,
  reason: string,
): ZoneChange | undefined {
  const base = { target, reason, before, inverse: null };
  if (after === null) return before === null ? undefined : { ...base, kind: "discard-zone", after };
  const differing = differingVariables(before ?? {}, after, inherited);
  if (differing.length === 0 && before !== null) return undefined;
  const removed = differing.filter((variable) => after[variable] === undefined);
  if (removed.every((variable) => variable === "tsMerge")) {
    const cleared = removed.length === 0 ? {} : { tsMerge: seconds(0) };
    return {
      ...base,
      kind: "configure-zone",
      after,
      set: { ...pick(writable(target, after), withCompanions(differing, after)), ...cleared },
    };
  }
  const isDefault = target.kind === "range" && target.range === "default";
  return {
    ...base,
    kind: "replace-zone",
    after,
    reset: isDefault ? "default" : "discard",
    set: writable(target, after),
  };
}

/** Variables with those that the server takes only together with them. `values`: of the zone. */
export function withCompanions(variables: readonly ZoneVariable[], values: ZoneValues): readonly ZoneVariable[] {
  const wanted = new Set(variables);
  const together = (a: ZoneVariable, b: ZoneVariable): void => {
    if (wanted.has(a) || wanted.has(b)) wanted.add(a).add(b);
  };
  together("rangeMinBytes", "rangeMaxBytes");
  together("constraints", "leasePreferences");
  if (wanted.has("constraints") && values.constraints?.kind === "per-replica") wanted.add("numReplicas");
  return [...wanted];
}

/** Constraints are written for partitions only; the server's empty ones elsewhere need no writing. */
function writable(target: ZoneTarget, values: ZoneValues): ZoneValues {
  return target.kind === "partition" ? values : omit(values, ["constraints", "leasePreferences"]);
}

/** Whether a zone holds constraints that no statement can write again: set by the old YAML form on something that is no partition. */
export function holdsUnwritable(target: ZoneTarget, values: ZoneValues): boolean {
  if (target.kind === "partition") return false;
  return !isEmptyConstraints(values.constraints ?? NO_CONSTRAINTS) || (values.leasePreferences ?? []).length > 0;
}

/** The change of a setting; undefined when it is the same. Between equal values nothing is done, whether they are defaults or not. */
export function settingChange(
  name: string,
  type: SettingType,
  before: SettingState,
  after: SettingState,
  reason: string,
): SettingChange | undefined {
  const change = settingOneWay(name, type, before, after, reason);
  if (change === undefined) return undefined;
  return { ...change, inverse: settingOneWay(name, type, after, before, "put back") ?? null };
}

function settingOneWay(
  name: string,
  type: SettingType,
  before: SettingState,
  after: SettingState,
  reason: string,
): SettingChange | undefined {
  const base = { name, type, before, reason, inverse: null };
  if (!after.explicit)
    return before.explicit
      ? { ...base, kind: "reset-setting", after: { value: after.value, explicit: false } }
      : undefined;
  if (after.value === null || after.value === before.value) return undefined;
  return { ...base, kind: "set-setting", after: { value: after.value, explicit: true } };
}

/** What a change is about: `TABLE d.public.t` is told by its target, a setting and a rebalance by their names. */
export function changedVariables(change: ZoneChange, inherited: ZoneValues = {}): readonly ZoneVariable[] {
  if (change.before === null) return variablesOf(change.after ?? {});
  return differingVariables(change.before, change.after ?? {}, inherited);
}
