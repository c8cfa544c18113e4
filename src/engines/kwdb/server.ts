import { errorDiagnostic } from "../../topology/diagnostic";
import type { KwdbAbilities } from "../../planning/kwdb/observed";
import { PortError } from "../port";
import type { Session } from "./connect";
import { SELECT_VERSION } from "./statements";
import { abilitiesOf, readBanner, versionNotices, type Banner } from "./version";

/** The server behind a session. */
export interface DetectedServer {
  readonly banner: Extract<Banner, { kind: "kwdb" }>;
  readonly version: string;
  /** The session's database, whether it exists or not. */
  readonly database: string;
  readonly abilities: KwdbAbilities;
  readonly notices: ReturnType<typeof versionNotices>;
}

/** Asks with one statement which KWDB answers. Rejects with one diagnostic when it is none. */
export async function detectServer(session: Session): Promise<DetectedServer> {
  const [row] = await session.read(SELECT_VERSION);
  const text = row?.[0] ?? "";
  const banner = readBanner(text);
  if (banner.kind === "other") {
    const diagnostic = errorDiagnostic({
      code: "KWDB_NOT_KWDB",
      summary: "The server is not KWDB",
      detail: `It calls itself "${text.slice(0, 100)}". Check host and port: KWDB's SQL port is 26257 by default.`,
    });
    throw new PortError(diagnostic, false, false);
  }
  return {
    banner,
    version: banner.version?.text ?? "unknown",
    database: row?.[1] ?? "",
    abilities: abilitiesOf(banner.version),
    notices: versionNotices(banner),
  };
}
