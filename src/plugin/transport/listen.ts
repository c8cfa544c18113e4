import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HandshakeRequest } from "./handshake";

/** Where a provider can be reached. */
export interface Endpoint {
  readonly network: "unix" | "tcp";
  readonly address: string;
  /** Stops listening and removes the socket. May be called more than once, and while the process exits. */
  close(): void;
}

type Options = Pick<HandshakeRequest, "minPort" | "maxPort" | "socketDirectory" | "socketGroup">;

/** Socket paths longer than this do not fit into the address structure of some systems. */
const longestPath = 100;

/**
 * Listens where Terraform can connect: on a Unix socket in a directory of its own that only this user may enter, or on a
 * port of 127.0.0.1, which is what Terraform supports on Windows.
 */
export function listen(network: "unix" | "tcp", options: Options, accept: (socket: Socket) => void): Promise<Endpoint> {
  const server = createServer({ noDelay: true }, accept);
  return network === "unix" ? listenOnSocket(server, options) : listenOnPort(server, options);
}

async function listenOnSocket(server: Server, { socketDirectory, socketGroup }: Options): Promise<Endpoint> {
  const directory = mkdtempSync(socketPrefix(socketDirectory ?? tmpdir()));
  const address = join(directory, "s");
  await bound(server, { path: address });
  if (socketGroup !== undefined) openToGroup(directory, address, groupId(socketGroup));
  return {
    network: "unix",
    address,
    close() {
      server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function socketPrefix(parent: string): string {
  const prefix = join(parent, "plugin");
  return prefix.length + "XXXXXX/s".length <= longestPath ? prefix : "/tmp/plugin";
}

function openToGroup(directory: string, socket: string, group: number): void {
  for (const [path, mode] of [
    [directory, 0o710],
    [socket, 0o660],
  ] as const) {
    chownSync(path, process.getuid?.() ?? -1, group);
    chmodSync(path, mode);
  }
}

function groupId(group: string): number {
  if (/^\d+$/.test(group)) return Number(group);
  const line = readFileSync("/etc/group", "utf8")
    .split("\n")
    .find((one) => one.startsWith(`${group}:`));
  const id = line?.split(":")[2];
  if (id === undefined) throw new Error(`PLUGIN_UNIX_SOCKET_GROUP names the group "${group}", which does not exist`);
  return Number(id);
}

async function listenOnPort(server: Server, { minPort, maxPort }: Options): Promise<Endpoint> {
  for (let port = minPort; port <= maxPort; port++) {
    try {
      await bound(server, { host: "127.0.0.1", port });
    } catch (error) {
      if (!isTaken(error)) throw error;
      continue;
    }
    return { network: "tcp", address: `127.0.0.1:${port}`, close: () => void server.close() };
  }
  throw new Error(`no port between ${minPort} and ${maxPort} is free on 127.0.0.1`);
}

function bound(server: Server, where: { readonly path: string } | { readonly host: string; readonly port: number }) {
  return new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function isTaken(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EADDRINUSE" || code === "EACCES";
}
