import type { RegionId } from "../topology/ids";
import type { Move, TableChange } from "./change";
import type { ClusterPlan } from "./plan";
import { canonicalJson } from "./canonical-json";
import { compareText, sameTable, tableKey } from "./table-key";

/**
 * What has changed between a plan that somebody approved and the plan of the same declaration now, one line each, in the user's
 * words; empty when the fresh plan does exactly the same. Sizes, reasons and the order of moves are no difference.
 *
 * @param done regions whose approved move an interrupted run has already done, by its journal: that they need no move now is
 *   progress and not a difference.
 */
export function differenceBetweenPlans(
  approved: ClusterPlan,
  fresh: ClusterPlan,
  done: ReadonlySet<RegionId> = new Set(),
): readonly string[] {
  if (approved.cluster !== fresh.cluster)
    return [`The approved plan is for cluster ${approved.cluster}, this is ${fresh.cluster}.`];
  return [
    ...moveDifferences(approved.moves, fresh.moves, done),
    ...changeDifferences(approved.tableChanges, fresh.tableChanges),
    ...afterCreateDifferences(approved, fresh),
    ...settingDifferences(approved, fresh),
    ...blockedDifferences(approved, fresh),
  ];
}

function moveDifferences(
  approved: readonly Move[],
  fresh: readonly Move[],
  done: ReadonlySet<RegionId>,
): readonly string[] {
  const now = new Map(fresh.map((move) => [move.region, move]));
  const before = new Map(approved.map((move) => [move.region, move]));
  const lines: string[] = [];
  for (const move of approved) {
    const current = now.get(move.region);
    if (current === undefined) {
      if (!done.has(move.region))
        lines.push(`${where(move)} was to move from datanode ${move.from} to ${move.to}; now it does not move.`);
    } else if (current.from !== move.from || current.to !== move.to) {
      lines.push(
        `${where(move)} was to move from datanode ${move.from} to ${move.to}; now from ${current.from} to ${current.to}.`,
      );
    } else if (canonicalJson(identity(current)) !== canonicalJson(identity(move))) {
      lines.push(`Region ${move.region} was ${identityText(move)}; now it is ${identityText(current)}.`);
    }
  }
  for (const move of fresh) {
    if (!before.has(move.region))
      lines.push(`${where(move)} would move from datanode ${move.from} to ${move.to}; that was not approved.`);
  }
  return lines.sort(compareText);
}

function where(move: Move): string {
  return `${identityText(move)} (region ${move.region})`;
}

function identityText(move: Move): string {
  return `${tableKey(move.table)} ${move.partition}`;
}

function identity(move: Move): unknown {
  return { table: move.table, partition: move.partition };
}

function changeDifferences(approved: readonly TableChange[], fresh: readonly TableChange[]): readonly string[] {
  const before = approved.map((change) => canonicalJson(withoutReason(change)));
  const now = fresh.map((change) => canonicalJson(withoutReason(change)));
  return [
    ...approved
      .filter((_, index) => !now.includes(before[index]!))
      .map((change) => `${describeChange(change)} was approved; now it is not needed.`),
    ...fresh
      .filter((_, index) => !before.includes(now[index]!))
      .map((change) => `${describeChange(change)} is needed now; it was not approved.`),
  ];
}

function withoutReason(change: TableChange): unknown {
  const { reason: _, inverse: __, ...rest } = change;
  return rest;
}

/** A table change in a few words: `public.cpu: add-column usage`. */
function describeChange(change: TableChange): string {
  const what = `${tableKey(change.table)}: ${change.kind}`;
  switch (change.kind) {
    case "add-column":
      return `${what} ${change.column.name}`;
    case "drop-column":
    case "modify-column-type":
    case "modify-column-nullable":
    case "modify-column-default":
    case "modify-column-comment":
      return `${what} ${change.column}`;
    case "set-option":
    case "unset-option":
      return `${what} ${change.option}`;
    case "repartition":
      return `${what} into ${change.to.join(", ")}`;
    case "create-table":
    case "drop-table":
    case "change-key":
    case "change-time-index":
    case "change-engine":
      return what;
  }
}

function afterCreateDifferences(approved: ClusterPlan, fresh: ClusterPlan): readonly string[] {
  const before = afterCreate(approved);
  const now = afterCreate(fresh);
  return [...new Set([...before.keys(), ...now.keys()])]
    .sort(compareText)
    .filter((table) => before.get(table) !== now.get(table))
    .map((table) => `${table}: where its regions go after its creation is not what was approved.`);
}

/** By table, what shall become of its regions once they exist. */
function afterCreate({ placeAfterCreate, rulesAfterCreate }: ClusterPlan): ReadonlyMap<string, string> {
  return new Map(
    placeAfterCreate.map(({ table, pins }) => {
      const rules = rulesAfterCreate.filter((rule) => rule.tables.some((each) => sameTable(each, table)));
      return [tableKey(table), canonicalJson({ pins, rules })];
    }),
  );
}

function settingDifferences(approved: ClusterPlan, fresh: ClusterPlan): readonly string[] {
  const names = ["limits", "replayTimeoutSeconds", "acceptDataLossOf", "serialPerTable"] as const;
  return names
    .filter((name) => canonicalJson(approved.settings[name]) !== canonicalJson(fresh.settings[name]))
    .map((name) => `${SETTING_NAMES[name]} is not what was approved.`);
}

const SETTING_NAMES = {
  limits: "The limit of moves at once",
  replayTimeoutSeconds: "The timeout of a move",
  acceptDataLossOf: "The list of datanodes whose rows may be lost",
  serialPerTable: "Whether moves of one table run one after another",
} as const;

function blockedDifferences(approved: ClusterPlan, fresh: ClusterPlan): readonly string[] {
  const key = (item: ClusterPlan["blocked"][number]): string => `${item.code} ${item.address ?? ""} ${item.summary}`;
  const known = new Set(approved.blocked.map(key));
  return fresh.blocked.filter((item) => !known.has(key(item))).map((item) => `${item.summary}. ${item.detail}`);
}
