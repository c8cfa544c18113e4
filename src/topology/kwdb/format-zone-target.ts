import { depthOf, type ZoneTarget } from "./zone-target";

/**
 * The canonical text of a target, as `kwdb_internal.zones.target` spells it: `RANGE meta`, `DATABASE tsdb`, `TABLE tsdb.public.ts1`,
 * `INDEX d.public.t@wi`, `PARTITION p OF INDEX d.public.t@primary`; a partition whose index is not said is `PARTITION p OF TABLE d.public.t`.
 * Names are quoted where SQL needs it (`DATABASE "MyDb"`). Equal texts are equal targets.
 */
export function formatZoneTarget(target: ZoneTarget): string {
  switch (target.kind) {
    case "range":
      return `RANGE ${target.range}`;
    case "database":
      return `DATABASE ${formatName(target.database)}`;
    case "table":
      return `TABLE ${tableName(target)}`;
    case "index":
      return `INDEX ${tableName(target)}@${formatName(target.index)}`;
    case "partition": {
      const partition = `PARTITION ${formatName(target.partition)} OF`;
      if (target.index === undefined) return `${partition} TABLE ${tableName(target)}`;
      return `${partition} INDEX ${tableName(target)}@${formatName(target.index)}`;
    }
  }
}

/** Parents first, then by canonical text in code units: the same on every machine. */
export function compareTargets(a: ZoneTarget, b: ZoneTarget): number {
  const depth = depthOf(a) - depthOf(b);
  if (depth !== 0) return depth;
  const [left, right] = [formatZoneTarget(a), formatZoneTarget(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function sameTarget(a: ZoneTarget, b: ZoneTarget): boolean {
  return formatZoneTarget(a) === formatZoneTarget(b);
}

function tableName({ database, table }: { readonly database: string; readonly table: string }): string {
  return `${formatName(database)}.public.${formatName(table)}`;
}

/** A name as SQL shows it: plain when it is lower case letters, digits and underscores, else in double quotes. */
function formatName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
