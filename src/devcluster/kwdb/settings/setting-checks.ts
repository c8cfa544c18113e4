import { formatGoDuration } from "../types/interval";

/** What is wrong with a value, in the server's words; null when nothing is. Sizes are bytes, durations nanoseconds. */
export type SettingCheck = (value: number, name: string) => string | null;

const when = (wrong: boolean, message: string): string | null => (wrong ? message : null);
const duration = (nanos: number): string => formatGoDuration(BigInt(Math.trunc(nanos)));

export const nonNegative: SettingCheck = (value, name) => when(value < 0, `cannot set ${name} to a negative value: ${value}`);
export const nonNegativeFloat: SettingCheck = (value, name) => when(value < 0, `cannot set ${name} to a negative value: ${value.toFixed(6)}`);
export const nonNegativeDuration: SettingCheck = (value, name) => when(value < 0, `cannot set ${name} to a negative duration: ${duration(value)}`);
export const atLeastOne: SettingCheck = (value, name) => when(value < 1, `cannot set ${name} to a value < 1: ${value}`);
export const positive: SettingCheck = (value) => when(value <= 0, `${value} is not positive`);
export const fraction: SettingCheck = (value) => when(value <= 0 || value > 1, "value not between zero and one");
export const zeroOrAtLeastOne: SettingCheck = (value) => when(value !== 0 && value < 1, `backpressure multiplier cannot be smaller than 1: ${value.toFixed(6)}`);
export const twoMinutes: SettingCheck = (value) => when(value < 120e9, "intent age threshold must be >= 2 minutes");
export const seventyFiveSeconds: SettingCheck = (value, name) => when(value < 75e9, `cannot set ${name} to less than 1m15s: ${duration(value)}`);
export const fourMebibytes: SettingCheck = (value) => when(value < 4 << 20, "max_size must be greater than 4.0 MiB");
export const connections: SettingCheck = (value, name) => when(value < 4 || value > 50_000, `${name} should be set to a value between 4 and 50000`);
