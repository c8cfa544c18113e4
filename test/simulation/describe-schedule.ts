import { describeFault } from "./cause-fault";
import type { Schedule } from "./fault-schedule";
import type { SimulationReport } from "./virtual-run";
import { stamp } from "./world";

/** A schedule for people. */
export function describeSchedule(schedule: Schedule): string {
  const { seed, tables, faults, ...settings } = schedule;
  const lines = [
    `seed ${seed}: ${Object.entries(settings)
      .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
      .join(", ")}`,
    ...tables.map(({ targets, rows }, index) => `  t${index}: ${rows} rows per region; targets ${targets.join(" ")}`),
    ...faults.map((fault) => `  ${stamp(fault.atMs)}  ${describeFault(fault)}`),
  ];
  return lines.join("\n");
}

/** What was broken, the schedule, everything that happened, and how to see it again. */
export function describeFailure(report: SimulationReport): string {
  const { schedule, violations, timeline } = report;
  return [
    `Seed ${schedule.seed} breaks a promise:`,
    ...violations.slice(0, 10).map((text) => `  - ${text}`),
    "",
    describeSchedule(schedule),
    "",
    ...timeline.slice(0, 400),
    ...(timeline.length > 400 ? [`… and ${timeline.length - 400} more lines`] : []),
    "",
    `Again: TOPOFORM_SEED=${schedule.seed} npx jest test/simulation`,
  ].join("\n");
}
