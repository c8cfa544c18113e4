import { createServer, type Server, type Socket } from "node:net";
import { serveConnection } from "./pg-connection";
import type { ConnectionOptions } from "./start-connection";

export interface PgServer {
  readonly port: number;
  /** Ends every connection and stops listening. */
  stop(): Promise<void>;
}

/** Listens for PostgreSQL clients. Rejects when the port is taken; 0 takes any free one. */
export async function startPgServer(options: ConnectionOptions & { readonly host: string; readonly port: number }): Promise<PgServer> {
  return startTcpServer(options, (socket) => void serveConnection(socket, options));
}

export async function startTcpServer({ host, port }: { readonly host: string; readonly port: number }, serve: (socket: Socket) => void): Promise<PgServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    serve(socket);
  });
  const actual = await listen(server, host, port);
  return {
    port: actual,
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
