import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ClusterModelImpl } from "./cluster-model";

export interface HttpAdminOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
}

export interface HttpAdmin {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

type Handler = (query: URLSearchParams) => Answer;

/**
 * Metasrv's HTTP administration: paths and bodies as observed on 1.0.2 and 1.1.4, and by version before.
 * The connection is cut without an answer while the emulated metasrv is down.
 */
export async function startHttpAdmin(model: ClusterModelImpl, { host = "127.0.0.1", port = 0 }: HttpAdminOptions = {}): Promise<HttpAdmin> {
  const handlers = handlersOf(model);
  const server = createServer((request, response) => respond(model, handlers, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return { host, port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function respond(model: ClusterModelImpl, handlers: ReadonlyMap<string, Handler>, request: IncomingMessage, response: ServerResponse): void {
  if (!model.admin.metasrvUp()) {
    request.socket.destroy();
    return;
  }
  const url = new URL(request.url ?? "/", "http://metasrv");
  const handler = handlers.get(`${request.method ?? "GET"} ${url.pathname}`);
  const answer = handler === undefined ? notFound(handlers, url.pathname) : handler(url.searchParams);
  response.writeHead(answer.status, { "content-type": answer.body.startsWith("{") || answer.body.startsWith("[") ? "application/json" : "text/plain; charset=utf-8" });
  response.end(answer.body);
}

function notFound(handlers: ReadonlyMap<string, Handler>, path: string): Answer {
  const known = ["GET", "POST", "PUT"].some((method) => handlers.has(`${method} ${path}`));
  return { status: known ? 405 : 404, body: "" };
}

const text = (body: string): Answer => ({ status: 200, body });
const json = (value: unknown): Answer => text(JSON.stringify(value));

function handlersOf(model: ClusterModelImpl): ReadonlyMap<string, Handler> {
  const { admin, faults, settings } = model;
  const handlers = new Map<string, Handler>([
    ["GET /health", () => text("{}")],
    ["GET /admin/health", () => text("OK\n")],
    ["GET /admin/leader", () => text(settings.metasrvAddress)],
    ["GET /admin/node-lease", () => json(nodeLeases(model))],
    ["GET /admin/heartbeat", (query) => json(heartbeats(model, query.get("addr")))],
  ]);
  const { maintenance, verbs } = settings.traits.admin;
  const maintenanceAnswer = (): Answer =>
    maintenance === "json" ? json({ enabled: admin.maintenance() }) : text(`Maintenance mode is ${admin.maintenance() ? "enabled" : "disabled"}`);
  if (maintenance !== "none") {
    handlers.set("GET /admin/maintenance", maintenanceAnswer);
    handlers.set("PUT /admin/maintenance", (query) => {
      const enable = query.get("enable");
      if (enable !== "true" && enable !== "false") return { status: 400, body: "missing or invalid parameter: enable" };
      faults.setMaintenance(enable === "true");
      return maintenanceAnswer();
    });
  }
  if (verbs) {
    addSwitch(handlers, "/admin/maintenance", maintenanceAnswer, faults.setMaintenance);
    addSwitch(handlers, "/admin/recovery", () => json({ enabled: admin.recovery() }), admin.setRecovery);
    addProcedureManager(handlers, model);
    addTableSequence(handlers, model);
  }
  return handlers;
}

function addSwitch(handlers: Map<string, Handler>, path: string, answer: () => Answer, set: (enabled: boolean) => void): void {
  handlers.set(`GET ${path}/status`, answer);
  for (const [verb, enabled] of [["enable", true], ["disable", false]] as const) {
    handlers.set(`POST ${path}/${verb}`, () => {
      set(enabled);
      return answer();
    });
  }
}

function addProcedureManager(handlers: Map<string, Handler>, { admin, faults }: ClusterModelImpl): void {
  const answer = (): Answer => json({ status: admin.procedureManagerPaused() ? "paused" : "running" });
  handlers.set("GET /admin/procedure-manager/status", answer);
  handlers.set("POST /admin/procedure-manager/pause", () => {
    faults.pauseProcedureManager();
    return answer();
  });
  handlers.set("POST /admin/procedure-manager/resume", () => {
    faults.resumeProcedureManager();
    return answer();
  });
}

function addTableSequence(handlers: Map<string, Handler>, { admin }: ClusterModelImpl): void {
  handlers.set("GET /admin/sequence/table/next-id", () => json({ next_table_id: admin.nextTableId() }));
  handlers.set("POST /admin/sequence/table/set-next-id", (query) => {
    const id = Number(query.get("next_table_id"));
    if (!Number.isInteger(id) || id < admin.nextTableId()) return { status: 400, body: "next_table_id must be an integer that is not below the current one" };
    admin.setNextTableId(id);
    return json({ next_table_id: id });
  });
}

/** `2026-11-21 07:38:33.499`. */
const humanTime = (ms: number): string => new Date(ms).toISOString().replace("T", " ").replace("Z", "");

function nodeLeases({ admin }: ClusterModelImpl): unknown {
  return admin.leases().map(({ peerId, address, heardMs }) => ({
    name: { node_id: Number(peerId) },
    human_time: humanTime(heardMs),
    lease: { timestamp_millis: heardMs, node_addr: address, workloads: { Datanode: { types: [0] } } },
  }));
}

function heartbeats({ admin }: ClusterModelImpl, address: string | null): unknown {
  return admin
    .leases()
    .filter((lease) => address === null || lease.address === address)
    .map(({ peerId, address: addr, heardMs, leaderRegions }) => ({
      timestamp_millis: heardMs, id: Number(peerId), addr, region_num: leaderRegions, datanode_workloads: { types: [0] },
    }));
}
