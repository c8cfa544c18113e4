import { datanodeId, regionId, splitRegionId, type DatanodeId, type RegionId } from "../../topology/ids";
import type { Diagnostic } from "../../topology/diagnostic";
import { errorDiagnostic } from "../../topology/diagnostic";
import type { Move } from "../../planning/change";
import {
  PortError,
  type Heartbeats,
  type MovePort,
  type ProcedureState,
  type RegionLeader,
  type RunningProcedures,
  type SubmitResult,
} from "../port";
import type { Session } from "./connect";
import { isAnswerLost, procedureCause, StatementError } from "./errors";
import { procedureKind, readNodes, regionStatus } from "./inspect";
import { lockedRegions, lockedTableIds } from "./lock-keys";
import { migrationUnsupported } from "./server";
import {
  flushRegion,
  migrateRegion,
  procedureState,
  SELECT_RUNNING_PROCEDURES,
  selectLeaders,
  selectProcedures,
} from "./statements";
import type { Capabilities } from "./version";

/** The steps of a move on GreptimeDB. `server` is asked on first use and then known. */
export function greptimeMoves(session: Session, server: () => Promise<Capabilities>): MovePort {
  return {
    flush: async (region) => void (await session.read(flushRegion(await movable(server), region))),
    submit: async (move, replayTimeoutSeconds) => submit(session, await server(), move, replayTimeoutSeconds),
    procedures: async (ids) => procedures(session, await movable(server), ids),
    running: async (regions) => running(session, await movable(server), regions),
    leaders: async (regions) => leaders(session, await movable(server), regions),
    heartbeats: async () => heartbeats(session, await movable(server)),
  };
}

/** Servers before 0.7 are refused with a clear word. */
async function movable(server: () => Promise<Capabilities>): Promise<Capabilities> {
  const capabilities = await server();
  if (capabilities.scope === "full") return capabilities;
  throw new PortError(migrationUnsupported(capabilities), false, false);
}

async function submit(
  session: Session,
  server: Capabilities,
  move: Move,
  replayTimeoutSeconds: number,
): Promise<SubmitResult> {
  if (server.scope !== "full") return { kind: "refused", diagnostic: migrationUnsupported(server) };
  try {
    const rows = await session.run(migrateRegion(server, move, replayTimeoutSeconds));
    const procedure = rows[0]?.[0] ?? "";
    if (procedure !== "") return { kind: "submitted", procedure };
    // Up to 0.14 a region that is there already gives no procedure id.
    return (await leads(session, server, move))
      ? { kind: "already-there" }
      : { kind: "transient", diagnostic: noProcedure(move) };
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return afterFailure(session, server, move, error);
  }
}

async function afterFailure(
  session: Session,
  server: Capabilities,
  move: Move,
  error: PortError,
): Promise<SubmitResult> {
  const diagnostic: Diagnostic = { ...error.diagnostic, address: addressOf(move) };
  if (!(error instanceof StatementError)) return { kind: error.transient ? "transient" : "refused", diagnostic };
  if (isAnswerLost(error)) {
    const found = await adopt(session, server, move);
    // That nothing is to be seen yet does not mean that the server has not taken it.
    if (found === null) throw error;
    return found;
  }
  switch (error.nature) {
    case "already-there":
      return { kind: "already-there" };
    case "busy":
      return { kind: "busy" };
    case "connection-lost":
    case "transient":
      if (diagnostic.code === "GREPTIMEDB_STATEMENT_FAILED" && (await leads(session, server, move)))
        return { kind: "already-there" };
      return { kind: "transient", diagnostic: explainPeer(move, error.serverText, diagnostic) };
    case "permanent":
    case "missing":
    case "exists":
    case "unknown-procedure":
      if (await leads(session, server, move)) return { kind: "already-there" };
      return { kind: "refused", diagnostic };
  }
}

/** The answer was lost: the procedure may be running or done; null: nothing is to be seen of it. */
async function adopt(session: Session, server: Capabilities, move: Move): Promise<SubmitResult | null> {
  try {
    const procedure = (await running(session, server, [move.region])).migrations.get(move.region);
    if (procedure !== undefined) return { kind: "submitted", procedure };
    return (await leads(session, server, move)) ? { kind: "already-there" } : null;
  } catch (error) {
    if (error instanceof PortError) return null;
    throw error;
  }
}

async function leads(session: Session, server: Capabilities, move: Move): Promise<boolean> {
  const region = (await leaders(session, server, [move.region])).get(move.region);
  return region?.leader === move.to && region.status === "ALIVE";
}

/** The server calls it the target even when it is the source: say which one it is. */
function explainPeer(move: Move, serverText: string, diagnostic: Diagnostic): Diagnostic {
  if (diagnostic.code !== "GREPTIMEDB_PEER_UNAVAILABLE") return diagnostic;
  const peer = /temporally: (\d+)/.exec(serverText)?.[1];
  if (peer === undefined) return diagnostic;
  const role = peer === String(move.from) ? "source" : peer === String(move.to) ? "target" : undefined;
  if (role === undefined) return diagnostic;
  return { ...diagnostic, summary: `Datanode ${peer}, the ${role} of the move, does not answer` };
}

function noProcedure(move: Move): Diagnostic {
  return errorDiagnostic({
    code: "GREPTIMEDB_NO_PROCEDURE",
    summary: "The server accepted the move but named no procedure",
    detail: "The region is not on the target. Try again.",
    address: addressOf(move),
  });
}

function addressOf(move: Move): string {
  return `${move.table.database}.${move.table.name} ${move.partition}`;
}

async function procedures(
  session: Session,
  server: Capabilities,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ProcedureState>> {
  const states = new Map<string, ProcedureState>();
  if (ids.length === 0) return states;
  const unclear: string[] = server.procedureInfo ? [] : [...ids];
  if (server.procedureInfo) {
    const found = new Map((await session.read(selectProcedures(ids))).map(([id, status]) => [id ?? "", status ?? ""]));
    for (const id of ids) {
      const status = found.get(id);
      if (status === undefined) states.set(id, { kind: "unknown" });
      else if (status === "Running") states.set(id, { kind: "running" });
      else if (status === "Done") states.set(id, { kind: "done" });
      else unclear.push(id);
    }
  }
  // procedure_info has no error text: only what goes wrong is asked for one by one.
  for (const id of unclear) states.set(id, await oneProcedure(session, server, id));
  return states;
}

async function oneProcedure(session: Session, server: Capabilities, id: string): Promise<ProcedureState> {
  try {
    const rows = await session.read(procedureState(server, id));
    return parseProcedureState(rows[0]?.[0] ?? "");
  } catch (error) {
    if (error instanceof PortError && error.diagnostic.code === "GREPTIMEDB_PROCEDURE_NOT_FOUND")
      return { kind: "unknown" };
    throw error;
  }
}

/** The answer of procedure_state, e.g. `{"status":"Retrying","error":"Expected to retry later, …"}`. */
export function parseProcedureState(text: string): ProcedureState {
  const { status, error } = procedureJson(text);
  switch (status.toLowerCase()) {
    case "running":
      return { kind: "running" };
    case "done":
      return { kind: "done" };
    case "retrying":
      return { kind: "retrying", error, cause: procedureCause(error) };
    case "preparerollback":
    case "rollingback":
      return { kind: "rolling-back", error, cause: procedureCause(error) };
    case "failed":
      return { kind: "failed", error: error === "" ? "The server gives no reason." : error, cause: procedureCause(error) };
    case "poisoned":
      return { kind: "failed", error: `The region is locked until it is repaired by hand. ${error}`.trim(), cause: procedureCause(error) };
    default:
      return { kind: "unknown" };
  }
}

function procedureJson(text: string): { readonly status: string; readonly error: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return { status: "", error: "" };
    const { status, error } = value as { status?: unknown; error?: unknown };
    return { status: typeof status === "string" ? status : "", error: typeof error === "string" ? error : "" };
  } catch {
    return { status: "", error: "" };
  }
}

async function running(
  session: Session,
  server: Capabilities,
  regions: readonly RegionId[],
): Promise<RunningProcedures> {
  const migrations = new Map<RegionId, string>();
  const repartitioned = new Set<RegionId>();
  if (!server.procedureInfo || regions.length === 0) return { migrations, repartitioned };
  const wanted = new Set(regions);
  for (const [id, type, , locks] of await session.read(SELECT_RUNNING_PROCEDURES)) {
    const kind = procedureKind(type ?? "");
    if (kind === "region-migration")
      for (const region of lockedRegions(locks ?? "")) if (wanted.has(region)) migrations.set(region, id ?? "");
    if (kind !== "repartition") continue;
    const tables = lockedTableIds(locks ?? "");
    for (const region of regions) if (tables.has(splitRegionId(region).tableId)) repartitioned.add(region);
  }
  return { migrations, repartitioned };
}

async function leaders(
  session: Session,
  server: Capabilities,
  regions: readonly RegionId[],
): Promise<ReadonlyMap<RegionId, RegionLeader>> {
  if (regions.length === 0) return new Map();
  const wanted = new Set(regions.map(String));
  return session.scan(selectLeaders(server, regions), () => {
    const found = new Map<
      RegionId,
      { leader: DatanodeId | null; followers: DatanodeId[]; status: RegionLeader["status"] }
    >();
    return {
      row([region, peer, isLeader, status]) {
        if (region === null || region === undefined || !wanted.has(region)) return;
        const id = regionId(region);
        const entry = found.get(id) ?? { leader: null, followers: [], status: "UNKNOWN" as const };
        found.set(id, entry);
        const datanode = peer === null || peer === undefined ? null : datanodeId(peer);
        if (isLeader !== null && isLeader !== undefined && /^no$/i.test(isLeader)) {
          if (datanode !== null) entry.followers.push(datanode);
          return;
        }
        entry.leader = datanode;
        entry.status = datanode === null ? "UNKNOWN" : regionStatus(status ?? null);
      },
      done: () => found,
    };
  });
}

async function heartbeats(session: Session, server: Capabilities): Promise<Heartbeats> {
  if (server.clusterInfo) {
    const nodes = await readNodes(session, server);
    return {
      metasrvUptimeMs: nodes.metasrvUptimeMs,
      silentMs: new Map(nodes.datanodes.map((node) => [node.id, node.silentMs])),
    };
  }
  // Before 0.8 nothing tells of heartbeats: the datanodes that lead a region are all that is known.
  const rows = await session.read(selectLeaders(server, []));
  const ids = rows.flatMap(([, peer]) => (peer === null || peer === undefined ? [] : [datanodeId(peer)]));
  return { metasrvUptimeMs: null, silentMs: new Map(ids.map((id) => [id, null])) };
}
