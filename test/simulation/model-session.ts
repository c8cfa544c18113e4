import type { ClusterModel, NodeInfo, TableMeta, TableSchema } from "../../src/devcluster/greptimedb/model/types";
import type { ModelClock } from "../../src/devcluster/clock";
import type { Row, Session } from "../../src/engines/greptimedb/connect";
import { PortError } from "../../src/engines/port";
import { explainConnectionFailure } from "../../src/engines/greptimedb/connection-errors";
import { StatementError } from "../../src/engines/greptimedb/errors";
import { resolveConnection } from "../../src/engines/greptimedb/settings";
import { errorText, toMysqlError } from "../../src/devcluster/greptimedb/wire/mysql-error";
import { ServerError } from "../../src/devcluster/greptimedb/model/types";
import { serverVersion, type ServerVersion } from "../../src/devcluster/greptimedb/server-version";
import { Frontend, type Session as SqlSession } from "../../src/devcluster/greptimedb/frontend";
import type { Process } from "./process";

/** What a statement does, as far as faults pick one out. */
export type StatementKind = "create" | "migrate" | "flush" | "procedures" | "leaders" | "nodes" | "count" | "other";

/** The moment at which a statement reached the server, or was answered. */
export interface Observer {
  /** `migrate_region` leaves the process. */
  onSubmit(process: Process, region: bigint, from: bigint, to: bigint): SubmitObserver;
  onCount(process: Process, table: string, rows: number): void;
}

export interface SubmitObserver {
  /** The server has given an id. */
  accepted(procedure: string): void;
  refused(error: string): void;
  /** The answer, whatever it was, has not reached the process. */
  lost(): void;
}

/** A frontend of the emulated cluster that speaks no SQL: it knows the product's own statements, and connections that break. */
export class ModelFrontend {
  readonly version: ServerVersion;
  #sql: SqlSession | undefined;
  #downUntil = 0;
  #epoch = 0;
  readonly #planted: { readonly kind: StatementKind; readonly when: "before" | "after" }[] = [];

  constructor(
    readonly model: ClusterModel,
    readonly clock: ModelClock,
    readonly latencyMs: () => number,
    readonly observer: Observer,
  ) {
    this.version = serverVersion(model.version);
  }

  /** Every connection breaks, and for `ms` nobody can connect. */
  restart(ms: number): void {
    this.#epoch += 1;
    this.#downUntil = this.clock.now() + ms;
  }

  heal(): void {
    this.#downUntil = 0;
    this.#planted.length = 0;
  }

  /** The connection of the next statement of this kind breaks before the server has it, or after it has acted. */
  breakNext(kind: StatementKind, when: "before" | "after"): void {
    this.#planted.push({ kind, when });
  }

  open(process: Process): Session {
    return {
      read: (sql) => process.step(() => this.#read(process, sql)),
      async scan(sql, begin) {
        const rows = await this.read(sql);
        const sink = begin();
        for (const row of rows) sink.row(row);
        return sink.done();
      },
      run: (sql) => process.step(() => this.#attempt(process, sql)),
      close: () => Promise.resolve(),
    };
  }

  async #read(process: Process, sql: string): Promise<readonly Row[]> {
    try {
      return await this.#attempt(process, sql);
    } catch (error) {
      if (!(error instanceof StatementError) || error.nature !== "connection-lost") throw error;
      return this.#attempt(process, sql);
    }
  }

  async #attempt(process: Process, sql: string): Promise<readonly Row[]> {
    await this.#connected();
    if (!process.isAlive()) return new Promise(() => undefined);
    const kind = kindOf(sql);
    const epoch = this.#epoch;
    const fault = this.#takeFault(kind);
    const told = kind === "migrate" ? this.#tellSubmit(process, sql) : undefined;
    await this.#wait(this.latencyMs());
    if (fault === "before" || epoch !== this.#epoch) {
      told?.refused("connection lost before");
      throw lost();
    }
    const answer = await this.#answer(process, sql, told);
    await this.#wait(this.latencyMs());
    if (fault === "after" || epoch !== this.#epoch) {
      told?.lost();
      throw lost();
    }
    if (answer.kind === "error") throw answer.error;
    return answer.rows;
  }

  /** As the session does: five more attempts, 6.7 s in all. */
  async #connected(): Promise<void> {
    for (const wait of [200, 500, 1000, 2000, 3000]) {
      if (this.clock.now() >= this.#downUntil) return;
      await this.#wait(wait);
    }
    if (this.clock.now() >= this.#downUntil) return;
    throw unreachable();
  }

  #takeFault(kind: StatementKind): "before" | "after" | undefined {
    const index = this.#planted.findIndex((fault) => fault.kind === kind);
    return index < 0 ? undefined : this.#planted.splice(index, 1)[0]?.when;
  }

  #tellSubmit(process: Process, sql: string): SubmitObserver {
    const [region, from, to] = numbersOf(sql);
    return this.observer.onSubmit(process, region!, from!, to!);
  }

  async #answer(process: Process, sql: string, told: SubmitObserver | undefined): Promise<Answer> {
    try {
      return { kind: "rows", rows: await this.#execute(process, sql, told) };
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const { errno, message } = toMysqlError(this.#wrapped(sql, error), this.version);
      told?.refused(message);
      return { kind: "error", error: new StatementError({ errno, message }) };
    }
  }

  #wrapped(sql: string, error: ServerError): ServerError {
    const name = /^ADMIN (\w+)/.exec(sql)?.[1];
    if (name === undefined || !this.version.adminErrorsWrapped) return error;
    return new ServerError(
      "Unexpected",
      `Failed to execute admin function ${name}: Execution error: ${errorText(error, this.version)}`,
    );
  }

  async #execute(process: Process, sql: string, told: SubmitObserver | undefined): Promise<readonly Row[]> {
    const { model, version } = this;
    if (sql === "SELECT version()") return [[version.versionFunction]];
    if (sql.startsWith("ADMIN migrate_region(")) {
      const [region, from, to, seconds] = numbersOf(sql);
      const id = await model.migrateRegion(region!, from!, to!, Number(seconds));
      if (id === "") told?.refused("already there");
      else told?.accepted(id);
      return [[id === "" ? null : id]];
    }
    if (sql.startsWith("ADMIN flush_region(")) {
      await model.flushRegion(numbersOf(sql)[0]!);
      return [["0"]];
    }
    if (sql.startsWith("ADMIN procedure_state('")) {
      const { status, error } = await model.procedure(quotedIn(sql)[0]!);
      return [[JSON.stringify(error === "" ? { status } : { status, error })]];
    }
    if (sql.includes("information_schema.procedure_info WHERE procedure_id IN")) {
      const wanted = new Set(quotedIn(sql));
      return (await model.procedures()).filter(({ id }) => wanted.has(id)).map(({ id, status }) => [id, status]);
    }
    if (sql.includes("information_schema.procedure_info WHERE status NOT IN")) {
      const ended = new Set(["Done", "Failed", "Poisoned"]);
      return (await model.procedures())
        .filter(({ status }) => !ended.has(status))
        .map(({ id, type, status, lockKeys }) => [id, type, status, lockKeys]);
    }
    if (sql.includes("FROM information_schema.cluster_info"))
      return (await model.nodes()).map((node) => this.#nodeRow(node));
    if (sql.includes("FROM information_schema.region_statistics")) return this.#statistics(sql);
    if (sql.includes("FROM information_schema.partitions p")) return this.#regions();
    if (sql.startsWith("SELECT region_id, peer_id, is_leader, status FROM information_schema.")) {
      return model
        .routes()
        .map(({ regionId, leader, status }) => [
          `${regionId}`,
          leader === null ? null : `${leader}`,
          version.yes,
          status,
        ]);
    }
    if (sql.startsWith("CREATE TABLE ")) return this.#run(sql);
    if (sql.startsWith("SHOW CREATE TABLE ")) {
      const { schema } = this.#table(sql);
      return isOfTheWorld(schema) ? [[schema.name, createTableText(schema)]] : this.#run(sql);
    }
    if (sql.includes(" FROM information_schema.tables WHERE ")) {
      const [database, name] = quotedIn(sql);
      const table = model.table(database!, name!);
      return table === undefined ? [] : [[`${table.tableId}`, table.schema.engine, sql.includes("NULL AS create_options") ? null : ""]];
    }
    if (sql.startsWith("SELECT count(*) FROM ")) return [[`${await this.#count(process, sql)}`]];
    throw new Error(`This frontend does not know the statement ${sql}`);
  }

  #nodeRow(node: NodeInfo): Row {
    const uptime = `${this.clock.now() - node.startedAtMs}ms`;
    const active = node.activeMs === null ? null : `${node.activeMs}ms`;
    return [
      `${node.peerId}`,
      node.kind,
      node.address,
      node.version,
      uptime,
      active,
      node.kind === "METASRV" ? '{"is_leader":true}' : null,
    ];
  }

  async #statistics(sql: string): Promise<readonly Row[]> {
    const columns = sql.slice("SELECT ".length, sql.indexOf(" FROM ")).split(", ").length;
    return (await this.model.statistics()).map(({ regionId, rows, sstBytes, memtableBytes }) => [
      `${regionId}`,
      columns === 5 ? `${rows}` : null,
      `${sstBytes}`,
      `${memtableBytes}`,
      "Leader",
    ]);
  }

  #regions(): readonly Row[] {
    const { model, version } = this;
    const tables = new Map(model.tables().map((table) => [table.tableId, table]));
    return model.routes().flatMap(({ tableId, regionNumber, regionId, leader, status }) => {
      const table = tables.get(tableId);
      const ordinal = table?.regions.indexOf(regionNumber) ?? -1;
      if (table === undefined || ordinal < 0) return [];
      const { database, name, engine, rules } = table.schema;
      const peer = leader === null ? null : `${leader}`;
      return [
        [
          database,
          name,
          `${tableId}`,
          engine,
          `${ordinal + 1}`,
          rules[ordinal]?.text ?? null,
          `${regionId}`,
          peer,
          "",
          version.yes,
          status,
          null,
        ],
      ];
    });
  }

  async #count(process: Process, sql: string): Promise<number> {
    const table = this.#table(sql);
    const parts = await Promise.all(table.regions.map((number) => this.model.scan(table.tableId, number)));
    const rows = parts.reduce((sum, part) => sum + part.length, 0);
    this.observer.onCount(process, `${table.schema.database}.${table.schema.name}`, rows);
    return rows;
  }

  /** A statement as the emulated server itself runs it. */
  async #run(sql: string): Promise<readonly Row[]> {
    this.#sql ??= new Frontend(this.model, this.version).newSession();
    const [result] = await this.#sql.execute(sql);
    return result?.kind === "rows" ? result.rows.map((row) => row.map((cell) => (cell === null ? null : String(cell)))) : [];
  }

  /** The table that a statement names. */
  #table(sql: string): TableMeta {
    const [database, name] = Array.from(sql.matchAll(/`([^`]+)`/g), (match) => match[1]!);
    const table = this.model.table(database!, name!);
    if (table === undefined) throw new ServerError("TableNotFound", `Table not found: greptime.${database}.${name}`);
    return table;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, resolve));
  }
}

type Answer =
  { readonly kind: "rows"; readonly rows: readonly Row[] } | { readonly kind: "error"; readonly error: StatementError };

function unreachable(): PortError {
  const resolved = resolveConnection({}, {});
  if (resolved.kind === "invalid") throw new Error("The defaults are valid.");
  const refused = { code: "ECONNREFUSED", message: "connect ECONNREFUSED" };
  const { diagnostic, transient } = explainConnectionFailure(refused, resolved.settings, {
    tcp: false,
    greeted: false,
  });
  return new PortError(diagnostic, transient, false);
}

function lost(): StatementError {
  return new StatementError({
    code: "PROTOCOL_CONNECTION_LOST",
    message: "Connection lost: The server closed the connection.",
  });
}

/** Tables that a simulation begins with have rules without a meaning. */
function isOfTheWorld({ name }: TableSchema): boolean {
  return name.startsWith("t");
}

/** What SHOW CREATE TABLE prints, for the plain tables of a simulation. */
function createTableText({ name, columns, primaryKey, timeIndex, partitionColumns, rules, engine }: TableSchema): string {
  const lines = [
    ...columns.map((column) => `\`${column.name}\` ${column.type} ${column.nullable ? "NULL" : "NOT NULL"}`),
    `TIME INDEX (\`${timeIndex}\`)`,
    `PRIMARY KEY (${primaryKey.map((key) => `\`${key}\``).join(", ")})`,
  ];
  const partitions = rules.flatMap((rule) => rule?.text ?? []);
  const partition = partitionColumns.length === 0 ? "" : `PARTITION ON COLUMNS (${partitionColumns.map((key) => `\`${key}\``).join(", ")}) (\n${partitions.join(",\n")}\n)`;
  return `CREATE TABLE IF NOT EXISTS \`${name}\` (\n${lines.join(",\n")}\n)\n${partition}\nENGINE=${engine}\n`;
}

function kindOf(sql: string): StatementKind {
  if (sql.startsWith("ADMIN migrate_region")) return "migrate";
  if (sql.startsWith("ADMIN flush_region")) return "flush";
  if (sql.startsWith("CREATE TABLE")) return "create";
  if (sql.includes("procedure")) return "procedures";
  if (sql.includes("cluster_info")) return "nodes";
  if (sql.startsWith("SELECT region_id")) return "leaders";
  return sql.startsWith("SELECT count") ? "count" : "other";
}

function numbersOf(sql: string): readonly bigint[] {
  return Array.from(sql.matchAll(/\d+/g), (match) => BigInt(match[0]));
}

function quotedIn(sql: string): readonly string[] {
  return Array.from(sql.matchAll(/'([^']*)'/g), (match) => match[1]!);
}
