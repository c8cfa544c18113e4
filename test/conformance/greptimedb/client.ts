import * as mysql from "mysql2/promise";

/** What a server answered to one statement, every value as its text on the wire. */
export interface Answer {
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly ok?: { readonly affected_rows: number };
  readonly error?: { readonly errno?: number; readonly sqlstate?: string; readonly message: string; readonly connection_closed?: boolean };
}

export interface WireColumn {
  readonly type: string;
  readonly flags: number;
  readonly charset: number;
  readonly decimals: number;
}

const UNSIGNED = 0x20;

/** A client that keeps every value as text and reconnects when the server hangs up. */
export class TextClient {
  private connection: mysql.Connection | null = null;

  constructor(private readonly options: mysql.ConnectionOptions) {}

  async run(sql: string): Promise<Answer & { readonly wire?: readonly WireColumn[] }> {
    const connection = await this.connect();
    try {
      const [result, fields] = await connection.query({ sql, rowsAsArray: true, typeCast: (field) => (field.type === "JSON" ? field.string("utf8") : field.string()) } as mysql.QueryOptions);
      if (!Array.isArray(result)) return { ok: { affected_rows: (result as mysql.ResultSetHeader).affectedRows } };
      const wire = (fields as unknown as { columnType: number; flags: number; characterSet: number; decimals: number; name: string }[]).map((f) => ({
        name: f.name, type: typeName(f.columnType), flags: f.flags, charset: f.characterSet, decimals: f.decimals,
      }));
      return { columns: wire.map((f) => `${f.name} ${f.type}${(f.flags & UNSIGNED) !== 0 ? " UNSIGNED" : ""}`), rows: result as unknown as (string | null)[][], wire };
    } catch (error) {
      const failure = error as { errno?: number; sqlState?: string; message: string; code?: string; fatal?: boolean };
      if (failure.fatal === true || failure.code === "PROTOCOL_CONNECTION_LOST" || failure.code === "ECONNRESET") {
        await this.close();
        return { error: { message: "Connection lost: The server closed the connection.", connection_closed: true } };
      }
      return { error: { ...(failure.errno === undefined ? {} : { errno: failure.errno }), ...(failure.sqlState === undefined ? {} : { sqlstate: failure.sqlState }), message: failure.message } };
    }
  }

  async close(): Promise<void> {
    this.connection?.destroy();
    this.connection = null;
  }

  private async connect(): Promise<mysql.Connection> {
    if (this.connection !== null) return this.connection;
    this.connection = await mysql.createConnection(this.options);
    this.connection.on("error", () => undefined);
    await this.connection.query("SET time_zone = 'UTC'");
    return this.connection;
  }
}

function typeName(code: number): string {
  const types = mysql.Types as unknown as Readonly<Record<number, string>>;
  return types[code] ?? String(code);
}
