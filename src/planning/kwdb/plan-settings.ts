import { compareText } from "../table-key";
import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import type { KwdbClusterDeclaration } from "../../topology/kwdb/cluster";
import { canonicalSettingValue, SETTING_TYPES } from "../../topology/kwdb/setting-value";
import { settingChange, type SettingChange, type SettingState } from "./change";
import type { ObservedKwdbCluster, ObservedSetting } from "./observed";
import type { KwdbOriginals } from "./originals";

export interface PlannedSettings {
  readonly changes: readonly SettingChange[];
  readonly blocked: readonly Diagnostic[];
}

/** Declared settings get their value; those recorded and not declared any more get back what was found. */
export function planSettings(
  cluster: KwdbClusterDeclaration,
  observed: ObservedKwdbCluster,
  originals: KwdbOriginals,
): PlannedSettings {
  const restored = originals.settings.filter(
    ({ name }) => !cluster.settings.some((setting) => setting.name.toLowerCase() === name),
  );
  if (cluster.settings.length + restored.length === 0) return { changes: [], blocked: [] };
  if (observed.settings.kind === "not-admin") {
    const detail = "Only members of the role admin may read and change cluster settings. Connect as one (root is one).";
    return {
      changes: [],
      blocked: [
        errorDiagnostic({
          code: "KWDB_NOT_ADMIN",
          summary: "Cluster settings need an administrator",
          detail,
          address: cluster.name,
        }),
      ],
    };
  }
  const live = new Map(observed.settings.value.map((setting) => [setting.name, setting]));
  const changes: (SettingChange | undefined)[] = [];
  const blocked: Diagnostic[] = [];
  for (const declared of cluster.settings) {
    const name = declared.name.toLowerCase();
    const setting = live.get(name);
    const value = setting && canonicalSettingValue(setting.type, declared.value);
    if (setting === undefined) blocked.push(unknownSetting(name, observed.version));
    else if (value === undefined) blocked.push(wrongValue(name, declared.value, SETTING_TYPES[setting.type]));
    else changes.push(settingChange(name, setting.type, stateOf(setting), { value, explicit: true }, "declared"));
  }
  for (const { name, type, found } of restored) {
    const setting = live.get(name);
    if (setting === undefined) blocked.push(unknownSetting(name, observed.version));
    else changes.push(settingChange(name, type, stateOf(setting), found, "not declared any more: as it was found"));
  }
  return {
    changes: changes.filter((change) => change !== undefined).sort((a, b) => compareText(a.name, b.name)),
    blocked,
  };
}

function stateOf({ value, explicit }: ObservedSetting): SettingState {
  return { value, explicit };
}

function unknownSetting(name: string, version: string): Diagnostic {
  const detail = `KWDB ${version} has no such setting. SELECT variable FROM [SHOW ALL CLUSTER SETTINGS] lists them; mind the version.`;
  return errorDiagnostic({
    code: "KWDB_SETTING_UNKNOWN",
    summary: `There is no cluster setting ${name}`,
    detail,
    address: name,
  });
}

function wrongValue(name: string, value: string, type: string): Diagnostic {
  const detail = `"${value}" is no ${type}${type === "duration" ? " as settings take it: 90s, 1m30s, 2h; no days" : ""}. Correct the value.`;
  return errorDiagnostic({
    code: "KWDB_SETTING_WRONG_VALUE",
    summary: `Wrong value for ${name}`,
    detail,
    address: name,
  });
}
