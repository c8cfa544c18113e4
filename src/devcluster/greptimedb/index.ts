import type { Clock } from "../clock";
import { type ClusterModelImpl, createClusterModel } from "./model/cluster-model";
import type { Faults as ModelFaults } from "./model/faults";
import { startHttpAdmin } from "./model/http-admin";
import { Frontend, type LoggedStatement } from "./frontend";
import { serverVersion } from "./server-version";
import { formatCell } from "./types/format-cell";
import { toMysqlError } from "./wire/mysql-error";
import { startMysqlServer } from "./wire/mysql-server";

export type { ClusterModelImpl } from "./model/cluster-model";
export type { LoggedStatement } from "./frontend";

/** What {@link startGreptimeDevCluster} takes; everything has a default. */
export interface GreptimeDevClusterOptions {
  /** Emulated server version. Default `1.1.4`. */
  readonly version?: string;
  /** How many datanodes (peer ids count from 0), or their peer ids. Default 3. */
  readonly datanodes?: number | readonly (number | bigint)[];
  /** MySQL port; 0, the default, takes any free one. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Port of metasrv's HTTP administration; 0 takes any free one; not served when absent. */
  readonly httpPort?: number;
  /** The only user that may connect. When absent any user and password do, as on a server without user provider. */
  readonly user?: { readonly name: string; readonly password: string };
  /** PEM texts; offers TLS when given. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly mode?: "distributed" | "standalone";
  /** False: every datanode keeps its data on its own disk, and no region can really move. Default true. */
  readonly sharedStorage?: boolean;
  /** How long one region migration takes, in milliseconds; a range is used by its middle. Default about 100. */
  readonly procedureDurationMs?: number | { readonly min: number; readonly max: number };
  /** Default 3,000. */
  readonly heartbeatIntervalMs?: number;
  /** Moves the regions of silent datanodes without being asked. Default false. */
  readonly failover?: boolean;
  readonly clock?: Clock;
  /** Number of frontends; each listens on a port of its own (the first on `port`). Default 1. */
  readonly frontends?: number;
}

/** What can go wrong, on request: everything that the cluster behind the frontend offers, and the connection. */
export interface Faults extends ModelFaults {
  /** The next matching statement text takes effect, and then the connection closes without a reply. */
  dropConnectionAfter(matches: (sql: string) => boolean): void;
}

export interface GreptimeDevCluster {
  readonly host: string;
  /** MySQL port of the first frontend. */
  readonly port: number;
  /** MySQL ports of all frontends. */
  readonly ports: readonly number[];
  /** Port of metasrv's HTTP administration; null when it is not served. */
  readonly httpPort: number | null;
  readonly version: string;
  /** The cluster itself: catalog, routes, rows, procedures, nodes. */
  readonly model: ClusterModelImpl;
  readonly faults: Faults;
  /** Number of statement texts that clients sent since the start or the last reset (not those of {@link sql}). */
  statementCount(): number;
  statements(): readonly LoggedStatement[];
  resetStatementLog(): void;
  /**
   * Runs one statement in the process, in a session of its own (database `public`, UTC). Values come as the texts of the wire, NULL as null;
   * a statement without rows gives none. Rejects with an error whose message, `errno` and `sqlState` are the client's.
   */
  sql(text: string): Promise<readonly Readonly<Record<string, string | null>>[]>;
  /** Ends every connection and frees the ports. */
  stop(): Promise<void>;
}

/** The cluster of `topoform/devcluster`, which says what it is. */
export async function startGreptimeDevCluster(options: GreptimeDevClusterOptions = {}): Promise<GreptimeDevCluster> {
  const version = serverVersion(options.version ?? "1.1.4");
  const host = options.host ?? "127.0.0.1";
  const model = createClusterModel(modelOptions(options, version.text));
  const frontends = Array.from({ length: options.frontends ?? 1 }, () => new Frontend(model, version));
  const servers = await Promise.all(
    frontends.map((frontend, i) =>
      startMysqlServer({ host, port: i === 0 ? (options.port ?? 0) : 0, version, user: options.user ?? null, tls: options.tls ?? null, newSession: () => frontend.newSession() }),
    ),
  );
  const http = options.httpPort === undefined ? null : await startHttpAdmin(model, { host, port: options.httpPort });
  const ports = servers.map((server) => server.port);
  const internal = new Frontend(model, version);
  return {
    host,
    port: ports[0]!,
    ports,
    httpPort: http?.port ?? null,
    version: version.text,
    model,
    faults: { ...model.faults, dropConnectionAfter: (matches) => frontends.forEach((frontend) => frontend.dropConnectionAfter(matches)) },
    statementCount: () => frontends.reduce((sum, frontend) => sum + frontend.statements().length, 0),
    statements: () => frontends.flatMap((frontend) => frontend.statements()).sort((a, b) => a.atMs - b.atMs),
    resetStatementLog: () => frontends.forEach((frontend) => frontend.resetLog()),
    sql: (text) => runInProcess(internal, text),
    stop: async () => {
      await Promise.all([...servers.map((server) => server.stop()), http?.close()]);
      for (const frontend of [...frontends, internal]) frontend.close();
    },
  };
}

function modelOptions(options: GreptimeDevClusterOptions, version: string): Parameters<typeof createClusterModel>[0] {
  const { datanodes, procedureDurationMs: duration } = options;
  return {
    version,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.mode === undefined ? {} : { mode: options.mode }),
    ...(options.sharedStorage === undefined ? {} : { sharedStorage: options.sharedStorage }),
    ...(options.heartbeatIntervalMs === undefined ? {} : { heartbeatMs: options.heartbeatIntervalMs }),
    ...(options.failover === undefined ? {} : { failover: options.failover }),
    ...(datanodes === undefined ? {} : { datanodes: typeof datanodes === "number" ? datanodes : datanodes.map((peer) => ({ peerId: BigInt(peer) })) }),
    ...(duration === undefined ? {} : { migrationMs: typeof duration === "number" ? duration : (duration.min + duration.max) / 2 }),
  };
}

async function runInProcess(frontend: Frontend, text: string): Promise<readonly Readonly<Record<string, string | null>>[]> {
  const session = frontend.newSession();
  try {
    const result = (await session.execute(text)).at(-1);
    if (result?.kind !== "rows") return [];
    return result.rows.map((row) =>
      Object.fromEntries(
        result.columns.map(({ name, type }, i) => {
          const value = formatCell(row[i] ?? null, type, session.textStyle);
          return [name, value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : value];
        }),
      ),
    );
  } catch (error) {
    const { errno, sqlstate, message } = toMysqlError(error, frontend.version);
    throw Object.assign(new Error(message), { errno, sqlState: sqlstate });
  }
}
