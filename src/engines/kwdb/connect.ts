import { readFile } from "node:fs/promises";
import { checkServerIdentity, type ConnectionOptions } from "node:tls";
import type { Client } from "pg";
import { PortError } from "../port";
import { explainConnectionFailure } from "./connection-errors";
import { asDriverError, isConnectionLoss, StatementError } from "./errors";
import { sleep } from "../open-options";
import type { ConnectionSettings, Endpoint } from "./settings";

/** One row: every value as its text on the wire, null for NULL. */
export type Row = readonly (string | null)[];

/** Sends statements inside one transaction. */
export interface Transaction {
  run(sql: string): Promise<readonly Row[]>;
}

/** Statements on one connection, one after the other. Rejects with {@link PortError}; connects on first use and again when it was lost. */
export interface Session {
  /** Reads: sent again, once, when the connection was lost under it and it was not the server's silence. */
  read(sql: string): Promise<readonly Row[]>;
  /** Anything that changes something: sent once. A PortError with `sent` tells that it may have taken effect. */
  run(sql: string): Promise<readonly Row[]>;
  /** BEGIN, `work`, COMMIT; ROLLBACK when `work` rejects. Run once: retrying is the caller's. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface SessionOptions {
  /** Called with each statement when it is sent. */
  readonly onStatement?: (sql: string) => void;
  /** Waits; replaced in tests. Default setTimeout. */
  readonly delay?: (ms: number) => Promise<void>;
}

/** How long a session waits before each further attempt to get a lost server back. */
const RECONNECT_DELAYS_MS: readonly number[] = [200, 500, 1000, 2000, 3000];
/** The server is given this much longer to answer by its own timeout. */
const GRACE_MS = 1000;

/** Opens nothing yet: the first statement connects, and loads the driver. */
export function openSession(settings: ConnectionSettings, options: SessionOptions = {}): Session {
  return new SingleConnection(settings, options);
}

class SingleConnection implements Session {
  #client: Client | undefined;
  #everConnected = false;
  #closed = false;
  /** The statement or transaction that is running; the next one waits for it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly settings: ConnectionSettings,
    private readonly options: SessionOptions,
  ) {}

  read(sql: string): Promise<readonly Row[]> {
    return this.#inTurn(async () => {
      try {
        return await this.#execute(sql);
      } catch (error) {
        if (
          !(error instanceof StatementError) ||
          error.nature !== "connection-lost" ||
          error.serverCode === "NO_ANSWER"
        )
          throw error;
        return this.#execute(sql);
      }
    });
  }

  run(sql: string): Promise<readonly Row[]> {
    return this.#inTurn(() => this.#execute(sql));
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      await this.#execute("BEGIN");
      const client = this.#client;
      try {
        const result = await work({ run: (sql) => this.#inTransaction(client, sql) });
        await this.#inTransaction(client, "COMMIT");
        return result;
      } catch (error) {
        if (client !== undefined && client === this.#client) await this.#rollBack();
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await endClient(client);
  }

  /** On the connection that began the transaction, or not at all. */
  #inTransaction(client: Client | undefined, sql: string): Promise<readonly Row[]> {
    if (client === undefined || client !== this.#client) {
      return Promise.reject(
        new StatementError({ code: "CONNECTION_LOST", message: "Connection terminated inside a transaction" }),
      );
    }
    return this.#execute(sql);
  }

  async #rollBack(): Promise<void> {
    try {
      await this.#execute("ROLLBACK");
    } catch {
      this.#drop();
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work, work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #execute(sql: string): Promise<readonly Row[]> {
    const client = await this.#connection();
    this.options.onStatement?.(sql);
    try {
      return await query(client, sql, this.settings.statementTimeoutMs + GRACE_MS);
    } catch (thrown) {
      const error = asDriverError(thrown);
      if (isConnectionLoss(error)) this.#drop();
      throw new StatementError(error);
    }
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) destroy(client);
  }

  async #connection(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const client = this.#everConnected ? await this.#reconnect() : await this.#connectToAny();
    if (this.#closed) {
      await endClient(client);
      throw new StatementError({ code: "CONNECTION_LOST", message: "The session is closed" });
    }
    this.#everConnected = true;
    this.#client = client;
    const forget = (): void => {
      if (this.#client === client) this.#client = undefined;
    };
    client.on("error", forget);
    client.on("end", forget);
    return client;
  }

  /** A cluster that was there before is given time to come back. */
  async #reconnect(): Promise<Client> {
    for (const wait of RECONNECT_DELAYS_MS) {
      try {
        return await this.#connectToAny();
      } catch (error) {
        if (this.#closed || !(error instanceof PortError) || !error.transient) throw error;
        await (this.options.delay ?? sleep)(wait);
      }
    }
    return this.#connectToAny();
  }

  /** The first node that answers. When none does, the failure of the first counts; one that no other node can mend ends the search. */
  async #connectToAny(): Promise<Client> {
    let first: unknown;
    for (const endpoint of this.settings.endpoints) {
      try {
        return await connect(endpoint, this.settings);
      } catch (error) {
        if (!(error instanceof PortError)) throw error;
        first ??= error;
        if (!error.transient && error.diagnostic.code !== "KWDB_HOST_UNKNOWN") throw error;
      }
    }
    throw first;
  }
}

/** Rejects with the driver's error; `NO_ANSWER` when none came in time, after which the client is of no use. */
function query(client: Client, text: string, timeoutMs: number): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(Object.assign(new Error("no answer in time"), { code: "NO_ANSWER" })),
      timeoutMs,
    );
    const settle =
      <A extends readonly unknown[]>(then: (...given: A) => void) =>
      (...given: A): void => {
        clearTimeout(timer);
        then(...given);
      };
    client.query<(string | null)[]>({ text, rowMode: "array" }).then(
      settle((result) => resolve(Array.isArray(result) ? [] : result.rows)),
      settle(reject),
    );
  });
}

/** Connects and logs in. Rejects with the one diagnostic that explains the failure. */
async function connect(endpoint: Endpoint, settings: ConnectionSettings): Promise<Client> {
  let client: Client | undefined;
  let tcp = false;
  try {
    const ssl = await sslOptions(endpoint, settings);
    const { Client: PgClient } = await import("pg");
    client = new PgClient({
      host: endpoint.host,
      port: endpoint.port,
      user: settings.user,
      // An explicit empty password keeps the driver from looking into PGPASSWORD and ~/.pgpass.
      password: settings.password?.reveal() ?? "",
      database: settings.database,
      ssl,
      application_name: "topoform",
      connectionTimeoutMillis: settings.connectTimeoutMs,
      statement_timeout: Math.ceil(settings.statementTimeoutMs),
      keepAlive: true,
      types: { getTypeParser: () => (value: string) => value },
    });
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
    connection.once("connect", () => (tcp = true));
    connection.once("sslconnect", () => (tcp = true));
    client.on("error", () => undefined);
    await client.connect();
    return client;
  } catch (thrown) {
    if (client !== undefined) destroy(client);
    const stream = (client as unknown as { connection?: { stream?: { bytesWritten?: number } } } | undefined)
      ?.connection?.stream;
    const error = asDriverError(thrown);
    const { diagnostic, transient } = explainConnectionFailure(error, endpoint, settings, {
      tcp: tcp || (stream?.bytesWritten ?? 0) > 0,
    });
    throw new PortError(diagnostic, transient, false, { cause: error });
  }
}

/** No environment variable of libpq's decides: `ssl` is always said. */
async function sslOptions(endpoint: Endpoint, { tls }: ConnectionSettings): Promise<false | ConnectionOptions> {
  if (tls.mode === "disable") return false;
  const [ca, cert, key] = await Promise.all([tls.caFile, tls.certFile, tls.keyFile].map(pemFile));
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    rejectUnauthorized: tls.mode !== "require",
    // Against the declared host also when it is an address, for which the driver gives no server name.
    checkServerIdentity: (_, certificate) =>
      tls.mode === "verify-full" ? checkServerIdentity(endpoint.host, certificate) : undefined,
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

/** Without waiting for a server that may never answer. */
function destroy(client: Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}

async function endClient(client: Client): Promise<void> {
  const timer = setTimeout(() => destroy(client), 1000);
  try {
    await client.end();
  } finally {
    clearTimeout(timer);
  }
}
