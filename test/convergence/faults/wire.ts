import { createServer, connect, type Server, type Socket } from "node:net";
import { executePlan, type ExecuteRequest } from "../../../src/convergence/execute-plan";
import type { Clock } from "../../../src/convergence/clock";
import type { ConvergenceEvent, EventCode } from "../../../src/convergence/events";
import type { Journal } from "../../../src/convergence/journal/journal";
import { memoryJournal } from "../../../src/convergence/journal/journal-memory";
import { resumeFrom, underWay } from "../../../src/convergence/journal/resume";
import type { ConvergenceResult } from "../../../src/convergence/result";
import { startGreptimeDevCluster, type GreptimeDevCluster, type GreptimeDevClusterOptions } from "../../../src/devcluster";
import { openCluster } from "../../../src/engines/open";
import type { ClusterPort } from "../../../src/engines/port";
import { planReading } from "../../../src/operations/greptimedb/plan";
import type { ClusterPlan } from "../../../src/planning/plan";
import { datanodeId } from "../../../src/topology/ids";
import { DEFAULT_LIMITS, type GreptimeClusterDeclaration } from "../../../src/topology/manifest";

/** How much faster than the machine's the time of these tests is: a lease of 10 s is over after 1.25 s. */
const SPEED = 8;

/** The time in which cluster and run live. */
export function fastClock(): Clock & { after(ms: number, action: () => void, background?: boolean): () => void; close(): void } {
  const pending = new Set<NodeJS.Timeout>();
  let closed = false;
  const started = performance.now();
  const base = Date.now();
  return {
    now: () => Math.round(base + (performance.now() - started) * SPEED),
    after(ms, action) {
      if (closed) return () => undefined;
      const timer = setTimeout(() => {
        pending.delete(timer);
        action();
      }, ms / SPEED);
      pending.add(timer);
      return () => {
        pending.delete(timer);
        clearTimeout(timer);
      };
    },
    close() {
      closed = true;
      for (const timer of pending) clearTimeout(timer);
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const end = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", end);
          resolve();
        };
        const timer = setTimeout(end, ms / SPEED);
        signal?.addEventListener("abort", end, { once: true });
      }),
  };
}

export const RULES = ["a < 10", "a >= 10 AND a < 20", "a >= 20"] as const;

export interface Stage {
  readonly cluster: GreptimeDevCluster;
  readonly clock: ReturnType<typeof fastClock>;
  readonly port: ClusterPort;
  readonly declaration: GreptimeClusterDeclaration;
  readonly journal: Journal;
  readonly events: ConvergenceEvent[];
  /** What a client reaches; closes and opens again as a frontend that is restarted. */
  readonly frontend: RestartableProxy;
  /** Regions of `cpu` in the order of the rules. */
  regions(): readonly { readonly id: bigint; readonly leader: bigint | null }[];
  plan(): Promise<ClusterPlan>;
  run(plan: ClusterPlan, more?: Partial<ExecuteRequest>): Promise<ConvergenceResult>;
  /** Calls `action` at the first event of this code. */
  at(code: EventCode, action: () => void): void;
  rows(): Promise<bigint>;
  submissions(): number;
  end(): Promise<void>;
}

export interface StageOptions extends GreptimeDevClusterOptions {
  readonly acceptDataLossOf?: readonly number[];
  readonly limits?: GreptimeClusterDeclaration["placements"][number]["limits"];
}

/** A dev cluster of three datanodes behind a real socket, its table `cpu` on 0, 1 and 2 and declared one datanode further. */
export async function stage(options: StageOptions = {}): Promise<Stage> {
  const { acceptDataLossOf, limits, ...clusterOptions } = options;
  const clock = fastClock();
  const cluster = await startGreptimeDevCluster({ datanodes: 3, procedureDurationMs: 1_500, clock, ...clusterOptions });
  await cluster.sql(`CREATE TABLE cpu (a INT, v DOUBLE, ts TIMESTAMP TIME INDEX, PRIMARY KEY (a)) PARTITION ON COLUMNS (a) (${RULES.join(", ")})`);
  const values = Array.from({ length: 30 }, (_, i) => `(${i}, ${i}, ${1_750_000_000_000 + i})`);
  await cluster.sql(`INSERT INTO cpu (a, v, ts) VALUES ${values.join(", ")}`);
  const regions = () => {
    const tableId = cluster.model.table("public", "cpu")?.tableId;
    const routes = cluster.model.routes().filter((route) => route.tableId === tableId);
    return routes.map(({ regionId, leader }) => ({ id: regionId, leader })).sort((a, b) => (a.id < b.id ? -1 : 1));
  };
  regions().forEach(({ id }, i) => cluster.faults.moveBehindYourBack(id, BigInt(i)));
  const frontend = await RestartableProxy.start(cluster.port);
  const declaration = declare(acceptDataLossOf ?? [], limits ?? DEFAULT_LIMITS);
  const env = { TOPOFORM_GREPTIMEDB_HOST: "127.0.0.1", TOPOFORM_GREPTIMEDB_PORT: String(frontend.port) };
  const port = openCluster(declaration, { env, delay: (ms) => clock.sleep(ms) });
  const journal = memoryJournal();
  const events: ConvergenceEvent[] = [];
  const waiting: { code: EventCode; action: () => void }[] = [];
  const emit = (event: ConvergenceEvent): void => {
    events.push(event);
    for (const entry of waiting.splice(0)) {
      if (entry.code === event.code) entry.action();
      else waiting.push(entry);
    }
  };
  const never = new AbortController().signal;
  return {
    cluster,
    clock,
    port,
    declaration,
    journal,
    events,
    frontend,
    regions,
    async plan() {
      const observed = await port.inspect({ definitions: [{ database: "public", name: "cpu" }] });
      return planReading(declaration, observed, underWay(resumeFrom(journal.records())));
    },
    run: (plan, more = {}) =>
      executePlan({ plan, port, declaration, journal, clock, emit, drain: never, stop: never, ...more, terms: { patienceMs: 20_000, ...more.terms } }),
    at: (code, action) => void waiting.push({ code, action }),
    rows: async () => BigInt(Object.values((await cluster.sql("SELECT count(*) FROM cpu"))[0]!)[0]!),
    submissions: () => cluster.statements().filter(({ sql }) => /migrate_region\(/i.test(sql)).length,
    async end() {
      await port.close();
      await frontend.close();
      await cluster.stop();
      clock.close();
    },
  };
}

function declare(acceptDataLossOf: readonly number[], limits: GreptimeClusterDeclaration["placements"][number]["limits"]): GreptimeClusterDeclaration {
  return {
    engine: "greptimedb",
    name: "prod",
    connection: {},
    sharedStorage: { kind: "s3", bucket: "metrics" },
    tables: [],
    placements: [
      {
        name: "cpu",
        database: "public",
        table: "cpu",
        strategy: "pinned",
        pins: Object.fromEntries(RULES.map((rule, i) => [rule, datanodeId((i + 1) % 3)])),
        replayTimeoutSeconds: 10,
        limits,
        acceptDataLossOf: acceptDataLossOf.map((id) => datanodeId(id)),
      },
    ],
  };
}

/** Passes connections on; while it is down it refuses new ones and has closed the old ones. */
export class RestartableProxy {
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;

  private constructor(
    private readonly target: number,
    public port: number,
  ) {}

  static async start(target: number): Promise<RestartableProxy> {
    const proxy = new RestartableProxy(target, 0);
    await proxy.up();
    return proxy;
  }

  async up(): Promise<void> {
    const server = createServer((client) => {
      const upstream = connect(this.target, "127.0.0.1");
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          this.#sockets.delete(socket);
          (socket === client ? upstream : client).destroy();
        });
      }
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as { port: number }).port;
    this.#server = server;
  }

  down(): void {
    this.#server?.close();
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.down();
  }
}

export function outcomes(result: ConvergenceResult): readonly string[] {
  return result.moves.map((move) => move.outcome);
}

export function codes(result: ConvergenceResult): readonly string[] {
  return [...new Set(result.diagnostics.map((diagnostic) => diagnostic.code))];
}
