import { type PgServer, startTcpServer } from "./pg-server";

const HEAD_END = "\r\n\r\n";

/** The node's HTTP port: answers `GET /health`, 404 to other requests, and nothing at all to what is no HTTP. */
export async function startHttpServer(options: { readonly host: string; readonly port: number; readonly nodeId: number; readonly address: () => string }): Promise<PgServer> {
  return startTcpServer(options, (socket) => {
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (!received.includes(HEAD_END)) return;
      const [method, path] = received.split(" ");
      received = "";
      const found = method === "GET" && path === "/health";
      const body = found ? JSON.stringify({ nodeId: options.nodeId, address: { networkField: "tcp", addressField: options.address() } }) : "Not Found\n";
      socket.write(`HTTP/1.1 ${found ? "200 OK" : "404 Not Found"}\r\nContent-Type: ${found ? "application/json" : "text/plain"}\r\nContent-Length: ${Buffer.byteLength(body)}${HEAD_END}${body}`);
    });
  });
}
