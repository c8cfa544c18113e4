import { errorDiagnostic } from "../../topology/diagnostic";
import type { SettingChange, SettingState } from "../../planning/kwdb/change";
import { PortError } from "../port";
import { withRetries, type Waiting } from "./attempts";
import type { Session } from "./connect";
import { StatementError } from "./errors";
import { readSettings } from "./inspect";
import type { ApplyOutcome } from "../kwdb-port";
import { settingStatement } from "./statements";

/** How long the gateway may take to read a new value back, in steps. */
const EFFECT_DELAYS_MS: readonly number[] = [50, 100, 250, 500, 1000, 2000, 4000, 8000, 15_000];

/**
 * Sets or resets a cluster setting and waits until the gateway shows the value. An error after which it is stored all the same is no
 * failure: what counts is what is read back. Refused when somebody changed it since it was planned (`KWDB_SETTING_CHANGED`).
 */
export async function applySettingChange(
  session: Session,
  change: SettingChange,
  waiting: Waiting,
): Promise<ApplyOutcome> {
  let sent = false;
  return withRetries(waiting, async () => {
    const found = await readState(session, change);
    if (isDone(found, change)) return sent ? "done" : "already-there";
    if (found.value !== change.before.value || found.explicit !== change.before.explicit) throw changed(change, found);
    sent = true;
    try {
      await session.run(settingStatement(change));
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      if (error.nature !== "stored")
        throw new StatementError({ code: error.serverCode, message: error.serverText }, change.name);
    }
    await untilInEffect(session, change, waiting);
    return "done";
  });
}

async function untilInEffect(session: Session, change: SettingChange, { delay }: Waiting): Promise<void> {
  for (const wait of EFFECT_DELAYS_MS) {
    if (isDone(await readState(session, change), change)) return;
    await delay(wait);
  }
  const found = await readState(session, change);
  if (isDone(found, change)) return;
  const diagnostic = errorDiagnostic({
    code: "KWDB_SETTING_NOT_IN_EFFECT",
    summary: `${change.name} is not in effect`,
    detail: `It was set and still reads ${found.value ?? "nothing"} after half a minute. Look at SHOW CLUSTER SETTING ${change.name} on other nodes, then apply again.`,
    address: change.name,
  });
  throw new PortError(diagnostic, true, true);
}

async function readState(session: Session, { name }: SettingChange): Promise<SettingState> {
  const [setting] = await readSettings(session, [name]);
  if (setting !== undefined) return { value: setting.value, explicit: setting.explicit };
  const detail = "Compare the name with SHOW ALL CLUSTER SETTINGS; mind the version.";
  throw new PortError(
    errorDiagnostic({
      code: "KWDB_SETTING_UNKNOWN",
      summary: `There is no cluster setting ${name}`,
      detail,
      address: name,
    }),
    false,
    false,
  );
}

/** The value counts; after a reset, that nobody has set it. */
function isDone(found: SettingState, change: SettingChange): boolean {
  return change.kind === "reset-setting" ? !found.explicit : found.value === change.after.value;
}

function changed(change: SettingChange, found: SettingState): PortError {
  const diagnostic = errorDiagnostic({
    code: "KWDB_SETTING_CHANGED",
    summary: `${change.name} has been changed since the plan was made`,
    detail: `Expected ${shown(change.before)}, found ${shown(found)}. Nothing was written. Plan again and look at it.`,
    address: change.name,
  });
  return new PortError(diagnostic, false, false);
}

function shown({ value, explicit }: SettingState): string {
  return explicit ? (value ?? "a value") : `the default (${value ?? "unknown"})`;
}
