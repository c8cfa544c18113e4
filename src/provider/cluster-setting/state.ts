import type { ObjectValue } from "../../plugin";
import type { SettingState } from "../../planning/kwdb/change";
import type { ObservedKwdbCluster, ObservedSetting } from "../../planning/kwdb/observed";
import { DiagnosticError, errorDiagnostic } from "../../topology/diagnostic";
import { canonicalSettingValue, SETTING_TYPES, type SettingType } from "../../topology/kwdb/setting-value";
import { requiredText, textOf } from "../values";

/** The name as the server knows it. */
export function settingName(object: ObjectValue): string {
  return requiredText(object, "name").toLowerCase();
}

/** The setting's type by the state; text when it is not known. */
export function settingType(object: ObjectValue): SettingType {
  const word = textOf(object, "type");
  return (Object.keys(SETTING_TYPES) as SettingType[]).find((letter) => SETTING_TYPES[letter] === word) ?? "s";
}

/** The one text of a value of this type; the text itself when it is no value of it. */
export function canonicalValue(type: SettingType, text: string): string {
  return canonicalSettingValue(type, text) ?? text;
}

/** Private data of a state that was read, other than one that was just imported. Constant, since Terraform takes a change of it for drift. */
export const STORED: Uint8Array = Buffer.from("{}", "utf8");

/** `found` as the state keeps it. */
export function foundText({ value, explicit }: SettingState): string | null {
  return explicit ? value : null;
}

/** What was there before the first change, as a state has it. */
export function foundOf(state: ObjectValue): SettingState {
  const value = textOf(state, "found");
  return { value, explicit: value !== null };
}

/** The live setting; undefined when the server has none of this name. Throws a DiagnosticError (KWDB_NOT_ADMIN). */
export function liveSetting({ settings }: ObservedKwdbCluster, name: string): ObservedSetting | undefined {
  if (settings.kind === "read") return settings.value.find((setting) => setting.name === name);
  throw new DiagnosticError(
    errorDiagnostic({
      code: "KWDB_NOT_ADMIN",
      summary: "Cluster settings need an administrator",
      detail: "Only members of the role admin may read and change cluster settings. Connect as one (root is one).",
      address: name,
    }),
  );
}
