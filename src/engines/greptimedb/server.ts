import { errorDiagnostic, warningDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { PortError } from "../port";
import type { Session } from "./connect";
import { SELECT_BUILD, SELECT_VERSION } from "./statements";
import { capabilitiesOf, NEWEST_KNOWN_LINE, parseServerVersion, versionFromBanner, type Capabilities } from "./version";

/**
 * What the server behind a session can do, found out with one statement (two for builds that hide their name).
 * It is the version of the frontend that answers; other nodes may differ during a rolling upgrade.
 * Rejects with one diagnostic when it is no GreptimeDB.
 */
export async function detectServer(session: Session): Promise<Capabilities> {
  const banner = (await session.read(SELECT_VERSION))[0]?.[0] ?? "";
  const version = versionFromBanner(banner) ?? parseServerVersion(await buildVersion(session, banner));
  if (version === undefined) throw notGreptimeDb(banner);
  return capabilitiesOf(version);
}

async function buildVersion(session: Session, banner: string): Promise<string> {
  try {
    return (await session.read(SELECT_BUILD))[0]?.[0] ?? "";
  } catch (error) {
    if (error instanceof PortError && !error.sent) throw error;
    throw notGreptimeDb(banner);
  }
}

function notGreptimeDb(banner: string): PortError {
  const diagnostic = errorDiagnostic({
    code: "GREPTIMEDB_NOT_GREPTIMEDB",
    summary: "The server is not GreptimeDB",
    detail: `It calls itself "${banner}". Check host and port: GreptimeDB's MySQL port is 4002 by default.`,
  });
  return new PortError(diagnostic, false, false);
}

/** What a user should know about the version before anything is done; empty for a version that is known and fully supported. */
export function versionNotices(server: Capabilities): readonly Diagnostic[] {
  if (server.newerThanKnown) {
    return [
      warningDiagnostic({
        code: "GREPTIMEDB_VERSION_NEWER",
        summary: `GreptimeDB ${server.version.text} is newer than the versions known here`,
        detail: `Known up to ${NEWEST_KNOWN_LINE}. It is treated like ${NEWEST_KNOWN_LINE}; read plans with care and look for a newer release of this product.`,
      }),
    ];
  }
  if (server.scope === "create-and-read") {
    return [
      warningDiagnostic({
        code: "GREPTIMEDB_VERSION_OLD",
        summary: `GreptimeDB ${server.version.text} knows no region placement in SQL`,
        detail:
          "Tables can be created and read; regions can be neither seen nor moved. Upgrade to 0.7 or newer for placement.",
      }),
    ];
  }
  return [];
}

/** The refusal of everything about placement on a server before 0.7. */
export function migrationUnsupported(server: Capabilities): Diagnostic {
  return errorDiagnostic({
    code: "GREPTIMEDB_MIGRATION_UNSUPPORTED",
    summary: `GreptimeDB ${server.version.text} cannot move regions by SQL`,
    detail:
      "Region migration needs GreptimeDB 0.7 or newer (better 1.0 or newer). Upgrade the cluster, or declare no placement.",
  });
}
