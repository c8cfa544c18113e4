import { canonicalHost } from "../canonical-host";
import { DiagnosticError } from "../../topology/diagnostic";
import type { KwdbClusterDeclaration } from "../../topology/kwdb/cluster";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import type { KwdbChange } from "../../planning/kwdb/change";
import { withRetries } from "./attempts";
import { applySettingChange } from "./apply-setting";
import { applyZoneChange } from "./apply-zone";
import { openSession, type Session } from "./connect";
import { inspectCluster, readNodes } from "./inspect";
import type { Environment } from "../connection-settings";
import { onceUntilSuccess } from "../once-until-success";
import { sessionOptions, type OpenOptions } from "../open-options";
import type { ApplyOptions, ApplyOutcome, KwdbInspectRequest, KwdbPort } from "../kwdb-port";
import { applyRebalance, newestRebalanceJob } from "./rebalance";
import { readLiveRange } from "./replicas";
import { detectServer, type DetectedServer } from "./server";
import { resolveConnection } from "./settings";
import { changeStatements, selectRangesWithLeases } from "./statements";
import { waitForReplicas } from "./wait-for-replicas";

/**
 * The port of one KWDB cluster. Settings are resolved at once (throws {@link DiagnosticError} with every problem);
 * the first statement connects, and loads the driver.
 */
export function openKwdbCluster(
  declaration: Pick<KwdbClusterDeclaration, "connection">,
  options: OpenOptions,
): KwdbPort {
  const resolved = resolveConnection(declaration.connection, options.env);
  if (resolved.kind === "invalid") throw new DiagnosticError(resolved.diagnostics);
  const own = sessionOptions(options);
  return kwdbPort(openSession(resolved.settings, own), { ...options, delay: own.delay });
}

/** Tells clusters apart, whatever they are called in a manifest: lock and journal belong to it. Throws like {@link openKwdbCluster}. */
export function kwdbClusterIdentity(declaration: Pick<KwdbClusterDeclaration, "connection">, env: Environment): string {
  const resolved = resolveConnection(declaration.connection, env);
  if (resolved.kind === "invalid") throw new DiagnosticError(resolved.diagnostics);
  return `kwdb ${resolved.settings.endpoints.map(({ host, port }) => `${canonicalHost(host)}:${port}`).join(",")}`;
}

/** The port on a session: all of {@link openKwdbCluster} but the connection. */
export function kwdbPort(
  session: Session,
  options: Pick<OpenOptions, "onNotice"> & { readonly delay: (ms: number) => Promise<void> },
): KwdbPort {
  const waiting = { delay: options.delay };
  const server = onceUntilSuccess(async (): Promise<DetectedServer> => {
    const detected = await detectServer(session);
    for (const notice of detected.notices) options.onNotice?.(notice);
    return detected;
  });
  const inspect = async (request: KwdbInspectRequest): ReturnType<typeof inspectCluster> =>
    inspectCluster(session, await server(), request);

  return {
    engine: "kwdb",
    inspect,
    statementsOf: changeStatements,
    async applyChange(change, apply = {}) {
      await server();
      return applyChange(session, change, waiting, apply);
    },
    async newestRebalanceJob() {
      await server();
      return newestRebalanceJob(session);
    },
    async waitForReplicas(targets, wait = {}) {
      const cluster = await withRetries(waiting, () =>
        inspect({ cluster: { zones: targets.map(asZone), settings: [], rebalances: [] } }),
      );
      return waitForReplicas(
        session,
        { targets, options: wait, cluster, nodes: () => readNodes(session, false) },
        waiting,
      );
    },
    async ranges(filter = {}) {
      await server();
      const nodes = await readNodes(session, true);
      return (await session.read(selectRangesWithLeases(filter))).map((row) => readLiveRange(row, nodes));
    },
    async nodes() {
      await server();
      return readNodes(session, true);
    },
    close: () => session.close(),
  };
}

function applyChange(
  session: Session,
  change: KwdbChange,
  waiting: { readonly delay: (ms: number) => Promise<void> },
  options: ApplyOptions,
): Promise<ApplyOutcome> {
  switch (change.kind) {
    case "configure-zone":
    case "replace-zone":
    case "discard-zone":
      return applyZoneChange(session, change, waiting);
    case "set-setting":
    case "reset-setting":
      return applySettingChange(session, change, waiting);
    case "rebalance":
      return applyRebalance(session, change, waiting, options);
  }
}

/** A zone of which only the target matters: that its table and partitions are read. */
function asZone(target: ZoneTarget): KwdbClusterDeclaration["zones"][number] {
  return { target, values: {}, copyFromParent: [], allowSystemRange: true, waitForReplicas: false };
}
