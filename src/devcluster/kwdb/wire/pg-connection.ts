import type { Socket } from "node:net";
import { errorFields, SqlError } from "../sql-error";
import type { ResultColumn, StatementResult } from "../statement-result";
import type { ParsedStatement } from "../syntax/ast";
import type { Cell } from "../types/sql-type";
import type { ConnectionSession } from "./connection-session";
import * as messages from "./messages";
import type { ClientMessage, MessageReader } from "./message-reader";
import { readBind, readParse, readText } from "./read-message";
import { type ConnectionOptions, startConnection } from "./start-connection";

/** Speaks with one client until either side ends. */
export async function serveConnection(socket: Socket, options: ConnectionOptions): Promise<void> {
  try {
    const started = await startConnection(socket, options);
    if (started === null) return;
    const { stream, reader, session } = started;
    // A client that goes away ends what it waits for.
    stream.once("close", () => session.close());
    try {
      await new Connection(stream, reader, session).run();
    } finally {
      session.close();
    }
  } catch (error) {
    if (!socket.destroyed) socket.end(messages.errorResponse(errorFields(error), "FATAL"));
  }
}

interface Portal {
  readonly prepared: Prepared;
  readonly parameters: readonly (string | null)[];
  readonly formats: readonly number[];
  /** The answer, once executed, and how many of its rows were sent. */
  result: StatementResult | null;
  sent: number;
}

interface Prepared {
  readonly sql: string;
  readonly statement: ParsedStatement | null;
}

/** The two query protocols over an open session. */
class Connection {
  private readonly prepared = new Map<string, Prepared>();
  private readonly portals = new Map<string, Portal>();
  /** After an error in the extended protocol everything up to Sync is skipped. */
  private skipping = false;
  private reported: Readonly<Record<string, string>>;

  constructor(
    private readonly stream: Socket,
    private readonly reader: MessageReader,
    private readonly session: ConnectionSession,
  ) {
    this.reported = session.parameters;
  }

  async run(): Promise<void> {
    for (;;) {
      const message = await this.reader.next();
      if (message === null || message.type === "X") break;
      if (message.type === "Q") await this.simple(readText(message.body, 0).text);
      else await this.extended(message);
      if (this.stream.destroyed) break;
    }
    this.stream.end();
  }

  private ready(): void {
    this.stream.write(messages.readyForQuery(this.session.status));
  }

  private async simple(sql: string): Promise<void> {
    this.session.received(sql);
    try {
      const statements = this.session.parse(sql);
      if (statements.length === 0) this.stream.write(messages.emptyQuery());
      for (const statement of statements) {
        const result = await this.session.execute(statement, []);
        if (this.session.dropsReply(statement.sql)) return void this.stream.destroy();
        if (result.kind === "rows") {
          this.stream.write(messages.rowDescription(result.columns, []));
          this.rows(result.columns, result.rows, []);
        }
        this.complete(result.tag);
      }
    } catch (error) {
      this.stream.write(messages.errorResponse(errorFields(error)));
    }
    this.ready();
  }

  private rows(columns: readonly ResultColumn[], rows: readonly (readonly Cell[])[], formats: readonly number[]): void {
    if (rows.length > 0) this.stream.write(Buffer.concat(rows.map((row) => messages.dataRow(columns, row, formats))));
  }

  private async extended(message: ClientMessage): Promise<void> {
    if (message.type === "S") {
      this.skipping = false;
      this.ready();
      return;
    }
    if (this.skipping || message.type === "H") return;
    try {
      await this.step(message);
    } catch (error) {
      this.skipping = true;
      this.stream.write(messages.errorResponse(errorFields(error)));
    }
  }

  private async step({ type, body }: ClientMessage): Promise<void> {
    switch (type) {
      case "P": return this.parse(body);
      case "B": return this.bind(body);
      case "D": return this.describe(body);
      case "E": return this.execute(body);
      case "C": {
        const name = readText(body, 1).text;
        if (body[0] === 0x53) this.prepared.delete(name);
        else this.portals.delete(name);
        this.stream.write(messages.closeComplete());
        return;
      }
      default: throw new SqlError("08P01", `unrecognized client message type ${type}`);
    }
  }

  private parse(body: Buffer): void {
    const { name, sql } = readParse(body);
    this.session.received(sql);
    const statements = this.session.parse(sql);
    if (statements.length > 1) throw new SqlError("42601", "prepared statement had more than one statement");
    if (name !== "" && this.prepared.has(name)) throw new SqlError("42P05", `prepared statement "${name}" already exists`);
    this.prepared.set(name, { sql, statement: statements[0] ?? null });
    this.stream.write(messages.parseComplete());
  }

  private bind(body: Buffer): void {
    const { portal, statement, parameters, formats } = readBind(body);
    const prepared = this.prepared.get(statement);
    if (prepared === undefined) throw new SqlError("26000", `unknown prepared statement "${statement}"`);
    const expected = prepared.statement?.parameters ?? 0;
    if (parameters.length !== expected) throw new SqlError("08P01", `expected ${expected} arguments, got ${parameters.length}`);
    this.portals.set(portal, { prepared, parameters, formats, result: null, sent: 0 });
    this.stream.write(messages.bindComplete());
  }

  private async describe(body: Buffer): Promise<void> {
    const name = readText(body, 1).text;
    const ofStatement = body[0] === 0x53;
    const portal = ofStatement ? undefined : this.portals.get(name);
    const prepared = ofStatement ? this.prepared.get(name) : portal?.prepared;
    if (prepared === undefined) throw new SqlError(ofStatement ? "26000" : "34000", `unknown ${ofStatement ? "prepared statement" : "portal"} "${name}"`);
    const { parameters, columns } = prepared.statement === null ? { parameters: [], columns: null } : await this.session.describe(prepared.statement);
    if (ofStatement) this.stream.write(messages.parameterDescription(parameters));
    this.stream.write(columns === null ? messages.noData() : messages.rowDescription(columns, portal?.formats ?? []));
  }

  private async execute(body: Buffer): Promise<void> {
    const { text: name, next } = readText(body, 0);
    const portal = this.portals.get(name);
    if (portal === undefined) throw new SqlError("34000", `unknown portal "${name}"`);
    const { statement } = portal.prepared;
    if (statement === null) return void this.stream.write(messages.emptyQuery());
    portal.result ??= await this.session.execute(statement, portal.parameters);
    if (this.session.dropsReply(statement.sql)) return void this.stream.destroy();
    const { result } = portal;
    if (result.kind === "rows") {
      const bad = result.columns.find(({ type }, i) => (portal.formats.length === 1 ? portal.formats[0] : portal.formats[i]) === 1 && !messages.hasBinary(type));
      if (bad !== undefined) throw new SqlError("0A000", `the dev cluster does not emulate the binary format of column "${bad.name}"`);
      const limit = body.readInt32BE(next);
      const until = limit > 0 ? Math.min(portal.sent + limit, result.rows.length) : result.rows.length;
      this.rows(result.columns, result.rows.slice(portal.sent, until), portal.formats);
      portal.sent = until;
      if (until < result.rows.length) return void this.stream.write(messages.portalSuspended());
    }
    this.complete(result.tag);
  }

  /** Ends a statement; session variables that clients follow are told when they changed. */
  private complete(tag: string): void {
    for (const [name, value] of Object.entries(this.session.parameters)) {
      if (this.reported[name] !== value) this.stream.write(messages.parameterStatus(name, value));
    }
    this.reported = this.session.parameters;
    this.stream.write(messages.commandComplete(tag));
  }
}
