import { formatByteSize, parseByteSize } from "./byte-size";
import { formatDuration, parseDuration } from "./duration";

/** The type of a cluster setting as the server abbreviates it. */
export const SETTING_TYPES = {
  s: "text",
  i: "integer",
  f: "number",
  b: "boolean",
  z: "byte size",
  d: "duration",
  e: "enumeration",
} as const;
export type SettingType = keyof typeof SETTING_TYPES;

/**
 * The one text of a setting's value, in which equal values are equal: `true`, `5`, `0.25`, `8 MiB` (exact), `1m0s`, `leases`.
 * Undefined when the text is no value of that type. Durations in days or weeks are none: the server refuses them for settings.
 */
export function canonicalSettingValue(type: SettingType, text: string): string | undefined {
  const trimmed = text.trim();
  switch (type) {
    case "s":
      return text;
    case "e":
      return trimmed === "" ? undefined : trimmed.toLowerCase();
    case "b":
      return canonicalBoolean(trimmed.toLowerCase());
    case "i":
      return /^[+-]?\d+$/.test(trimmed) ? BigInt(trimmed.replace(/^\+/, "")).toString() : undefined;
    case "f":
      return trimmed !== "" && Number.isFinite(Number(trimmed)) ? String(Number(trimmed)) : undefined;
    case "z": {
      const size = parseByteSize(trimmed);
      return size === undefined ? undefined : formatByteSize(size);
    }
    case "d": {
      const duration = parseDuration(trimmed);
      return duration === undefined || duration.usesDays ? undefined : formatDuration(duration.nanos);
    }
  }
}

function canonicalBoolean(word: string): string | undefined {
  if (["true", "t", "on", "yes", "1"].includes(word)) return "true";
  return ["false", "f", "off", "no", "0"].includes(word) ? "false" : undefined;
}
