import { createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";

export type Reply =
  | { readonly rows: readonly (readonly (string | null)[])[] }
  | { readonly error: readonly [errno: number, message: string] }
  | "ok"
  /** The connection ends without an answer. */
  | "drop"
  /** Never an answer. */
  | "hang";

export interface FakeMySql {
  readonly port: number;
  readonly statements: string[];
  connections(): number;
  /** Ends all connections, as a server that goes away. */
  dropAll(): void;
  stop(): Promise<void>;
}

export interface FakeMySqlOptions {
  readonly reply?: (sql: string) => Reply;
  /** Instead of OK after the login. */
  readonly loginError?: readonly [errno: number, message: string];
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly port?: number;
}

const CAPABILITIES = 0x1 | 0x2 | 0x4 | 0x8 | 0x200 | 0x8000 | 0x80000;
const TLS_CAPABILITY = 0x800;

/** As much of MySQL's wire protocol as a client needs to log in and to run statements: enough to misbehave in every way. */
export async function startFakeMySql(options: FakeMySqlOptions = {}): Promise<FakeMySql> {
  const sockets = new Set<Socket>();
  const statements: string[] = [];
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    greet(socket, options, statements);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    statements,
    connections: () => sockets.size,
    dropAll: () => sockets.forEach((socket) => socket.destroy()),
    stop: () => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function greet(socket: Socket, options: FakeMySqlOptions, statements: string[]): void {
  const capabilities = CAPABILITIES | (options.tls === undefined ? 0 : TLS_CAPABILITY);
  const head = Buffer.alloc(31);
  head.writeUInt32LE(7, 0);
  Buffer.from("abcdefgh").copy(head, 4);
  head.writeUInt16LE(capabilities & 0xffff, 13);
  head[15] = 33;
  head.writeUInt16LE(capabilities >>> 16, 18);
  head[20] = 21;
  send(
    socket,
    0,
    Buffer.concat([
      Buffer.from([10]),
      cstring("8.4.2"),
      head,
      cstring("ijklmnopqrst"),
      cstring("mysql_native_password"),
    ]),
  );
  receive(socket, (stream, sequence, body, phase) => {
    if (phase === "login" && options.tls !== undefined && body.length === 32) {
      const { cert, key } = options.tls;
      return () => new TLSSocket(stream, { isServer: true, cert, key });
    }
    if (phase === "login") {
      send(stream, sequence + 1, options.loginError === undefined ? OK : errorPacket(options.loginError));
    } else if (body[0] === 3) {
      const sql = body.subarray(1).toString("utf8");
      statements.push(sql);
      answer(stream, options.reply?.(sql) ?? "ok");
    } else {
      stream.end();
    }
    return undefined;
  });
}

type OnPacket = (
  stream: Socket,
  sequence: number,
  body: Buffer,
  phase: "login" | "command",
) => (() => Socket) | undefined;

function receive(socket: Socket, onPacket: OnPacket): void {
  let stream = socket;
  let phase: "login" | "command" = "login";
  let buffered = Buffer.alloc(0);
  const onData = (data: Buffer): void => {
    buffered = Buffer.concat([buffered, data]);
    while (buffered.length >= 4 && buffered.length >= 4 + buffered.readUIntLE(0, 3)) {
      const length = buffered.readUIntLE(0, 3);
      const body = buffered.subarray(4, 4 + length);
      const sequence = buffered[3] ?? 0;
      buffered = buffered.subarray(4 + length);
      const secure = onPacket(stream, sequence, body, phase);
      if (secure === undefined) {
        phase = "command";
        continue;
      }
      // The client's TLS greeting may have come along with its request.
      stream.off("data", onData);
      stream.pause();
      if (buffered.length > 0) stream.unshift(buffered);
      buffered = Buffer.alloc(0);
      stream = secure();
      stream.on("error", () => undefined);
      stream.on("data", onData);
    }
  };
  stream.on("data", onData);
}

function answer(socket: Socket, reply: Reply): void {
  if (reply === "hang") return;
  if (reply === "drop") {
    socket.destroy();
  } else if (reply === "ok") {
    send(socket, 1, OK);
  } else if ("error" in reply) {
    send(socket, 1, errorPacket(reply.error));
  } else {
    const columns = reply.rows[0]?.length ?? 1;
    let sequence = 1;
    send(socket, sequence++, Buffer.from([columns]));
    for (let i = 0; i < columns; i++) send(socket, sequence++, columnPacket(`c${i}`));
    send(socket, sequence++, EOF);
    for (const row of reply.rows) send(socket, sequence++, Buffer.concat(row.map(value)));
    send(socket, sequence, EOF);
  }
}

const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
const EOF = Buffer.from([0xfe, 0, 0, 2, 0]);

function errorPacket([errno, message]: readonly [number, string]): Buffer {
  return Buffer.concat([Buffer.from([0xff, errno & 0xff, errno >> 8]), Buffer.from(`#HY000${message}`)]);
}

function columnPacket(name: string): Buffer {
  const tail = Buffer.from([0x0c, 33, 0, 255, 0, 0, 0, 0xfd, 0, 0, 0, 0, 0]);
  return Buffer.concat([value("def"), value(""), value(""), value(""), value(name), value(name), tail]);
}

function value(text: string | null): Buffer {
  if (text === null) return Buffer.from([0xfb]);
  const bytes = Buffer.from(text);
  if (bytes.length > 250) throw new Error("the fake server only sends short values");
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function cstring(text: string): Buffer {
  return Buffer.from(`${text}\u0000`);
}

function send(socket: Socket, sequence: number, body: Buffer): void {
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = sequence & 0xff;
  if (!socket.destroyed) socket.write(Buffer.concat([head, body]));
}
