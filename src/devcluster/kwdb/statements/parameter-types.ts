import type { SettingType } from "../settings/setting-list";
import type { Settings } from "../settings/settings";
import type { Expression, Statement } from "../syntax/ast";
import type { SqlType } from "../types/sql-type";

type ConfigureZone = Extract<Statement, { kind: "configure-zone" }>;
type SetClusterSetting = Extract<Statement, { kind: "set-cluster-setting" }>;

export const configuresZone = (statement: Statement): statement is ConfigureZone => statement.kind === "configure-zone";

const TYPES: Readonly<Record<string, SqlType>> = { range_min_bytes: "int8", range_max_bytes: "int8", "gc.ttlseconds": "int8", num_replicas: "int8", "ts_merge.days": "interval" };
const SETTING_TYPES: Readonly<Record<SettingType, SqlType>> = { b: "bool", i: "int8", f: "float8", d: "interval", z: "text", e: "text", s: "text" };

/** Types of `$1`, …: those of the variables that they are values of. */
export function zoneParameterTypes({ action }: ConfigureZone, initial: readonly SqlType[]): readonly SqlType[] {
  const types = [...initial];
  if (action.kind !== "set") return types;
  for (const { variable, value } of action.assignments) for (const index of parametersOf(value)) types[index - 1] = TYPES[variable] ?? "text";
  return types;
}

/** A parameter takes the type of the setting. */
export function settingParameterTypes({ name, value }: SetClusterSetting, settings: Settings, initial: readonly SqlType[]): readonly SqlType[] {
  const setting = settings.find(name);
  const types = [...initial];
  if (setting !== undefined) for (const index of parametersOf(value)) types[index - 1] = SETTING_TYPES[setting.type];
  return types;
}

function parametersOf(expression: Expression | null): readonly number[] {
  switch (expression?.kind) {
    case "parameter": return [expression.index];
    case "unary": case "cast": return parametersOf(expression.operand);
    case "binary": return [...parametersOf(expression.left), ...parametersOf(expression.right)];
    case "call": return expression.args.flatMap(parametersOf);
    default: return [];
  }
}
