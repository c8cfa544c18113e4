import { formatZoneTarget } from "./format-zone-target";
import { parentsOf, type ZoneTarget } from "./zone-target";
import { omit, type ZoneValues } from "./zone-values";

/** Own values of the zones that exist, by canonical target. */
export type OwnValues = ReadonlyMap<string, ZoneValues>;

/**
 * What a target without values of its own would have: variable by variable the nearest parent that sets it, up to `RANGE default`.
 * `tsMerge` takes no part: only the most specific zone counts.
 */
export function inheritedValues(target: ZoneTarget, own: OwnValues): ZoneValues {
  const parents = parentsOf(target).flatMap((parent) => own.get(formatZoneTarget(parent)) ?? []);
  return parents.reduceRight<ZoneValues>((below, values) => ({ ...below, ...omit(values, ["tsMerge"]) }), {});
}

/** What is in effect for a target: its own values over the inherited ones. */
export function effectiveValues(target: ZoneTarget, own: OwnValues): ZoneValues {
  const values = own.get(formatZoneTarget(target));
  if (values !== undefined) return { ...inheritedValues(target, own), ...values };
  const nearest = parentsOf(target).flatMap((parent) => own.get(formatZoneTarget(parent)) ?? [])[0];
  const tsMerge = nearest?.tsMerge;
  return { ...inheritedValues(target, own), ...(tsMerge === undefined ? {} : { tsMerge }) };
}

/** The zone from which a variable's effective value comes; undefined when no zone sets it. */
export function sourceOf(target: ZoneTarget, variable: keyof ZoneValues, own: OwnValues): ZoneTarget | undefined {
  return [target, ...parentsOf(target)].find(
    (candidate) => own.get(formatZoneTarget(candidate))?.[variable] !== undefined,
  );
}
