import { DiagnosticError, errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import { parseZoneTarget } from "../../topology/kwdb/parse-zone-target";
import { SETTING_TYPES, type SettingType } from "../../topology/kwdb/setting-value";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import { ZONE_VARIABLES, jsonName, type ZoneValues, type ZoneVariable } from "../../topology/kwdb/zone-values";
import { zoneValuesFromJson, zoneValuesToJson } from "../../topology/kwdb/zone-values-json";
import { canonicalJson } from "../canonical-json";
import { JsonReader } from "../json-reader";
import type { KwdbChange, SettingState } from "./change";
import type { KwdbOriginals } from "./originals";
import type { KwdbPlan } from "./plan";

/** A plan as JSON text: format version 1, sorted keys, targets as text, two spaces, a line end at the end. The same plan gives the same bytes. */
export function kwdbPlanToJson(plan: KwdbPlan): string {
  const json = {
    ...plan,
    changes: plan.changes.map(changeToJson),
    waitForReplicas: plan.waitForReplicas.map(formatZoneTarget),
    undeclaredZones: plan.undeclaredZones.map(formatZoneTarget),
  };
  return `${canonicalJson(json, 2)}\n`;
}

/** The plan in a text that {@link kwdbPlanToJson} wrote. Throws a DiagnosticError (PLAN_FILE_INVALID, PLAN_FILE_VERSION). */
export function parseKwdbPlan(text: string): KwdbPlan {
  const reader = new JsonReader(parseJson(text, "plan"), "plan", "PLAN_FILE_INVALID");
  if (reader.at("formatVersion").value !== 1) {
    throw new DiagnosticError(
      errorDiagnostic({
        code: "PLAN_FILE_VERSION",
        summary: `A plan of format version ${String(reader.at("formatVersion").value)} cannot be read`,
        detail: "This version of Topoform reads format version 1. Make the plan again with this version.",
      }),
    );
  }
  return {
    formatVersion: 1,
    cluster: reader.at("cluster").text(),
    engine: reader.at("engine").oneOf(["kwdb"]),
    basis: reader.at("basis").text(),
    changes: reader.at("changes").list(readChange),
    waitForReplicas: reader.at("waitForReplicas").list(readTarget),
    blocked: reader.at("blocked").list(readDiagnostic),
    warnings: reader.at("warnings").list(readDiagnostic),
    undeclaredZones: reader.at("undeclaredZones").list(readTarget),
  };
}

/** Recorded originals as one line of JSON with sorted keys, for a resource's private state or a journal. */
export function originalsToJson(originals: KwdbOriginals): string {
  return canonicalJson({
    formatVersion: 1,
    zones: originals.zones.map(({ target, own, changed }) => ({
      target: formatZoneTarget(target),
      own: valuesToJson(own),
      changed: changed.map(jsonName),
    })),
    settings: originals.settings,
    rebalances: originals.rebalances,
  });
}

/** The originals in a text that {@link originalsToJson} wrote. Throws a DiagnosticError (ORIGINALS_INVALID). */
export function parseOriginals(text: string): KwdbOriginals {
  const reader = new JsonReader(parseJson(text, "originals"), "originals", "ORIGINALS_INVALID");
  if (reader.at("formatVersion").value !== 1) reader.at("formatVersion").fail("1");
  return {
    zones: reader.at("zones").list((zone) => ({
      target: readTarget(zone.at("target")),
      own: zone.at("own").nullable(readValues),
      changed: zone.at("changed").list(readVariable),
    })),
    settings: reader.at("settings").list((setting) => ({
      name: setting.at("name").text(),
      type: readType(setting.at("type")),
      found: readState(setting.at("found")),
    })),
    rebalances: reader.at("rebalances").list((rebalance) => ({
      name: rebalance.at("name").text(),
      triggers: readTriggers(rebalance.at("triggers")),
    })),
  };
}

function changeToJson(change: KwdbChange): unknown {
  const inverse = change.inverse === null ? null : changeToJson(change.inverse);
  switch (change.kind) {
    case "configure-zone":
    case "replace-zone":
    case "discard-zone":
      return {
        ...change,
        inverse,
        target: formatZoneTarget(change.target),
        before: valuesToJson(change.before),
        after: valuesToJson(change.after),
        ...(change.kind === "discard-zone" ? {} : { set: valuesToJson(change.set) }),
      };
    case "set-setting":
    case "reset-setting":
      return { ...change, inverse };
    case "rebalance":
      return { ...change, inverse, target: formatZoneTarget(change.target) };
  }
}

function valuesToJson(values: ZoneValues | null): unknown {
  return values === null ? null : zoneValuesToJson(values);
}

const KINDS = [
  "configure-zone",
  "replace-zone",
  "discard-zone",
  "set-setting",
  "reset-setting",
  "rebalance",
] as const satisfies readonly KwdbChange["kind"][];

function readChange(reader: JsonReader): KwdbChange {
  const kind = reader.at("kind").oneOf(KINDS);
  const base = { reason: reader.at("reason").text(), inverse: reader.at("inverse").nullable(readChange) };
  const zone = (): { target: ZoneTarget; before: ZoneValues | null } => ({
    target: readTarget(reader.at("target")),
    before: reader.at("before").nullable(readValues),
  });
  const setting = (): { name: string; type: SettingType; before: SettingState } => ({
    name: reader.at("name").text(),
    type: readType(reader.at("type")),
    before: readState(reader.at("before")),
  });
  switch (kind) {
    case "configure-zone":
      return { kind, ...base, ...zone(), after: readValues(reader.at("after")), set: readValues(reader.at("set")) };
    case "replace-zone":
      return {
        kind,
        ...base,
        ...zone(),
        after: readValues(reader.at("after")),
        reset: reader.at("reset").oneOf(["discard", "default"]),
        set: readValues(reader.at("set")),
      };
    case "discard-zone":
      return { kind, ...base, ...zone(), after: null };
    case "set-setting":
      return { kind, ...base, ...setting(), after: { value: reader.at("after").at("value").text(), explicit: true } };
    case "reset-setting":
      return {
        kind,
        ...base,
        ...setting(),
        after: {
          value: reader
            .at("after")
            .at("value")
            .nullable((value) => value.text()),
          explicit: false,
        },
      };
    case "rebalance":
      return {
        kind,
        ...base,
        name: reader.at("name").text(),
        target: readTarget(reader.at("target")),
        triggers: readTriggers(reader.at("triggers")),
      };
  }
}

function readTarget(reader: JsonReader): ZoneTarget {
  const parsed = parseZoneTarget(reader.text());
  return parsed.kind === "parsed" ? parsed.target : reader.fail("a zone target");
}

/** Zone values in the form of the manifest. */
function readValues(reader: JsonReader): ZoneValues {
  try {
    return zoneValuesFromJson(reader.object());
  } catch (error) {
    if (error instanceof SyntaxError) return reader.fail(`zone values (${error.message})`);
    throw error;
  }
}

function readVariable(reader: JsonReader): ZoneVariable {
  const name = reader.oneOf(ZONE_VARIABLES.map(({ json }) => json));
  return ZONE_VARIABLES.find(({ json }) => json === name)?.name ?? reader.fail("a zone variable");
}

function readType(reader: JsonReader): SettingType {
  return reader.oneOf(Object.keys(SETTING_TYPES) as SettingType[]);
}

function readState(reader: JsonReader): SettingState {
  return { value: reader.at("value").nullable((value) => value.text()), explicit: reader.at("explicit").boolean() };
}

function readTriggers(reader: JsonReader): Readonly<Record<string, string>> {
  return Object.fromEntries(reader.entries((value) => value.text()));
}

function readDiagnostic(reader: JsonReader): Diagnostic {
  const { address, path } = reader.object();
  return {
    severity: reader.at("severity").oneOf(["error", "warning"]),
    code: reader.at("code").text(),
    summary: reader.at("summary").text(),
    detail: reader.at("detail").text(),
    ...(address === undefined ? {} : { address: reader.at("address").text() }),
    ...(path === undefined
      ? {}
      : { path: reader.at("path").list((step) => (typeof step.value === "number" ? step.count() : step.text())) }),
  };
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const code = what === "plan" ? "PLAN_FILE_INVALID" : "ORIGINALS_INVALID";
    const detail = `${cause instanceof Error ? cause.message : String(cause)}. Write it again with the command that made it.`;
    throw new DiagnosticError(errorDiagnostic({ code, summary: `The ${what} is not JSON`, detail }), { cause });
  }
}
