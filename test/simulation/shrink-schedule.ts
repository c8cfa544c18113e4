import type { Schedule } from "./fault-schedule";
import { simulate, type SimulationReport } from "./virtual-run";

/** The most simulations that looking for a smaller schedule may take. */
const MOST_ATTEMPTS = 200;

/** A smaller schedule that still breaks a promise: without faults that do not matter, then without accessories. */
export async function shrinkFailure(report: SimulationReport): Promise<SimulationReport> {
  let best = report;
  let attempts = 0;
  const keep = async (schedule: Schedule): Promise<boolean> => {
    if ((attempts += 1) > MOST_ATTEMPTS) return false;
    const smaller = await simulate(schedule);
    if (smaller.violations.length === 0) return false;
    best = smaller;
    return true;
  };
  for (let index = best.schedule.faults.length - 1; index >= 0; index -= 1) {
    await keep({ ...best.schedule, faults: best.schedule.faults.filter((_, other) => other !== index) });
  }
  for (const change of [
    { approvalMs: 0 },
    { slowStorageMs: null },
    { failover: false },
    { acceptDataLossOf: [] },
    { created: null },
  ] as const) {
    await keep({ ...best.schedule, ...change });
  }
  for (let table = best.schedule.tables.length - 1; table >= 0; table -= 1) {
    while (await keep(withoutLastRegion(best.schedule, table)));
  }
  return best;
}

/** The same schedule when the table has one region only, or a fault names its last one. */
function withoutLastRegion(schedule: Schedule, table: number): Schedule {
  const targets = schedule.tables[table]!.targets.slice(0, -1);
  const tables = schedule.tables.map((other, index) => (index === table ? { ...other, targets } : other));
  const named = schedule.faults.some(
    (fault) => "place" in fault && fault.place.table === table && fault.place.region >= targets.length,
  );
  return targets.length === 0 || named
    ? { ...schedule, faults: [], tables: [{ targets: [0], rows: 0 }] }
    : { ...schedule, tables };
}
