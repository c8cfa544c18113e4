import { SqlError, uncategorized } from "../sql-error";
import { formatGoDuration, formatInterval, type Interval, parseInterval, totalNanos } from "../types/interval";
import type { Cell, SqlType } from "../types/sql-type";
import { ENUM_VALUES, type SettingDefinition, SETTINGS } from "./setting-list";

/** A value as an evaluated constant. */
export type SettingValue = bigint | number | string | boolean | Interval;

interface Stored {
  /** As `system.settings` has it. */
  readonly stored: string;
  /** As SHOW has it. */
  readonly shown: string;
  readonly updatedAtMs: number;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const FACTORS: Readonly<Record<string, number>> = { "": 1, b: 1, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

/** `8.0 MiB`, `16 MiB`, `1.0 TiB`: one decimal below ten. */
function formatBytes(bytes: number): string {
  if (bytes < 10) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const value = Math.round((bytes / 2 ** (10 * power)) * 10) / 10;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

function parseBytes(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const factor = match === null ? undefined : FACTORS[match[2]!.toLowerCase()];
  if (match === null || factor === undefined) throw uncategorized(`could not parse "${text}" as type bytesize`);
  return Math.round(Number(match[1]) * factor);
}

/** The cluster's settings: those that were set, over their initial values. */
export class Settings {
  private readonly stored = new Map<string, Stored>();
  readonly definitions: readonly SettingDefinition[];

  constructor(
    private readonly versionNumber: number,
    private readonly now: () => number,
  ) {
    this.definitions = SETTINGS.filter((setting) => setting.since <= this.versionNumber);
  }

  find(name: string): SettingDefinition | undefined {
    return this.definitions.find((setting) => setting.name === name.toLowerCase());
  }

  /** As `kwdb_internal.cluster_settings` shows it. */
  text(setting: SettingDefinition): string {
    return this.stored.get(setting.name)?.shown ?? setting.initial;
  }

  /** Rows of `system.settings`: only what is set. */
  explicit(): readonly { readonly name: string; readonly value: string; readonly type: string; readonly updatedAtMs: number }[] {
    return [...this.stored].map(([name, { stored, updatedAtMs }]) => ({ name, value: stored, type: this.find(name)!.type, updatedAtMs })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The value in milliseconds of a duration. */
  milliseconds(name: string): number {
    const interval = parseInterval(this.text(this.find(name)!));
    return interval === null ? 0 : Number(totalNanos(interval) / 1_000_000n);
  }

  integer(name: string): number {
    return Number(this.text(this.find(name)!));
  }

  reset(setting: SettingDefinition): void {
    this.stored.delete(setting.name);
  }

  /** Takes a value of the setting's type; throws the server's error for one out of its bounds. */
  set(setting: SettingDefinition, value: SettingValue): void {
    const [stored, shown] = encode(setting, value);
    this.stored.set(setting.name, { stored, shown, updatedAtMs: this.now() });
  }

  /** As SHOW CLUSTER SETTING answers: typed. */
  typed(setting: SettingDefinition): { readonly type: SqlType; readonly value: Cell } {
    const text = this.text(setting);
    switch (setting.type) {
      case "b": return { type: "bool", value: text === "true" };
      case "i": return { type: "int8", value: BigInt(text) };
      case "f": return { type: "float8", value: Number(text) };
      case "d": return { type: "interval", value: formatInterval(parseInterval(text)!) };
      case "z": case "e": case "s": return { type: "text", value: text };
    }
  }
}

function encode(setting: SettingDefinition, value: SettingValue): readonly [stored: string, shown: string] {
  const { name } = setting;
  switch (setting.type) {
    case "b": case "s": return [String(value), String(value)];
    case "i": case "f": {
      if (Number(value) < 0) throw uncategorized(`cannot set ${name} to a negative value: ${String(value)}`);
      return [String(value), String(value)];
    }
    case "z": {
      const bytes = typeof value === "string" ? parseBytes(value) : Number(value);
      if (bytes < 0) throw uncategorized(`cannot set ${name} to a negative value: ${bytes}`);
      return [String(bytes), formatBytes(bytes)];
    }
    case "d": return encodeDuration(name, value as Interval);
    case "e": return encodeEnum(name, value);
  }
}

function encodeDuration(name: string, interval: Interval): readonly [string, string] {
  if (interval.months !== 0 || interval.days !== 0) throw uncategorized(`cannot use day or month specifiers: '${formatInterval(interval)}'`);
  if (interval.nanos < 0n) throw uncategorized(`cannot set ${name} to a negative duration: ${formatGoDuration(interval.nanos)}`);
  const text = formatGoDuration(interval.nanos);
  return [text, text];
}

function encodeEnum(name: string, value: SettingValue): readonly [string, string] {
  const values = ENUM_VALUES[name] ?? {};
  const found = Object.entries(values).find(([number, text]) => text === String(value).toLowerCase() || number === String(value));
  if (found === undefined) throw new SqlError("XXUUU", typeof value === "string" ? `invalid string value '${value}' for enum setting` : `invalid integer value '${String(value)}' for enum setting`);
  return [found[0], found[1]];
}
