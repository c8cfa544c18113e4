import { type Database, SYSTEM_DATABASE_ID, type Table } from "../catalog/objects";
import { SqlError } from "../sql-error";
import type { StatementContext } from "./context";

type Scope = Pick<StatementContext, "transaction" | "session">;

/** The user with every role that it has, by whatever way. */
function identities({ transaction, session }: Scope): ReadonlySet<string> {
  const found = new Set<string>(["public"]);
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const role of transaction.get("user", name)?.memberOf ?? []) visit(role);
  };
  visit(session.user);
  return found;
}

export const isAdmin = (scope: Scope): boolean => identities(scope).has("admin");

/** Throws unless the user has the admin role: "only users with the admin role are allowed to <action>". */
export function requireAdmin(scope: Scope, action: string): void {
  if (!isAdmin(scope)) throw new SqlError("42501", `only users with the admin role are allowed to ${action}`);
}

export function hasAnyPrivilege(scope: Scope, object: Database | Table): boolean {
  const names = identities(scope);
  return names.has("admin") || Object.entries(object.privileges).some(([user, privileges]) => names.has(user) && privileges.length > 0);
}

function hasPrivilege(scope: Scope, object: Database | Table, ...oneOf: readonly string[]): boolean {
  const names = identities(scope);
  if (names.has("admin")) return true;
  return Object.entries(object.privileges).some(([user, privileges]) => names.has(user) && (privileges.includes("ALL") || oneOf.some((p) => privileges.includes(p))));
}

/** `database d`, `relation t` or `timeseries table t`, as messages name it. */
function describeObject(object: Database | Table): string {
  if (!("databaseId" in object)) return `database ${object.name}`;
  return object.timeSeries === null ? `relation ${object.name}` : `timeseries table ${object.name}`;
}

export function requirePrivilege(scope: Scope, object: Database | Table, privilege: string): void {
  if (!hasPrivilege(scope, object, privilege)) throw new SqlError("42501", `user ${scope.session.user} does not have ${privilege} privilege on ${describeObject(object)}`);
}

export function requireAnyPrivilege(scope: Scope, object: Database | Table): void {
  if (!hasAnyPrivilege(scope, object)) throw new SqlError("42501", `user ${scope.session.user} has no privileges on ${describeObject(object)}`);
}

/** Who may configure the zone of a database or table. */
export function requireZonePrivilege(scope: Scope, object: Database | Table): void {
  if ("databaseId" in object ? object.databaseId === SYSTEM_DATABASE_ID : object.id === SYSTEM_DATABASE_ID) {
    return requireAdmin(scope, "databaseId" in object ? "alter system tables" : "alter the system database");
  }
  if (hasPrivilege(scope, object, "ZONECONFIG", "CREATE")) return;
  throw new SqlError("42501", `user ${scope.session.user} does not have ZONECONFIG or CREATE privilege on ${describeObject(object)}`);
}
