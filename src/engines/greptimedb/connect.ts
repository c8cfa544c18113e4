import { readFile } from "node:fs/promises";
import { connect as connectTcp, isIP } from "node:net";
import type { Connection, ConnectionOptions, FieldPacket } from "mysql2";
import { errorDiagnostic } from "../../topology/diagnostic";
import { PortError } from "../port";
import { explainConnectionFailure } from "./connection-errors";
import { asDriverError, isConnectionLoss, StatementError } from "./errors";
import { sleep } from "../open-options";
import type { ConnectionSettings } from "./settings";
import { SET_TIME_ZONE } from "./statements";

/** One row: every value as its text on the wire, null for NULL. */
export type Row = readonly (string | null)[];

/** Takes the rows of a result one by one; `done` is called once after the last. */
export interface RowSink<T> {
  row(row: Row): void;
  done(): T;
}

/** Statements on a few connections of one server, text protocol, one statement a call. Rejects with {@link PortError}. */
export interface Session {
  /** Reads: sent again, once, when the connection was lost under it. */
  read(sql: string): Promise<readonly Row[]>;
  /** As {@link Session.read}, without holding all rows: `begin` makes a fresh sink for each attempt. */
  scan<T>(sql: string, begin: () => RowSink<T>): Promise<T>;
  /** Anything that changes something: sent once. A PortError with `sent` tells that it may have taken effect. */
  run(sql: string): Promise<readonly Row[]>;
  /** For good. What waits for an answer is rejected as if its connection had been lost. */
  close(): Promise<void>;
}

export interface SessionOptions {
  /** Called with each statement when it is sent, those of the session itself included. */
  readonly onStatement?: (sql: string) => void;
  /** Connections at most; statements beyond wait. Default 4. */
  readonly connections?: number;
  /** Waits; replaced in tests. Default setTimeout. */
  readonly delay?: (ms: number) => Promise<void>;
}

/** How long a session waits before each further attempt to get a lost server back. */
const RECONNECT_DELAYS_MS: readonly number[] = [200, 500, 1000, 2000, 3000];

/** Opens nothing yet: the first statement connects. */
export function openSession(settings: ConnectionSettings, options: SessionOptions = {}): Session {
  return new ConnectionPool(settings, options);
}

class ConnectionPool implements Session {
  readonly #settings: ConnectionSettings;
  readonly #options: SessionOptions;
  readonly #limit: number;
  readonly #idle: Connection[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #open = new Set<Connection>();
  #inUse = 0;
  #everConnected = false;
  #closed = false;

  constructor(settings: ConnectionSettings, options: SessionOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#limit = options.connections ?? 4;
  }

  read(sql: string): Promise<readonly Row[]> {
    return this.scan(sql, collect);
  }

  async scan<T>(sql: string, begin: () => RowSink<T>): Promise<T> {
    try {
      return await this.#attempt(sql, begin());
    } catch (error) {
      if (
        !(error instanceof StatementError) ||
        error.nature !== "connection-lost" ||
        this.#closed ||
        error.driverCode === "STATEMENT_TIMEOUT"
      )
        throw error;
      return this.#attempt(sql, begin());
    }
  }

  run(sql: string): Promise<readonly Row[]> {
    return this.#attempt(sql, collect());
  }

  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#open];
    // Ends the statements that run: nobody waits for their answers any more, and they would keep the process alive.
    const ended = Object.assign(new Error("the session was closed"), { code: "SESSION_CLOSED" });
    for (const connection of all) if (!this.#idle.includes(connection)) connection.emit("error", ended);
    this.#open.clear();
    this.#idle.length = 0;
    await Promise.all(all.map(endConnection));
  }

  async #attempt<T>(sql: string, sink: RowSink<T>): Promise<T> {
    await this.#takeSlot();
    try {
      const connection = await this.#connection();
      await this.#execute(connection, sql, sink);
      if (this.#open.has(connection)) this.#idle.push(connection);
      return sink.done();
    } finally {
      this.#inUse--;
      this.#waiting.shift()?.();
    }
  }

  async #takeSlot(): Promise<void> {
    while (this.#inUse >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#inUse++;
  }

  async #connection(): Promise<Connection> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const connection = this.#everConnected ? await this.#reconnect() : await this.#connect();
    this.#everConnected = true;
    return connection;
  }

  /** A server that was there before is given time to come back. */
  async #reconnect(): Promise<Connection> {
    for (const wait of RECONNECT_DELAYS_MS) {
      try {
        return await this.#connect();
      } catch (error) {
        if (this.#closed || !(error instanceof PortError) || !error.transient) throw error;
        await (this.#options.delay ?? sleep)(wait);
      }
    }
    return this.#connect();
  }

  async #connect(): Promise<Connection> {
    if (this.#closed) throw sessionClosed();
    const connection = await connect(this.#settings);
    if (this.#closed) {
      connection.destroy();
      throw sessionClosed();
    }
    const forget = (): void => {
      this.#open.delete(connection);
      const at = this.#idle.indexOf(connection);
      if (at >= 0) this.#idle.splice(at, 1);
    };
    connection.on("error", forget);
    connection.on("end", forget);
    this.#open.add(connection);
    try {
      this.#options.onStatement?.(SET_TIME_ZONE);
      await execute(connection, SET_TIME_ZONE, collect(), this.#settings.statementTimeoutMs);
      return connection;
    } catch (thrown) {
      this.#open.delete(connection);
      connection.destroy();
      const error = asDriverError(thrown);
      const { diagnostic, transient } = explainConnectionFailure(error, this.#settings, { tcp: true, greeted: true });
      throw new PortError(diagnostic, transient, false, { cause: error });
    }
  }

  /** A connection that failed under a statement is not used again. */
  async #execute(connection: Connection, sql: string, sink: RowSink<unknown>): Promise<void> {
    this.#options.onStatement?.(sql);
    try {
      await execute(connection, sql, sink, this.#settings.statementTimeoutMs);
    } catch (thrown) {
      if (thrown instanceof SinkFailure) {
        this.#open.delete(connection);
        connection.destroy();
        throw thrown.cause;
      }
      const error = asDriverError(thrown);
      if (isConnectionLoss(error) || (thrown as { fatal?: boolean }).fatal === true) {
        this.#open.delete(connection);
        connection.destroy();
      } else if (this.#open.has(connection)) {
        this.#idle.push(connection);
      }
      throw new StatementError(error);
    }
  }
}

function sessionClosed(): PortError {
  const detail = "This is the end of the run; nothing was sent.";
  return new PortError(errorDiagnostic({ code: "GREPTIMEDB_SESSION_CLOSED", summary: "The connection to GreptimeDB was closed", detail }), false, false);
}

/** A sink threw: its own error goes on, not one of the server. */
class SinkFailure extends Error {}

function collect(): RowSink<readonly Row[]> {
  const rows: Row[] = [];
  return { row: (row) => void rows.push(row), done: () => rows };
}

function execute(connection: Connection, sql: string, sink: RowSink<unknown>, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = connection.query({ sql, rowsAsArray: true });
    const timer = setTimeout(
      () => finish(Object.assign(new Error(`no answer within ${timeoutMs / 1000} s`), { code: "STATEMENT_TIMEOUT" })),
      timeoutMs,
    );
    let ended = false;
    function finish(error?: Error): void {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      connection.off("error", finish);
      if (error === undefined) resolve();
      else reject(error);
    }
    let columns = 0;
    query.on("fields", (fields: FieldPacket[] | undefined) => {
      columns = fields?.length ?? 0;
    });
    query.on("result", (row: unknown) => {
      if (ended || columns === 0 || !Array.isArray(row)) return;
      try {
        sink.row(row.map(textOf));
      } catch (cause) {
        finish(new SinkFailure("a row could not be taken", { cause }));
      }
    });
    query.on("error", finish);
    // A connection that breaks tells itself, not the statement that runs on it.
    connection.on("error", finish);
    query.on("end", () => finish());
  });
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  return Buffer.isBuffer(value)
    ? value.toString("utf8")
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
}

/** Connects and logs in. Rejects with the one diagnostic that explains the failure. */
async function connect(settings: ConnectionSettings): Promise<Connection> {
  const { createConnection } = await import("mysql2");
  const progress = { tcp: false, greeted: false };
  try {
    const tls = await tlsOptions(settings);
    const connection = createConnection({ ...driverOptions(settings, () => (progress.tcp = true)), ...tls });
    connection.on("error", () => undefined);
    watchGreeting(connection, () => (progress.greeted = true));
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => {
        if (error === null || error === undefined) return resolve();
        connection.destroy();
        reject(error);
      });
    });
    return connection;
  } catch (thrown) {
    const error = asDriverError(thrown);
    const { diagnostic, transient } = explainConnectionFailure(error, settings, progress);
    throw new PortError(diagnostic, transient, false, { cause: error });
  }
}

function driverOptions(settings: ConnectionSettings, onTcp: () => void): ConnectionOptions {
  return {
    host: settings.host,
    port: settings.port,
    user: settings.user,
    ...(settings.password === undefined ? {} : { password: settings.password.reveal() }),
    database: settings.database,
    connectTimeout: settings.connectTimeoutMs,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    timezone: "Z",
    charset: "utf8mb4",
    stream: () => {
      const socket = connectTcp({ host: settings.host, port: settings.port, noDelay: true, keepAlive: true });
      // Node checks a certificate against this name; for an address it would take "localhost" when a socket is handed over.
      if (isIP(settings.host) !== 0) Object.assign(socket, { _host: settings.host });
      socket.once("connect", onTcp);
      return socket;
    },
  };
}

/** The first packet of a MySQL server is its greeting; anything else ends in a protocol error of the driver. */
function watchGreeting(connection: Connection, onGreeting: () => void): void {
  const { stream } = connection as unknown as { readonly stream: NodeJS.EventEmitter };
  stream.once("data", (data: Buffer) => {
    // 3 bytes length, 1 byte sequence number (0), 1 byte protocol version (10) or an error packet (255).
    if (data.length > 5 && data[3] === 0 && (data[4] === 10 || data[4] === 255)) onGreeting();
  });
}

async function tlsOptions({ tls }: ConnectionSettings): Promise<Pick<ConnectionOptions, "ssl">> {
  if (tls.mode === "disable") return {};
  const [ca, cert, key] = await Promise.all([tls.caFile, tls.certFile, tls.keyFile].map(pemFile));
  return {
    ssl: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      rejectUnauthorized: tls.mode !== "require",
      verifyIdentity: tls.mode === "verify-full",
    },
  };
}

async function pemFile(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : "cannot be read";
    throw Object.assign(new Error(`${path} ${reason}. Check the path and its permissions.`), {
      code: "TLS_FILE_UNREADABLE",
    });
  }
}

function endConnection(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      connection.destroy();
      resolve();
    }, 1000);
    connection.end(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
