import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext } from "node:tls";
import type { ServerVersion } from "../server-version";
import { type ConnectionSession, serveConnection } from "./mysql-connection";

export interface MysqlServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly version: ServerVersion;
  /** null accepts every user. */
  readonly user: { readonly name: string; readonly password: string } | null;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly newSession: () => ConnectionSession;
}

export interface MysqlServer {
  readonly port: number;
  /** Ends every connection and stops listening. */
  stop(): Promise<void>;
}

/** Listens for MySQL clients. Rejects when the port is taken. */
export async function startMysqlServer(options: MysqlServerOptions): Promise<MysqlServer> {
  const sockets = new Set<Socket>();
  const tls = options.tls === null ? null : createSecureContext(options.tls);
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    void serveConnection(socket, { id: ++connections, version: options.version, user: options.user, tls, session: options.newSession() });
  });
  const port = await listen(server, options.host, options.port);
  return {
    port,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : port);
    });
  });
}
