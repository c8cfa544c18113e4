import { isUnknown } from "../../plugin";
import type { Diagnostic as PluginDiagnostic, ObjectValue } from "../../plugin";
import type { Diagnostic } from "../../topology/diagnostic";
import { validateClusterSetting } from "../../topology/kwdb/validate-kwdb-cluster";
import { toPluginDiagnostics } from "../report";
import { textOf } from "../values";
import { CLUSTER_SETTING_SCHEMA } from "./schema";

/** All findings in one configuration; what is unknown is not judged. Whether the value fits the setting only the server knows. */
export function validateSettingConfig({ config }: { readonly config: ObjectValue }): readonly PluginDiagnostic[] {
  const name = config["name"] as string;
  const setting = { name, value: textOf(config, "value") ?? "" };
  return toSettingDiagnostics(validateClusterSetting(setting, { isUnresolved: isUnknown, address: String(name) }));
}

/** Diagnostics about a setting at the attributes that they are about. */
export function toSettingDiagnostics(diagnostics: readonly Diagnostic[]): readonly PluginDiagnostic[] {
  const moved = diagnostics.map((one) => ({ ...one, path: [one.code === "KWDB_SETTING_WRONG_VALUE" ? "value" : "name"] }));
  return toPluginDiagnostics(moved, CLUSTER_SETTING_SCHEMA.attributes);
}
