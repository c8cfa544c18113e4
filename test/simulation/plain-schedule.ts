import type { Schedule } from "./fault-schedule";

/** A quiet schedule to start from: 1.1.4, three datanodes, one table whose regions all move on to the next datanode. */
export function plainSchedule(changes: Partial<Schedule> = {}): Schedule {
  return {
    seed: 1,
    version: "1.1.4",
    datanodes: 3,
    tables: [{ targets: [1, 2, 0], rows: 4 }],
    limits: { outgoing: 1, incoming: 2, cluster: 16 },
    replayTimeoutSeconds: 10,
    acceptDataLossOf: [],
    verifyRows: "exact",
    migrationMs: 150,
    stagingMs: 70,
    latencyMs: 5,
    slowStorageMs: null,
    failover: false,
    approvalMs: 0,
    repairMs: 0,
    faults: [],
    created: null,
    planFile: false,
    ...changes,
  };
}
