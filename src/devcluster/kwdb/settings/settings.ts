import { uncategorized } from "../sql-error";
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
const FACTORS: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1e3, kb: 1e3, ki: 2 ** 10, kib: 2 ** 10, m: 1e6, mb: 1e6, mi: 2 ** 20, mib: 2 ** 20, g: 1e9, gb: 1e9, gi: 2 ** 30, gib: 2 ** 30, t: 1e12, tb: 1e12, ti: 2 ** 40, tib: 2 ** 40 };

/** `8.0 MiB`, `16 MiB`, `1.0 TiB`: one decimal below ten. */
function formatBytes(bytes: number): string {
  if (bytes < 10) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const value = Math.round((bytes / 2 ** (10 * power)) * 10) / 10;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

function parseBytes(text: string): number {
  if (text === "") throw uncategorized('parsing "": invalid syntax');
  const [, sign, digits, unit] = /^(-?)([\d.,]*)(.*)$/s.exec(text)!;
  const number = digits!.replaceAll(",", "");
  if (!/^(\d+\.?\d*|\.\d+)$/.test(number)) throw uncategorized(`strconv.ParseFloat: parsing "${number}": invalid syntax`);
  const name = unit!.trim().toLowerCase();
  const factor = Object.hasOwn(FACTORS, name) ? FACTORS[name]! : undefined;
  if (factor === undefined) throw uncategorized(`unhandled size name: ${name}`);
  return Math.trunc(Number(number) * factor) * (sign === "-" ? -1 : 1);
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

  /** Takes a value of the setting's type; throws the server's error for NULL and for one out of its bounds. */
  set(setting: SettingDefinition, value: SettingValue | null): void {
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

const NULL_KINDS: Readonly<Record<SettingDefinition["type"], string>> = { b: "bool setting", i: "int setting", f: "float setting", z: "byte size setting", d: "duration setting", e: "enum setting, must be int or string", s: "string setting" };

/** The stored and the shown text of a value; null stands for NULL, which no setting takes. */
function encode(setting: SettingDefinition, value: SettingValue | null): readonly [stored: string, shown: string] {
  if (value === null) throw uncategorized(`cannot use unknown tree.dNull value for ${NULL_KINDS[setting.type]}`);
  switch (setting.type) {
    case "b": case "s": return [String(value), String(value)];
    case "i": case "f": return checked(setting, Number(value), String(value), String(value));
    case "z": {
      const bytes = parseBytes(value as string);
      return checked(setting, bytes, String(bytes), formatBytes(bytes));
    }
    case "d": return encodeDuration(setting, value as Interval);
    case "e": return encodeEnum(setting.name, value);
  }
}

function checked({ name, check }: SettingDefinition, value: number, stored: string, shown: string): readonly [string, string] {
  const problem = check?.(value, name) ?? null;
  if (problem !== null) throw uncategorized(problem);
  return [stored, shown];
}

function encodeDuration(setting: SettingDefinition, interval: Interval): readonly [string, string] {
  if (interval.months > 0 || interval.days > 0) throw uncategorized(`cannot use day or month specifiers: '${formatInterval(interval)}'`);
  const nanos = totalNanos(interval);
  const text = formatGoDuration(nanos);
  return checked(setting, Number(nanos), text, text);
}

function encodeEnum(name: string, value: SettingValue): readonly [string, string] {
  if (typeof value !== "string" && typeof value !== "bigint") throw uncategorized(`cannot use ${typeof value === "boolean" ? "bool *tree.DBool" : "decimal *tree.DDecimal"} value for enum setting, must be int or string`);
  const found = Object.entries(ENUM_VALUES[name] ?? {}).find(([number, text]) => text === String(value).toLowerCase() || number === String(value));
  if (found === undefined) throw uncategorized(typeof value === "string" ? `invalid string value '${value}' for enum setting` : `invalid integer value '${value}' for enum setting`);
  return [found[0], found[1]];
}
