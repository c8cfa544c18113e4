import type { Random } from "../../src/devcluster/greptimedb/model/random";
import type { MoveLimits } from "../../src/topology/manifest";
import type { VerifyRows } from "../../src/topology/run-declaration";
import type { StatementKind } from "./model-session";
import { seededRandom } from "../../src/devcluster/greptimedb/model/random";

/** One table of a schedule. Region n is led by datanode n, counted on over all tables, and shall be led by `targets[n]`. */
export interface ScheduledTable {
  readonly targets: readonly number[];
  /** Rows written to each region before the first run; the first half of them is flushed. */
  readonly rows: number;
}

/** Tables that the first run creates, and how it places them together. */
export interface CreatedTables {
  readonly strategy: "balance" | "spread";
  /** Regions of each. */
  readonly regions: readonly number[];
  /** A datanode that shall hold none of them; null: none is excluded. */
  readonly exclude: number | null;
}

/** A region as the n-th of the t-th table. */
export interface RegionPlace {
  readonly table: number;
  readonly region: number;
}

/** What goes wrong, `atMs` after the first run begins. Durations in milliseconds. */
export type ScheduledFault = { readonly atMs: number } & (
  | {
      readonly kind: "kill-datanode" | "hang-datanode" | "lose-heartbeats";
      readonly datanode: number;
      readonly forMs: number;
    }
  | { readonly kind: "restart-datanode"; readonly datanode: number }
  | { readonly kind: "kill-metasrv" | "pause-procedures" | "restart-frontend"; readonly forMs: number }
  | { readonly kind: "restart-metasrv" | "change-metasrv-leader" }
  | { readonly kind: "fail-procedure" | "vanish-procedure"; readonly times: number }
  | { readonly kind: "hang-procedure"; readonly forMs: number }
  | { readonly kind: "move-behind"; readonly place: RegionPlace; readonly to: number }
  /** Somebody else moves a region; the procedure hangs for a while when `hangForMs` is not 0. */
  | { readonly kind: "foreign-migration"; readonly place: RegionPlace; readonly to: number; readonly hangForMs: number }
  | { readonly kind: "drop-table" | "alter-table" | "repartition-table"; readonly table: number }
  | { readonly kind: "write-rows"; readonly table: number; readonly rows: number }
  | { readonly kind: "break-connection"; readonly statement: StatementKind; readonly when: "before" | "after" }
  | { readonly kind: "jump-clock"; readonly byMs: number }
  /** The process dies; the next one starts `forMs` later. */
  | { readonly kind: "kill-process"; readonly forMs: number }
  | { readonly kind: "drain-process" | "stop-process" }
  /** Another run of the same declaration: on this machine, where the lock keeps it out, or on one that shares no lock with it. */
  | { readonly kind: "second-run"; readonly machine: "same" | "other" }
);

/** Everything that one simulation needs; the same schedule always gives the same simulation. */
export interface Schedule {
  readonly seed: number;
  readonly version: string;
  readonly datanodes: number;
  readonly tables: readonly ScheduledTable[];
  readonly limits: MoveLimits;
  readonly replayTimeoutSeconds: number;
  readonly acceptDataLossOf: readonly number[];
  readonly verifyRows: VerifyRows;
  /** How long one undisturbed move takes. */
  readonly migrationMs: number;
  /** How long a repartition keeps regions STAGING. */
  readonly stagingMs: number;
  readonly latencyMs: number;
  /** Milliseconds that one operation takes on storage that serves them one by one; null: fast storage. */
  readonly slowStorageMs: number | null;
  readonly failover: boolean;
  /** Between reading the cluster and executing the plan of the first run. */
  readonly approvalMs: number;
  /** From the last fault to the repair of everything. */
  readonly repairMs: number;
  readonly faults: readonly ScheduledFault[];
  /** null: nothing is created. */
  readonly created: CreatedTables | null;
  /** After a kill the same plan is applied again, as from a file, as long as it fits. */
  readonly planFile: boolean;
}

export const VERSIONS = ["0.9.5", "0.12.2", "0.15.5", "1.0.2", "1.1.4"] as const;

/** The schedule of a seed. `kinds`: what goes wrong, more than once; absent: anything, or nothing. */
export function scheduleOf(seed: number, kinds?: readonly ScheduledFault["kind"][]): Schedule {
  const random = seededRandom(seed * 2 + 1);
  for (let i = 0; i < 4; i++) random.next();
  const dice = diceOf(random);
  const datanodes = dice.between(3, 8);
  const version = dice.oneOf(VERSIONS);
  const tables = tablesOf(dice, datanodes);
  // Before 0.13 metasrv waits one second for a region to open, and a slower one never opens: not what is examined here.
  const migrationMs = dice.oneOf([100, 150, 300, 1_000, version === "0.9.5" || version === "0.12.2" ? 1_000 : 3_000]);
  const regions = tables.reduce((sum, table) => sum + table.targets.length, 0);
  const horizonMs = Math.min(60_000, 2_000 + regions * migrationMs * 0.7);
  return {
    seed,
    version,
    datanodes,
    tables,
    limits: dice.oneOf([
      { outgoing: 1, incoming: 2, cluster: 16 },
      { outgoing: 1, incoming: 1, cluster: 2 },
      { outgoing: 2, incoming: 2, cluster: 4 },
      { outgoing: 4, incoming: 4, cluster: 64 },
    ]),
    replayTimeoutSeconds: dice.oneOf([10, 30, 60]),
    acceptDataLossOf: dice.chance(0.08) ? [dice.below(datanodes)] : [],
    verifyRows: dice.chance(0.85) ? "exact" : dice.oneOf(["statistics", "off"]),
    migrationMs,
    stagingMs: dice.oneOf([70, 2_000, 15_000]),
    latencyMs: dice.oneOf([1, 5, 30]),
    slowStorageMs: dice.chance(0.12) ? dice.oneOf([50, 200]) : null,
    failover: dice.chance(0.2),
    approvalMs: dice.chance(0.3) ? dice.between(0, 15_000) : 0,
    repairMs: dice.oneOf([0, 5_000, 30_000, 130_000]),
    faults: faultsOf(dice, { datanodes, version, tables, horizonMs }, kinds),
    created: dice.chance(0.3) ? createdOf(dice, datanodes) : null,
    planFile: dice.chance(0.5),
  };
}

interface Dice {
  below(n: number): number;
  between(from: number, to: number): number;
  chance(share: number): boolean;
  oneOf<T>(items: readonly T[]): T;
}

function diceOf(random: Random): Dice {
  return {
    below: (n) => random.below(n),
    between: (from, to) => from + random.below(to - from + 1),
    chance: (share) => random.below(10_000) < share * 10_000,
    oneOf: (items) => items[random.below(items.length)]!,
  };
}

function tablesOf(dice: Dice, datanodes: number): readonly ScheduledTable[] {
  const tables = dice.between(1, 4);
  const regions = dice.oneOf([dice.between(tables, 6), dice.between(tables, 16), dice.between(tables, 40)]);
  const share = (index: number): number =>
    Math.floor((regions * (index + 1)) / tables) - Math.floor((regions * index) / tables);
  const style = dice.oneOf(["random", "random", "drain", "next"] as const);
  let placed = 0;
  return Array.from({ length: tables }, (_, index) => ({
    targets: Array.from({ length: Math.max(1, share(index)) }, () => {
      const leader = placed++ % datanodes;
      switch (style) {
        case "random":
          return dice.below(datanodes);
        case "drain":
          return leader === 0 ? 1 + dice.below(datanodes - 1) : leader;
        case "next":
          return (leader + 1) % datanodes;
      }
    }),
    rows: dice.below(5),
  }));
}

function createdOf(dice: Dice, datanodes: number): CreatedTables {
  return {
    strategy: dice.oneOf(["balance", "spread"]),
    regions: Array.from({ length: dice.between(1, 2) }, () => dice.between(1, 6)),
    exclude: dice.chance(0.6) ? dice.below(datanodes) : null,
  };
}

interface Stage {
  readonly datanodes: number;
  readonly version: string;
  readonly tables: readonly ScheduledTable[];
  readonly horizonMs: number;
}

const KINDS = [
  "kill-datanode",
  "kill-datanode",
  "hang-datanode",
  "restart-datanode",
  "lose-heartbeats",
  "kill-metasrv",
  "restart-metasrv",
  "change-metasrv-leader",
  "pause-procedures",
  "fail-procedure",
  "hang-procedure",
  "vanish-procedure",
  "move-behind",
  "foreign-migration",
  "drop-table",
  "alter-table",
  "repartition-table",
  "write-rows",
  "write-rows",
  "break-connection",
  "break-connection",
  "break-connection",
  "restart-frontend",
  "jump-clock",
  "kill-process",
  "kill-process",
  "kill-process",
  "drain-process",
  "stop-process",
  "second-run",
] as const satisfies readonly ScheduledFault["kind"][];

function faultsOf(dice: Dice, stage: Stage, kinds?: readonly ScheduledFault["kind"][]): readonly ScheduledFault[] {
  const count = kinds === undefined ? dice.oneOf([0, 1, 2, 3, 4, 6, 9]) : dice.between(3, 9);
  const faults = Array.from({ length: count }, () => faultOf(dice, stage, dice.oneOf(kinds ?? KINDS)));
  return faults.sort((a, b) => a.atMs - b.atMs);
}

function faultOf(
  dice: Dice,
  { datanodes, version, tables, horizonMs }: Stage,
  kind: ScheduledFault["kind"],
): ScheduledFault {
  const atMs = dice.below(horizonMs);
  const forMs = dice.oneOf([dice.between(100, 3_000), dice.between(3_000, 12_000), dice.between(12_000, 90_000)]);
  const table = dice.below(tables.length);
  const datanode = dice.below(datanodes);
  switch (kind) {
    case "kill-datanode":
    case "hang-datanode":
    case "lose-heartbeats":
      return { atMs, kind, datanode, forMs };
    case "restart-datanode":
      return { atMs, kind, datanode };
    case "kill-metasrv":
    case "pause-procedures":
      return { atMs, kind, forMs };
    case "restart-frontend":
      return { atMs, kind, forMs: dice.oneOf([50, 1_000, 5_000, 20_000]) };
    case "restart-metasrv":
    case "change-metasrv-leader":
    case "drain-process":
    case "stop-process":
      return { atMs, kind };
    case "fail-procedure":
    case "vanish-procedure":
      return { atMs, kind, times: dice.between(1, 4) };
    case "hang-procedure":
      return { atMs, kind, forMs };
    case "move-behind":
      return { atMs, kind, place: { table, region: dice.below(tables[table]!.targets.length) }, to: datanode };
    case "foreign-migration":
      return {
        atMs,
        kind,
        place: { table, region: dice.below(tables[table]!.targets.length) },
        to: datanode,
        hangForMs: dice.chance(0.5) ? forMs : 0,
      };
    case "drop-table":
    case "alter-table":
      return { atMs, kind, table };
    case "repartition-table":
      return version.startsWith("0.") ? { atMs, kind: "alter-table", table } : { atMs, kind, table };
    case "write-rows":
      return { atMs, kind, table, rows: dice.between(1, 5) };
    case "break-connection":
      return {
        atMs,
        kind,
        statement: dice.oneOf<StatementKind>([
          "migrate",
          "migrate",
          "flush",
          "procedures",
          "leaders",
          "nodes",
          "count",
          "other",
        ]),
        when: dice.oneOf(["before", "after"]),
      };
    case "jump-clock":
      return { atMs, kind, byMs: dice.oneOf([-1, 1]) * dice.oneOf([1_000, 30_000, 600_000]) };
    case "kill-process":
      return { atMs, kind, forMs: dice.oneOf([0, 500, 5_000, 40_000]) };
    case "second-run":
      return { atMs, kind, machine: dice.oneOf(["same", "same", "other"]) };
  }
}
