import type { GreptimeClusterDeclaration } from "../../topology/manifest";
import { DiagnosticError } from "../../topology/diagnostic";
import type { TableName } from "../../planning/change";
import type { ObservedGreptimeCluster, ObservedTable } from "../../planning/observed";
import { onceUntilSuccess } from "../once-until-success";
import { sessionOptions, type OpenOptions } from "../open-options";
import { PortError, type ClusterPort } from "../port";
import { applyTableChange } from "./apply-table-change";
import { openSession, type Session } from "./connect";
import { definitionOf, readCreateTable, withDefinitions } from "./definitions";
import { diffTable } from "./diff";
import { inspectCluster, type Inspection } from "./inspect";
import { greptimeMoves } from "./moves";
import { greptimeRows } from "./rows";
import { detectServer, versionNotices } from "./server";
import { resolveConnection } from "./settings";
import { selectTable, tableChangeStatements } from "./statements";
import { capabilitiesOf, type Capabilities } from "./version";

/**
 * The port of one GreptimeDB cluster. Settings are resolved at once (throws {@link DiagnosticError} with every problem);
 * the first statement connects, and loads the driver.
 */
export function openGreptimeCluster(
  declaration: Pick<GreptimeClusterDeclaration, "connection">,
  options: OpenOptions,
): ClusterPort {
  const resolved = resolveConnection(declaration.connection, options.env);
  if (resolved.kind === "invalid") throw new DiagnosticError(resolved.diagnostics);
  const own = sessionOptions(options);
  return greptimePort(openSession(resolved.settings, own), { ...options, delay: own.delay });
}

/** The port on a session: all of {@link openGreptimeCluster} but the connection. */
export function greptimePort(
  session: Session,
  options: Pick<OpenOptions, "onNotice"> & { readonly delay: (ms: number) => Promise<void> },
): ClusterPort {
  const server = onceUntilSuccess(async () => {
    const detected = await detectServer(session);
    for (const notice of versionNotices(detected)) options.onNotice?.(notice);
    return detected;
  });
  const moves = greptimeMoves(session, server);
  const inspections = new WeakMap<ObservedGreptimeCluster, Inspection>();
  const remember = (inspection: Inspection): ObservedGreptimeCluster => {
    inspections.set(inspection.cluster, inspection);
    return inspection.cluster;
  };

  async function inspect(definitions: readonly TableName[]): Promise<ObservedGreptimeCluster> {
    const capabilities = await server();
    const read = async (): Promise<Inspection> =>
      withDefinitions(session, await inspectCluster(session, capabilities), definitions);
    try {
      return remember(await read());
    } catch (error) {
      if (error instanceof PortError && error.diagnostic.code === "GREPTIMEDB_TABLE_CHANGING")
        return remember(await read());
      throw error;
    }
  }

  return {
    engine: "greptimedb",
    inspect: ({ definitions }) => inspect(definitions),
    async readDefinitions(observed, tables) {
      const known = inspections.get(observed);
      if (known !== undefined) return remember(await withDefinitions(session, known, tables));
      // A snapshot of another port or from a file: what its definitions need beside it must be read again.
      return inspect(tables);
    },
    diffTable,
    statementsOf: (change, version) =>
      change.impossible === undefined ? tableChangeStatements(change, capabilitiesOf(version)) : [],
    async applyTableChange(change) {
      const capabilities = await server();
      await applyTableChange(
        {
          session,
          server: capabilities,
          delay: options.delay,
          readTable: (table) => readTable(session, capabilities, table),
          procedureState: async (id) => (await moves.procedures([id])).get(id) ?? { kind: "unknown" },
        },
        change,
      );
    },
    moves,
    rows: greptimeRows(session, server),
    close: () => session.close(),
  };
}

async function readTable(session: Session, server: Capabilities, table: TableName): Promise<ObservedTable | undefined> {
  const row = (await session.read(selectTable(server, table)))[0];
  const created = row === undefined ? undefined : await readCreateTable(session, table);
  if (row === undefined || created === undefined) return undefined;
  return {
    database: table.database,
    name: table.name,
    tableId: Number(row[0] ?? 0),
    engine: row[1] ?? created.engine,
    regions: [],
    definition: definitionOf(created, row[2] ?? undefined),
  };
}
