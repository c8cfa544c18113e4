import { datanodeId } from "../../src/topology/ids";
import { DEFAULT_REPLAY_TIMEOUT_SECONDS, type MoveLimits, type PlacementDeclaration, type TableDeclaration } from "../../src/topology/manifest";
import type { Schedule } from "./fault-schedule";
import type { World } from "./world";

/** The tables that the first run creates. */
export function createdTables({ created }: Schedule): readonly TableDeclaration[] {
  return (created?.regions ?? []).map((regions, index) => ({
    database: "public",
    name: `c${index}`,
    columns: [
      { name: "host", type: "STRING", nullable: true },
      { name: "ts", type: "TIMESTAMP(3)", nullable: false },
    ],
    primaryKey: ["host"],
    timeIndex: "ts",
    ...(regions === 1 ? {} : { partitioning: ranges(regions) }),
    engine: "mito",
    options: {},
    ignoreUndeclaredColumns: false,
    deletionProtection: true,
  }));
}

function ranges(count: number): NonNullable<TableDeclaration["partitioning"]> {
  return {
    kind: "range",
    columns: ["host"],
    partitions: Array.from({ length: count }, (_, index) => ({ lessThan: [index === count - 1 ? { maxvalue: true } : `k${String(index).padStart(2, "0")}`] })),
  };
}

/** How they are placed together; none when nothing is created. */
export function createdPlacement(schedule: Schedule, limits: MoveLimits): readonly PlacementDeclaration[] {
  const { created } = schedule;
  if (created === null) return [];
  const tables = createdTables(schedule).map(({ name }) => name);
  return [
    {
      name: "created",
      database: "public",
      table: tables[0]!,
      tables,
      strategy: created.strategy,
      pins: {},
      ...(created.exclude === null ? {} : { excludeDatanodes: [datanodeId(created.exclude)] }),
      replayTimeoutSeconds: DEFAULT_REPLAY_TIMEOUT_SECONDS,
      limits,
      acceptDataLossOf: [],
    },
  ];
}

/** What the placement asks for and the cluster does not give, in words; null when all is as it shall be. */
export function whatIsUneven({ model, schedule }: World): string | null {
  const { created } = schedule;
  if (created === null) return null;
  const open = Array.from({ length: schedule.datanodes }, (_, id) => BigInt(id)).filter((id) => id !== BigInt(created.exclude ?? -1));
  const leaders = createdTables(schedule).map(({ name }) => {
    const table = model.table("public", name);
    return model.routes().flatMap(({ tableId, leader }) => (tableId === table?.tableId ? [leader] : []));
  });
  if (leaders.some((own) => own.length === 0)) return "a table does not exist";
  if (leaders.flat().some((leader) => leader === null || !open.includes(leader))) return "regions are where none shall be";
  for (const own of created.strategy === "balance" ? [leaders.flat()] : leaders) {
    const loads = open.map((id) => own.filter((leader) => leader === id).length);
    if (Math.max(...loads) - Math.min(...loads) > 1) return `datanodes ${open.join(", ")} hold ${loads.join(", ")} regions`;
  }
  return null;
}
