import type { ScheduledFault } from "./fault-schedule";
import { procedureSpans, put, regionOf, type OutsideTouch, type World } from "./world";

/** Undoes a fault that lasts; the end of all faults calls it too. Calling it twice does no harm. */
type Repair = () => void;

/** What faults leave to be repaired, and how faults that concern the processes reach them. */
export interface FaultStage {
  readonly world: World;
  /** Repairs not done yet. */
  readonly open: Set<Repair>;
  killProcess(pauseMs: number): void;
  drainProcess(): void;
  stopProcess(): void;
  secondRun(machine: "same" | "other"): void;
}

/** Makes one fault happen now. */
export function causeFault(stage: FaultStage, fault: ScheduledFault): void {
  const { world } = stage;
  const { model, frontend } = world;
  const { faults } = model;
  world.note(`fault: ${describeFault(fault)}`);
  switch (fault.kind) {
    case "kill-datanode":
      faults.killDatanode(BigInt(fault.datanode));
      return repairLater(stage, fault.forMs, () => faults.restartDatanode(BigInt(fault.datanode)));
    case "restart-datanode":
      return faults.restartDatanode(BigInt(fault.datanode));
    case "hang-datanode":
      faults.hangDatanode(BigInt(fault.datanode));
      return repairLater(stage, fault.forMs, () => faults.continueDatanode(BigInt(fault.datanode)));
    case "lose-heartbeats":
      faults.loseHeartbeats(BigInt(fault.datanode), true);
      return repairLater(stage, fault.forMs, () => faults.loseHeartbeats(BigInt(fault.datanode), false));
    case "kill-metasrv":
      faults.killMetasrv();
      return repairLater(stage, fault.forMs, () => faults.restartMetasrv());
    case "restart-metasrv":
      return faults.restartMetasrv();
    case "change-metasrv-leader":
      return faults.changeMetasrvLeader();
    case "pause-procedures":
      faults.pauseProcedureManager();
      return repairLater(stage, fault.forMs, () => faults.resumeProcedureManager());
    case "fail-procedure":
      return faults.failNextProcedure(
        "The region migration procedure aborted, reason: told to fail",
        undefined,
        fault.times,
      );
    case "vanish-procedure":
      return faults.vanishNextProcedure(undefined, fault.times);
    case "hang-procedure":
      faults.hangNextProcedure();
      return repairLater(stage, fault.forMs, () => faults.clearProcedureFaults());
    case "restart-frontend":
      return frontend.restart(fault.forMs);
    case "break-connection":
      return frontend.breakNext(fault.statement, fault.when);
    case "jump-clock":
      world.machine.clockOffsetMs += fault.byMs;
      return;
    case "move-behind":
      return moveBehind(world, fault.place.table, fault.place.region, fault.to);
    case "foreign-migration":
      if (fault.hangForMs > 0) {
        faults.hangNextProcedure();
        repairLater(stage, fault.hangForMs, () => faults.clearProcedureFaults());
      }
      return void foreignMigration(world, fault.place.table, fault.place.region, fault.to);
    case "drop-table":
      return changeTable(world, fault.table, "dropped", (id) => model.dropTable(id));
    case "alter-table":
      return changeTable(world, fault.table, "altered", (id) =>
        model.alterTable(id, model.tables().find((table) => table.tableId === id)!.schema),
      );
    case "repartition-table":
      return changeTable(world, fault.table, "repartitioned", (id) => split(world, id));
    case "write-rows":
      return writeRows(world, fault.table, fault.rows);
    case "kill-process":
      return stage.killProcess(fault.forMs);
    case "drain-process":
      return stage.drainProcess();
    case "stop-process":
      return stage.stopProcess();
    case "second-run":
      return stage.secondRun(fault.machine);
  }
}

/** Repairs everything that is still broken. */
export function repairAll(stage: FaultStage): void {
  const { world, open } = stage;
  world.note("everything is repaired");
  for (const repair of [...open]) repair();
  world.model.faults.resumeProcedureManager();
  world.frontend.heal();
  // A metasrv that is just starting takes a hanging procedure up again.
  for (const ms of [0, 3_000, 12_000]) world.time.after(ms, () => world.model.faults.clearProcedureFaults());
}

function repairLater(stage: FaultStage, ms: number, undo: () => void): void {
  const repair: Repair = () => {
    if (!stage.open.delete(repair)) return;
    undo();
  };
  stage.open.add(repair);
  stage.world.time.after(ms, repair);
}

function place(world: World, table: number, region: number): { readonly tableId: number; readonly id: bigint } {
  const meta = world.tables[table]!;
  return { tableId: meta.tableId, id: regionOf(meta, meta.regions[region]!) };
}

function moveBehind(world: World, table: number, region: number, to: number): void {
  const { tableId, id } = place(world, table, region);
  // Metasrv never touches the route of a region that a procedure is moving.
  if (procedureSpans(world).some((span) => span.region === id && span.endedAt === null))
    return world.note("  it is being moved");
  try {
    world.model.faults.moveBehindYourBack(id, BigInt(to));
  } catch {
    return world.note("  the table is gone");
  }
  world.touches.push({
    region: id,
    tableId,
    at: world.time.now(),
    until: world.time.now(),
    what: "moved behind our back",
    procedure: null,
  });
}

async function foreignMigration(world: World, table: number, region: number, to: number): Promise<void> {
  const { tableId, id } = place(world, table, region);
  try {
    const from = world.model.routes().find((route) => route.regionId === id)?.leader;
    if (from === undefined || from === null) return;
    const procedure = await world.model.migrateRegion(id, from, BigInt(to), 30);
    world.touches.push({
      region: id,
      tableId,
      at: world.time.now(),
      until: null,
      what: "foreign migration",
      procedure,
    });
  } catch (error) {
    world.note(`  refused: ${(error as Error).message}`);
  }
}

function changeTable(
  world: World,
  index: number,
  what: OutsideTouch["what"],
  change: (tableId: number) => Promise<void>,
): void {
  const { tableId } = world.tables[index]!;
  if (!world.model.tables().some((table) => table.tableId === tableId)) return;
  const touch: OutsideTouch = { region: null, tableId, at: world.time.now(), until: null, what, procedure: null };
  world.touches.push(touch);
  const end = (text: string) => (): void => {
    touch.until = world.time.now();
    world.note(`  t${index} ${what}: ${text}`);
  };
  Promise.resolve()
    .then(() => change(tableId))
    .then(end("done"), (error: unknown) => end((error as Error).message)());
}

async function split(world: World, tableId: number): Promise<void> {
  const rules = [0, 1].map((part) => ({ text: `part ${part}`, expression: part }));
  await world.model.repartition(tableId, [0], rules, ["host"], (row) => String(row[0]).length % 2).done;
}

function writeRows(world: World, table: number, rows: number): void {
  const meta = world.tables[table]!;
  for (const number of meta.regions) {
    const keys = Array.from({ length: rows }, (_, row) =>
      put(`late ${regionOf(meta, number)} ${world.time.now()} ${row}`),
    );
    world.model.write(meta.tableId, number, keys).catch(() => undefined);
  }
}

/** One line without its time. */
export function describeFault({ atMs: _, kind, ...details }: ScheduledFault): string {
  const text = Object.entries(details).map(
    ([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`,
  );
  return [kind, ...text].join(", ");
}
