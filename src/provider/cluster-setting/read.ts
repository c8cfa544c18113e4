import { errorDiagnostic, type Context, type ObjectValue } from "../../plugin";
import { SETTING_TYPES } from "../../topology/kwdb/setting-value";
import type { ProviderClient } from "../client";
import { expectedFailure } from "../report";
import type { ImportState, ReadResult } from "../resource-types";
import { requiredText } from "../values";
import { CLUSTER_SETTING_TYPE_NAME } from "./schema";
import { canonicalValue, foundText, liveSetting, settingName, STORED } from "./state";
import { toSettingDiagnostics } from "./validate";

/** The live value, in the state's own spelling where it means the same; gone when the server has no such setting. */
export async function readClusterSetting(
  { state, private: privateData }: { readonly state: ObjectValue; readonly private: Uint8Array },
  context: Context<ProviderClient>,
): Promise<ReadResult> {
  try {
    const kwdb = context.client.kwdb();
    const { observed } = await kwdb.snapshots.read();
    const live = liveSetting(observed, settingName(state));
    if (live === undefined) return { state: null };
    // Without private data the state comes from an import and is not stored yet.
    if (privateData.length > 0) kwdb.records.settle(live.name);
    const value = requiredText(state, "value");
    const isSame = canonicalValue(live.type, value) === live.value;
    return {
      state: { ...state, value: isSame ? value : live.value, type: SETTING_TYPES[live.type] },
      private: STORED,
    };
  } catch (error) {
    return { state, diagnostics: toSettingDiagnostics(expectedFailure(error)) };
  }
}

/** Imports by name. */
export const importClusterSetting: ImportState = async ({ id }, context) => {
  try {
    const kwdb = context.client.kwdb();
    const name = id.toLowerCase();
    const live = liveSetting((await kwdb.snapshots.read()).observed, name);
    if (live === undefined) return { resources: [], diagnostics: [noSetting(id)] };
    const recorded = (await kwdb.records.read()).settings.find((setting) => setting.name === name);
    const state = { name: id, value: live.value, id: name, type: SETTING_TYPES[live.type], found: foundText(recorded?.found ?? live) };
    return { resources: [{ typeName: CLUSTER_SETTING_TYPE_NAME, state }] };
  } catch (error) {
    return { resources: [], diagnostics: toSettingDiagnostics(expectedFailure(error)) };
  }
};

function noSetting(id: string): ReturnType<typeof errorDiagnostic> {
  return errorDiagnostic(
    "There is no such cluster setting to import",
    `"${id}" is not among SHOW ALL CLUSTER SETTINGS. The import id is the setting's name. [KWDB_SETTING_UNKNOWN]`,
  );
}
