import type { SettingDefinition, SettingType } from "../settings/setting-list";
import type { SettingValue } from "../settings/settings";
import { notEmulated, uncategorized } from "../sql-error";
import { doneResult, rowsResult, type StatementResult } from "../statement-result";
import type { Expression, Statement } from "../syntax/ast";
import type { Cell } from "../types/sql-type";
import { type ConstantType, evaluateAs } from "./constant";
import type { StatementContext } from "./context";
import { requireViewedDatabase } from "./names";
import { requireAdmin } from "./privileges";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** Observed on 3.2.1. */
export const CLUSTER_VERSION = "20.1-3";

const WANTED: Readonly<Record<Exclude<SettingType, "e">, ConstantType>> = { b: "bool", i: "int", f: "float", z: "string", d: "interval", s: "string" };

/** SET CLUSTER SETTING … = …, … = DEFAULT, and RESET CLUSTER SETTING. Not transactional. */
export function setClusterSetting(context: StatementContext, { name, value }: Of<"set-cluster-setting">): StatementResult {
  requireAdmin(context, "SET CLUSTER SETTING");
  const { model, session } = context;
  if (name.toLowerCase() === "version") throw notEmulated("upgrades of the cluster's version");
  const setting = model.settings.find(name);
  if (setting === undefined) throw uncategorized(`unknown cluster setting '${name.toLowerCase()}'`);
  const evaluated = value === null ? null : evaluate(context, setting, value);
  if (session.transaction !== null) throw uncategorized("SET CLUSTER SETTING cannot be used inside a transaction");
  if (value === null) model.settings.reset(setting);
  else model.settings.set(setting, evaluated);
  model.ranges.follow();
  return doneResult("SET CLUSTER SETTING");
}

/** null for NULL. Enumerations take a value of any type. */
function evaluate({ parameters }: StatementContext, { name, type }: SettingDefinition, value: Expression): SettingValue | null {
  const wanted = type === "e" ? (ENUM_TYPES[value.kind] ?? "string") : WANTED[type];
  return evaluateAs(value, wanted, `SET CLUSTER SETTING ${name}`, parameters, true);
}

const ENUM_TYPES: Readonly<Partial<Record<Expression["kind"], ConstantType>>> = { integer: "int", unary: "int", boolean: "bool", decimal: "float" };

export function showClusterSetting(context: StatementContext, { name }: Of<"show-cluster-setting">): StatementResult {
  requireAdmin(context, "SHOW CLUSTER SETTING");
  const lower = name.toLowerCase();
  if (lower === "version") return rowsResult("SHOW", [{ name: "version", type: "text" }], [[CLUSTER_VERSION]]);
  const setting = context.model.settings.find(lower);
  if (setting === undefined) throw uncategorized(`unknown setting: "${lower}"`);
  const { type, value } = context.model.settings.typed(setting);
  return rowsResult("SHOW", [{ name: setting.name, type }], [[value]]);
}

/** Rows of SHOW [ALL] CLUSTER SETTINGS. */
export function clusterSettingRows(context: StatementContext, all: boolean): readonly (readonly Cell[])[] {
  requireAdmin(context, "SHOW CLUSTER SETTINGS");
  requireViewedDatabase(context);
  const { settings } = context.model;
  return settings.definitions.filter((s) => all || s.public).map((s) => (all ? [s.name, settings.text(s), s.type, s.public, s.description] : [s.name, settings.text(s), s.type, s.description]));
}
