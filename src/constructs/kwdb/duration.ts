import { days, seconds, SECONDS_PER_DAY, type Seconds } from "../../topology/kwdb/duration";
import { isUnresolved } from "../unresolved";
import { times } from "./times";

/** A span of time in whole seconds. */
export type Duration = Seconds;

/**
 * Spans of time. A number may be a token of another resource. Throws RangeError for a part of a second.
 *
 * @example
 * Duration.days(10)
 */
export const Duration = {
  seconds: (count: number): Duration => span(count, 1),
  minutes: (count: number): Duration => span(count, 60),
  hours: (count: number): Duration => span(count, 3600),
  days: (count: number): Duration => (isUnresolved(count) ? span(count, SECONDS_PER_DAY) : days(count)),
} as const;

function span(count: number, unit: number): Duration {
  const value = times(count, unit);
  return isUnresolved(value) ? (value as Duration) : seconds(value);
}
