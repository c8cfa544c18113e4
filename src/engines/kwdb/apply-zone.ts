import { errorDiagnostic, type Diagnostic } from "../../topology/diagnostic";
import { formatZoneTarget } from "../../topology/kwdb/format-zone-target";
import type { ZoneTarget } from "../../topology/kwdb/zone-target";
import { formatValue, sameValues, sqlName, variablesOf, type ZoneValues } from "../../topology/kwdb/zone-values";
import type { ZoneChange } from "../../planning/kwdb/change";
import { PortError } from "../port";
import { withRetries, type Waiting } from "./attempts";
import type { Row, Session, Transaction } from "./connect";
import { StatementError } from "./errors";
import { readOwn } from "./inspect";
import type { ApplyOutcome } from "../kwdb-port";
import { selectZone, zoneStatements, type ZoneStatementOptions } from "./statements";

/**
 * Changes a zone in one transaction: what is there is read first, so that a change that is done already is success and one that somebody
 * else made in between is refused (`KWDB_ZONE_CHANGED`); what is stored is compared before it is committed. After a lost connection or
 * a transaction that must be retried all of it is done again.
 */
export async function applyZoneChange(session: Session, change: ZoneChange, waiting: Waiting): Promise<ApplyOutcome> {
  const address = formatZoneTarget(change.target);
  let sent = false;
  const attempt = (options: ZoneStatementOptions): Promise<ApplyOutcome> =>
    withRetries(waiting, () =>
      session.transaction(async (transaction): Promise<ApplyOutcome> => {
        const own = ownOf(change.target, await transaction.run(selectZone(change.target)));
        if (sameOwn(own, change.after)) return sent ? "done" : "already-there";
        if (!sameOwn(own, change.before)) throw refused(zoneChanged(address, change.before, own));
        sent = true;
        await send(transaction, zoneStatements(change, options), address);
        const stored = ownOf(change.target, await transaction.run(selectZone(change.target)));
        if (!sameOwn(stored, change.after)) throw refused(notStored(address, change.after, stored));
        return "done";
      }),
    );
  const outcome = await byTableOrIndex(attempt);
  const now = ownOf(change.target, await session.read(selectZone(change.target)));
  if (!sameOwn(now, change.after)) throw refused(zoneChanged(address, change.after, now));
  return outcome;
}

/** A partition of `primary` is named by its table, and by its index only when several have a partition of that name. */
async function byTableOrIndex<T>(attempt: (options: ZoneStatementOptions) => Promise<T>): Promise<T> {
  try {
    return await attempt({});
  } catch (error) {
    if (!(error instanceof PortError) || error.diagnostic.code !== "KWDB_PARTITION_AMBIGUOUS") throw error;
    return attempt({ nameIndex: true });
  }
}

async function send(transaction: Transaction, statements: readonly string[], address: string): Promise<void> {
  try {
    for (const sql of statements) await transaction.run(sql);
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    throw new StatementError({ code: error.serverCode, message: error.serverText }, address);
  }
}

function ownOf(target: ZoneTarget, rows: readonly Row[]): ZoneValues | null {
  const [row] = rows;
  return row === undefined ? null : readOwn(target, row[2] ?? "");
}

/** The server writes empty lists by itself, so that they count as none. */
function sameOwn(a: ZoneValues | null, b: ZoneValues | null): boolean {
  if (a === null || b === null) return a === b;
  return sameValues(a, b, {});
}

function refused(diagnostic: Diagnostic): PortError {
  return new PortError(diagnostic, false, true);
}

function zoneChanged(address: string, expected: ZoneValues | null, found: ZoneValues | null): Diagnostic {
  return errorDiagnostic({
    code: "KWDB_ZONE_CHANGED",
    summary: `${address} has been changed since the plan was made`,
    detail: `Expected ${describe(expected)}, found ${describe(found)}. Nothing was written. Plan again and look at it.`,
    address,
  });
}

function notStored(address: string, wanted: ZoneValues | null, stored: ZoneValues | null): Diagnostic {
  return errorDiagnostic({
    code: "KWDB_ZONE_NOT_STORED",
    summary: `${address}: the server stored something else`,
    detail: `Wanted ${describe(wanted)}, stored ${describe(stored)}. The transaction was rolled back.`,
    address,
  });
}

function describe(values: ZoneValues | null): string {
  if (values === null) return "no zone of its own";
  const variables = variablesOf(values).map((variable) => `${sqlName(variable)} = ${formatValue(values, variable)}`);
  return variables.length === 0 ? "a zone without values" : variables.join(", ");
}
