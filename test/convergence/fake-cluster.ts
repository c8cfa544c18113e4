import type {
  ClusterPort,
  Heartbeats,
  MovePort,
  ProcedureState,
  RegionLeader,
  SubmitResult,
} from "../../src/engines/port";
import { PortError, type RowPort } from "../../src/engines/port";
import type { Move, TableChange, TableName } from "../../src/planning/change";
import type { ObservedGreptimeCluster, ObservedRegion } from "../../src/planning/observed";
import { tableKey } from "../../src/planning/table-key";
import { errorDiagnostic } from "../../src/topology/diagnostic";
import type { Diagnostic } from "../../src/topology/diagnostic";
import { datanodeId, regionIdOf, type DatanodeId, type PartitionKey, type RegionId } from "../../src/topology/ids";
import type { Clock } from "../../src/convergence/clock";

export interface FakeRegion {
  readonly table: TableName;
  readonly tableId: number;
  readonly partition: PartitionKey;
  leader: DatanodeId | null;
  followers: DatanodeId[];
  status: RegionLeader["status"];
  flushed: bigint;
  unflushed: bigint;
}

export interface FakeProcedure {
  readonly region: RegionId;
  readonly from: DatanodeId;
  readonly to: DatanodeId;
  readonly endsAt: number;
  state: ProcedureState;
}

export interface Submission {
  readonly region: RegionId;
  readonly from: DatanodeId;
  readonly to: DatanodeId;
  readonly accepted: boolean;
  readonly flushedBefore: boolean;
  readonly sourceSilentMs: number;
}

export function diagnosticOf(code: string, detail = "as the test says"): Diagnostic {
  return errorDiagnostic({ code, summary: code, detail });
}

/** A cluster in memory that behaves as the port says, in whatever time its clock tells. Tests change its public fields to make faults. */
export class FakeCluster {
  readonly regions = new Map<RegionId, FakeRegion>();
  readonly procedures = new Map<string, FakeProcedure>();
  readonly silentSince = new Map<DatanodeId, number>();
  readonly datanodes: DatanodeId[];
  readonly submissions: Submission[] = [];
  readonly statements: string[] = [];
  readonly changes: TableChange[] = [];
  moveMs: (running: number) => number = () => 120;
  flushMs = 0;
  listsRunning = true;
  metasrvUptimeMs: number | null = 3_600_000;
  mostRunning = 0;
  mostOutgoing = 0;
  mostIncoming = 0;
  /** Fails this call; called before anything happens. */
  fault: (call: string, region: RegionId | null) => void = () => undefined;
  /** What to answer to a submission instead of doing it; null: do it. */
  onSubmit: (move: Move) => SubmitResult | null = () => null;
  /** The state that a procedure is shown in; null: as it is. */
  onState: (procedure: FakeProcedure) => ProcedureState | null = () => null;
  #ids = 0;

  constructor(
    readonly clock: Clock,
    datanodes: number,
  ) {
    this.datanodes = Array.from({ length: datanodes }, (_, id) => datanodeId(id));
  }

  addTable(name: string, tableId: number, leaders: readonly number[], rows = 10n): TableName {
    const table = { database: "public", name };
    leaders.forEach((leader, number) => {
      this.regions.set(regionIdOf(tableId, number), {
        table,
        tableId,
        partition: (leaders.length === 1 ? "*" : `a = ${number}`) as PartitionKey,
        leader: datanodeId(leader),
        followers: [],
        status: "ALIVE",
        flushed: rows / 2n,
        unflushed: rows - rows / 2n,
      });
    });
    return table;
  }

  silence(datanode: number): void {
    this.silentSince.set(datanodeId(datanode), this.clock.now());
  }

  silentMs(datanode: DatanodeId): number {
    const since = this.silentSince.get(datanode);
    return since === undefined ? 500 : this.clock.now() - since;
  }

  /** Lets procedures end whose time has come. */
  settle(): void {
    for (const procedure of this.procedures.values()) {
      if (procedure.state.kind !== "running" || procedure.endsAt > this.clock.now()) continue;
      const region = this.regions.get(procedure.region);
      if (region === undefined) {
        procedure.state = { kind: "rolling-back", error: "Failed to find table route for 1052", cause: "region-gone" };
        continue;
      }
      const shown = this.onState(procedure);
      if (shown !== null && shown.kind !== "done") continue;
      if (this.silentMs(procedure.from) > 6_000) region.unflushed = 0n;
      region.leader = procedure.to;
      region.status = "ALIVE";
      procedure.state = { kind: "done" };
    }
  }

  runningProcedures(): readonly (readonly [string, FakeProcedure])[] {
    this.settle();
    return [...this.procedures].filter(([, procedure]) => procedure.state.kind === "running");
  }

  /** What metasrv forgets when it restarts. */
  forgetEnded(): void {
    this.settle();
    for (const [id, procedure] of this.procedures) if (procedure.state.kind !== "running") this.procedures.delete(id);
  }

  dropTable(name: string): void {
    for (const [id, region] of this.regions) if (region.table.name === name) this.regions.delete(id);
  }

  start(region: RegionId, from: DatanodeId, to: DatanodeId, ms?: number): string {
    const id = `procedure-${(this.#ids += 1)}`;
    const duration = ms ?? this.moveMs(this.runningProcedures().length + 1);
    this.procedures.set(id, { region, from, to, endsAt: this.clock.now() + duration, state: { kind: "running" } });
    const running = this.runningProcedures().map(([, procedure]) => procedure);
    this.mostRunning = Math.max(this.mostRunning, running.length);
    this.mostOutgoing = Math.max(this.mostOutgoing, running.filter((other) => other.from === from).length);
    this.mostIncoming = Math.max(this.mostIncoming, running.filter((other) => other.to === to).length);
    return id;
  }

  readonly #flushed = new Set<RegionId>();

  #call(call: string, region: RegionId | null = null): void {
    this.statements.push(call);
    this.settle();
    this.fault(call, region);
  }

  #submit(move: Move): SubmitResult {
    const running = this.runningProcedures().some(([, procedure]) => procedure.region === move.region);
    const region = this.regions.get(move.region);
    let instead: SubmitResult | null = null;
    let lost: unknown = null;
    try {
      instead = this.onSubmit(move);
    } catch (error) {
      lost = error;
    }
    const accepted =
      instead === null && lost === null && !running && region !== undefined && region.leader === move.from;
    this.submissions.push({
      region: move.region,
      from: move.from,
      to: move.to,
      accepted,
      flushedBefore: this.#flushed.has(move.region),
      sourceSilentMs: this.silentMs(move.from),
    });
    if (lost !== null) throw lost;
    if (instead !== null) return instead;
    if (running) return { kind: "busy" };
    if (region === undefined) return { kind: "refused", diagnostic: diagnosticOf("TABLE_ROUTE_NOT_FOUND") };
    if (region.leader === move.to) return { kind: "already-there" };
    if (region.leader !== move.from) return { kind: "refused", diagnostic: diagnosticOf("LEADER_CHANGED") };
    return { kind: "submitted", procedure: this.start(move.region, move.from, move.to) };
  }

  readonly moves: MovePort = {
    flush: async (id) => {
      this.#call("flush", id);
      if (this.flushMs > 0) await this.clock.sleep(this.flushMs);
      const region = this.regions.get(id);
      if (region === undefined) return;
      this.#flushed.add(id);
      if (this.silentMs(region.leader!) > 6_000) throw new PortError(diagnosticOf("DATANODE_SILENT"), true, true);
      region.flushed += region.unflushed;
      region.unflushed = 0n;
    },
    submit: async (move) => {
      this.#call("submit", move.region);
      return this.#submit(move);
    },
    procedures: async (ids) => {
      this.#call("procedures");
      return new Map(
        ids.map((id) => {
          const procedure = this.procedures.get(id);
          return [
            id,
            procedure === undefined ? { kind: "unknown" } : (this.onState(procedure) ?? procedure.state),
          ] as const;
        }),
      );
    },
    running: async (regions) => {
      this.#call("running");
      const found = this.runningProcedures().filter(([, procedure]) => regions.includes(procedure.region));
      return {
        migrations: new Map(this.listsRunning ? found.map(([id, procedure]) => [procedure.region, id]) : []),
        repartitioned: new Set(regions.filter((id) => this.repartitioned.has(this.regions.get(id)?.table.name ?? ""))),
      };
    },
    leaders: async (regions) => {
      this.#call("leaders");
      return new Map(
        regions.flatMap((id) => {
          const region = this.regions.get(id);
          return region === undefined
            ? []
            : [[id, { leader: region.leader, followers: region.followers, status: region.status }] as const];
        }),
      );
    },
    heartbeats: async (): Promise<Heartbeats> => {
      this.#call("heartbeats");
      return {
        metasrvUptimeMs: this.metasrvUptimeMs,
        silentMs: new Map(this.datanodes.map((id) => [id, this.silentMs(id)])),
      };
    },
  };

  observe(): ObservedGreptimeCluster {
    this.settle();
    const names = [...new Map([...this.regions.values()].map((region) => [tableKey(region.table), region])).values()];
    return {
      engine: "greptimedb",
      version: "1.1.4",
      mode: "distributed",
      metasrvUptimeMs: this.metasrvUptimeMs,
      datanodes: this.datanodes.map((id) => ({ id, address: "", version: "1.1.4", silentMs: this.silentMs(id) })),
      tables: names.map(({ table, tableId }) => ({
        ...table,
        tableId,
        engine: "mito",
        definition: null,
        regions: [...this.regions]
          .filter(([, region]) => tableKey(region.table) === tableKey(table))
          .map(([id, region]): ObservedRegion => ({
            id,
            partition: region.partition,
            leader: region.leader,
            followers: region.followers,
            status: region.status,
            sizeBytes: null,
            rows: region.flushed + region.unflushed,
          })),
      })),
      procedures: this.runningProcedures().map(([id, procedure]) => ({
        id,
        kind: "region-migration" as const,
        status: "Running",
        regions: [procedure.region],
        tables: [],
      })),
    };
  }

  /** How long rows of every table live; null: for ever. */
  ttlMs: number | null = null;
  /** How far the server's clock is ahead of this machine's; null: it does not tell its time. */
  clockAheadMs: number | null = 0;
  countRows: RowPort["count"] = async (table) => this.rowsOf(table);
  checksum: RowPort["checksum"] = async (table) => ({
    rows: this.rowsOf(table),
    figures: [{ name: "sum(v)", value: "10", approximate: false }],
  });

  /** Names of tables that are being repartitioned. */
  readonly repartitioned = new Set<string>();

  /** What a create-table does: regions on the datanodes in turn. */
  createRegions: (change: TableChange) => void = () => undefined;

  readonly port: ClusterPort = {
    engine: "greptimedb",
    inspect: async () => {
      this.#call("inspect");
      return this.observe();
    },
    readDefinitions: async (observed) => observed,
    diffTable: () => [],
    statementsOf: () => [],
    applyTableChange: async (change) => {
      this.#call("change");
      this.changes.push(change);
      this.createRegions(change);
    },
    moves: this.moves,
    rows: {
      count: async (table, sinceMs) => {
        this.#call("count");
        return this.countRows(table, sinceMs);
      },
      ttlMs: async () => {
        this.#call("ttl");
        return this.ttlMs;
      },
      nowMs: async () => {
        this.#call("now");
        return this.clockAheadMs === null ? null : this.clock.now() + this.clockAheadMs;
      },
      checksum: async (table, sinceMs) => {
        this.#call("checksum");
        return this.checksum(table, sinceMs);
      },
    },
    close: async () => undefined,
  };

  rowsOf(table: TableName): bigint {
    return [...this.regions.values()]
      .filter((region) => tableKey(region.table) === tableKey(table))
      .reduce((sum, region) => sum + region.flushed + region.unflushed, 0n);
  }
}
