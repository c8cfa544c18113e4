import { scheduleOf } from "./fault-schedule";
import { describeFailure } from "./describe-schedule";
import { simulate } from "./virtual-run";

const given = process.env["TOPOFORM_SEED"];
const first = Number(given ?? 1);
const count = given === undefined ? Number(process.env["TOPOFORM_SEEDS"] ?? 300) : 1;

test(`${count} fault schedules from seed ${first} keep every safety promise`, async () => {
  for (let seed = first; seed < first + count; seed++) {
    const report = await simulate(scheduleOf(seed));
    if (report.violations.length > 0) throw new Error(describeFailure(report));
  }
}, 600_000);
