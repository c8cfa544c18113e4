import { type Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import type { CellValue } from "../model/types";
import type { ServerVersion } from "../server-version";
import type { StatementResult } from "../statement-result";
import type { TextStyle } from "../types/format-cell";
import { authSwitch, greeting, NATIVE_PASSWORD, newScramble, provesPassword, readReply } from "./handshake";
import { ConnectionAborted, ProtocolError, toMysqlError } from "./mysql-error";
import { PacketReader } from "./packet";
import { PacketStream } from "./packet-stream";
import { type PreparedStatement, readParameters } from "./prepared";
import { binaryRow, columnPacket, countPacket, eofPacket, errorPacket, MORE_RESULTS, okPacket, preparedPacket, textRow } from "./result-packets";

/** What a connection needs of the frontend behind it. */
export interface ConnectionSession {
  readonly textStyle: TextStyle;
  /** Runs a text of one or more statements; the results come in order, the first failure ends it. */
  execute(sql: string, parameters: readonly CellValue[]): Promise<readonly StatementResult[]>;
  useDatabase(name: string): Promise<void>;
  countParameters(sql: string): number;
  /** Whether the connection must be cut instead of answering this text. */
  dropsReply(sql: string): boolean;
}

export interface ConnectionOptions {
  readonly id: number;
  readonly version: ServerVersion;
  readonly user: { readonly name: string; readonly password: string } | null;
  readonly tls: SecureContext | null;
  readonly session: ConnectionSession;
}

const COMMAND = { quit: 0x01, initDb: 0x02, query: 0x03, fieldList: 0x04, statistics: 0x09, ping: 0x0e, prepare: 0x16, execute: 0x17, closeStatement: 0x19, resetStatement: 0x1a, resetConnection: 0x1f } as const;
const UNKNOWN_COMMAND = new ProtocolError(1047, "08S01", "Unknown command");
const MAX_PREPARED = 10_000;

/** Serves one client from the greeting until it leaves. */
export async function serveConnection(socket: Socket, options: ConnectionOptions): Promise<void> {
  const packets = new PacketStream(socket);
  try {
    if (await login(socket, packets, options)) await commandLoop(packets, options);
  } catch (error) {
    if (!(error instanceof ConnectionAborted)) packets.send(errorPacket(toMysqlError(error, options.version)));
  } finally {
    packets.end();
  }
}

async function login(socket: Socket, packets: PacketStream, options: ConnectionOptions): Promise<boolean> {
  const scramble = newScramble();
  packets.send(greeting({ serverVersion: options.version.handshake, connectionId: options.id, scramble, tls: options.tls !== null }));
  let packet = await packets.read();
  if (packet === null) return false;
  let reply = readReply(packet);
  if (reply.kind === "tls") {
    if (options.tls === null) return false;
    packets.detach();
    packets.attach(new TLSSocket(socket, { isServer: true, secureContext: options.tls }));
    packet = await packets.read();
    if (packet === null) return false;
    reply = readReply(packet);
  }
  if (reply.kind !== "login") return false;
  let proof = reply.proof;
  if (options.user !== null && reply.plugin !== NATIVE_PASSWORD) {
    packets.send(authSwitch(scramble));
    proof = (await packets.read()) ?? Buffer.alloc(0);
  }
  if (options.user !== null && !(reply.user === options.user.name && provesPassword(proof, options.user.password, scramble))) {
    packets.send(errorPacket({ errno: 1698, sqlstate: "28000", message: `Authenticate failed, user: "${reply.user}", auth_plugin: "${NATIVE_PASSWORD}"` }));
    return false;
  }
  if (reply.database !== null) await options.session.useDatabase(reply.database);
  packets.send(okPacket(0, 0));
  return true;
}

async function commandLoop(packets: PacketStream, options: ConnectionOptions): Promise<void> {
  const prepared = new Map<number, PreparedStatement>();
  let nextStatement = 1;
  for (;;) {
    const packet = await packets.read();
    if (packet === null) return;
    const body = packet.subarray(1);
    switch (packet[0]) {
      case COMMAND.quit: return;
      case COMMAND.initDb: await answer(packets, options, async () => (await options.session.useDatabase(body.toString("utf8")), [])); break;
      case COMMAND.query: await runQuery(packets, options, body.toString("utf8")); break;
      case COMMAND.ping: case COMMAND.resetConnection: case COMMAND.resetStatement: packets.send(okPacket(0, 0)); break;
      case COMMAND.statistics: packets.send(Buffer.from("Uptime: 1")); break;
      case COMMAND.fieldList: packets.send(eofPacket(0)); break;
      case COMMAND.prepare: {
        if (prepared.size >= MAX_PREPARED) {
          packets.send(errorPacket(new ProtocolError(1210, "HY000", `(InvalidArguments): Prepared statement cache is full, max capacity: ${MAX_PREPARED}`)));
          break;
        }
        nextStatement = prepare(packets, options, prepared, nextStatement, body.toString("utf8"));
        break;
      }
      case COMMAND.execute: await executePrepared(packets, options, prepared, body); break;
      case COMMAND.closeStatement: prepared.delete(new PacketReader(body).int(4)); break;
      default: packets.send(errorPacket(UNKNOWN_COMMAND));
    }
  }
}

async function runQuery(packets: PacketStream, options: ConnectionOptions, sql: string): Promise<void> {
  await answer(packets, options, async () => {
    const dropped = options.session.dropsReply(sql);
    try {
      return await options.session.execute(sql, []);
    } finally {
      if (dropped) packets.destroy();
    }
  });
}

/** Column definitions are left to the execution: what the real server does for everything but SELECT and INSERT. */
function prepare(packets: PacketStream, options: ConnectionOptions, prepared: Map<number, PreparedStatement>, id: number, sql: string): number {
  let parameters: number;
  try {
    parameters = options.session.countParameters(sql);
  } catch (error) {
    packets.send(errorPacket(toMysqlError(error, options.version)));
    return id;
  }
  prepared.set(id, { sql, parameters, types: [] });
  packets.batch(() => {
    packets.send(preparedPacket(id, 0, parameters));
    if (parameters === 0) return;
    for (let i = 0; i < parameters; i++) packets.send(columnPacket({ name: "?", type: { kind: "String" } }));
    packets.send(eofPacket(0));
  });
  return id + 1;
}

async function executePrepared(packets: PacketStream, options: ConnectionOptions, prepared: Map<number, PreparedStatement>, body: Buffer): Promise<void> {
  await answer(packets, options, async () => {
    const id = new PacketReader(body).int(4);
    const statement = prepared.get(id);
    if (statement === undefined) throw new ProtocolError(1243, "HY000", `Unknown prepared statement handler (${id}) given to EXECUTE`);
    const { values, types } = readParameters(body, statement);
    prepared.set(id, { ...statement, types });
    return options.session.execute(statement.sql, values);
  }, true);
}

async function answer(packets: PacketStream, options: ConnectionOptions, run: () => Promise<readonly StatementResult[]>, binary = false): Promise<void> {
  try {
    const results = await run();
    packets.batch(() => {
      if (results.length === 0) packets.send(okPacket(0, 0));
      results.forEach((result, i) => sendResult(packets, result, options.session.textStyle, i < results.length - 1 ? MORE_RESULTS : 0, binary));
    });
  } catch (error) {
    if (error instanceof ConnectionAborted) throw error;
    packets.send(errorPacket(toMysqlError(error, options.version)));
  }
}

function sendResult(packets: PacketStream, result: StatementResult, style: TextStyle, status: number, binary: boolean): void {
  if (result.kind === "ok") {
    packets.send(okPacket(result.affectedRows, status));
    return;
  }
  packets.send(countPacket(result.columns.length));
  for (const column of result.columns) packets.send(columnPacket(column));
  packets.send(eofPacket(status));
  const encode = binary ? binaryRow : textRow;
  for (const row of result.rows) packets.send(encode(result.columns, row, style));
  packets.send(eofPacket(status));
}
