import { type Database, type Privileges, SYSTEM_DATABASE_ID, type Table, type User } from "../catalog/objects";
import { SqlError, uncategorized } from "../sql-error";
import { doneResult, type StatementResult } from "../statement-result";
import type { Statement } from "../syntax/ast";
import { quoteName } from "../syntax/cursor";
import type { StatementContext } from "./context";
import { databaseOf, qualifiedName, requireDatabase, requireTable } from "./names";
import { isAdmin, requirePrivilege } from "./privileges";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

const USER_NAME_HELP = "Usernames are case insensitive, must start with a letter, digit or underscore, may contain letters, digits, dashes, periods, or underscores, and must not exceed 63 characters.";

/** Users are made by administrators here: role options such as CREATEROLE are not emulated. */
function requireCreateRole(context: StatementContext): void {
  if (!isAdmin(context)) throw new SqlError("42501", `user ${context.session.user} does not have CREATEROLE privilege`);
}

/** A user's name in lower case; refuses what no user may be called. */
function userName(name: string): string {
  const normalised = name.normalize("NFC").toLowerCase();
  if (normalised === "") throw uncategorized("no username specified");
  if (!/^[\p{Ll}0-9_][-\p{Ll}0-9_.]*$/u.test(normalised)) throw new SqlError("42602", `username "${normalised}" invalid`, { hint: USER_NAME_HELP });
  if (Buffer.byteLength(normalised) > 63) throw new SqlError("42622", `username "${normalised}" is too long`, { hint: USER_NAME_HELP });
  if (normalised === "node") throw new SqlError("42939", 'username "node" reserved');
  return normalised;
}

function checkPassword({ model }: StatementContext, password: string | null): void {
  if (password === "") throw new SqlError("28P01", "empty passwords are not permitted");
  if (password !== null && !model.options.secure) throw new SqlError("28P01", "setting or updating a password is not supported in insecure mode");
}

export async function createUser(context: StatementContext, { name, password, role, ifNotExists }: Of<"create-user">): Promise<StatementResult> {
  requireCreateRole(context);
  const normalised = userName(name);
  checkPassword(context, password);
  if (normalised === "public") throw new SqlError("42939", 'role name "public" is reserved');
  await context.transaction.lock("catalog");
  if (context.transaction.get("user", normalised) === undefined) context.transaction.put("user", normalised, { name: normalised, role, password, memberOf: [] } satisfies User);
  else if (!ifNotExists) throw new SqlError("42710", `a role/user named ${normalised} already exists`);
  return doneResult("CREATE ROLE");
}

export async function alterUser(context: StatementContext, { name, password }: Of<"alter-user">): Promise<StatementResult> {
  requireCreateRole(context);
  if (name === "admin") throw new SqlError("42501", "cannot edit admin role");
  const normalised = userName(name);
  await context.transaction.lock("catalog");
  const user = context.transaction.get("user", normalised);
  if (user === undefined) throw uncategorized(`role/user ${normalised} does not exist`);
  checkPassword(context, password);
  context.transaction.put("user", normalised, { ...user, password });
  return doneResult("ALTER ROLE");
}

export async function dropUser(context: StatementContext, { name, ifExists }: Of<"drop-user">): Promise<StatementResult> {
  requireCreateRole(context);
  const { transaction } = context;
  const normalised = userName(name);
  await transaction.lock("catalog");
  const holds = (object: Database | Table): boolean => normalised in object.privileges;
  const databases = transaction.all("database").filter(([, database]) => holds(database)).map(([, database]) => quoteName(database.name));
  const tables = transaction.all("table").filter(([, table]) => holds(table)).map(([, table]) => qualifiedName(context, table));
  const objects = [...databases, ...tables];
  if (objects.length > 0) throw new SqlError("42803", `cannot drop role/user ${quoteName(normalised)}: grants still exist on ${objects.join(", ")}`);
  if (normalised === "admin" || normalised === "public") throw new SqlError("22023", `cannot drop special role ${normalised}`);
  if (normalised === "root") throw new SqlError("22023", "cannot drop special user root");
  if (transaction.get("user", normalised) === undefined) {
    if (ifExists) return doneResult("DROP ROLE");
    throw uncategorized(`role/user ${normalised} does not exist`);
  }
  transaction.put("user", normalised, null);
  for (const [id, user] of transaction.all("user")) if (user.memberOf.includes(normalised)) transaction.put("user", id, { ...user, memberOf: user.memberOf.filter((role) => role !== normalised) });
  return doneResult("DROP ROLE");
}

export async function grant(context: StatementContext, { revoke, privileges, on, users }: Of<"grant">): Promise<StatementResult> {
  const { transaction } = context;
  await transaction.lock("catalog");
  for (const user of users) if (user !== "public" && transaction.get("user", user) === undefined) throw uncategorized(`user or role ${quoteName(user)} does not exist`);
  const changed = <T extends Database | Table>(object: T): T => {
    requirePrivilege(context, object, "GRANT");
    for (const privilege of privileges) requirePrivilege(context, object, privilege);
    const after = users.reduce((result, user) => withPrivileges(result, user, changedPrivileges(result[user] ?? [], privileges, revoke)), object.privileges);
    checkPrivileges(context, object, after);
    return { ...object, privileges: after };
  };
  if (on.kind === "database") for (const database of on.names.map((name) => requireDatabase(context, name))) transaction.put("database", database.id, changed(database));
  else for (const table of on.names.map((name) => requireTable(context, name))) transaction.put("table", table.id, changed(table));
  return doneResult(revoke ? "REVOKE" : "GRANT");
}

/** Users without any privilege are not listed. */
function withPrivileges(all: Privileges, user: string, own: readonly string[]): Privileges {
  return Object.fromEntries([...Object.entries(all).filter(([name]) => name !== user), ...(own.length === 0 ? [] : [[user, own] as const])]);
}

const EVERY_PRIVILEGE = ["CREATE", "DROP", "GRANT", "SELECT", "INSERT", "DELETE", "UPDATE", "ZONECONFIG", "EXECUTE"];

function changedPrivileges(before: readonly string[], privileges: readonly string[], revoke: boolean): readonly string[] {
  if (privileges.includes("ALL")) return revoke ? [] : ["ALL"];
  if (!revoke) return before.includes("ALL") ? before : [...new Set([...before, ...privileges])].sort();
  // ALL less one is all the others.
  return (before.includes("ALL") ? EVERY_PRIVILEGE : before).filter((privilege) => !privileges.includes(privilege));
}

/** `root` and `admin` keep what they have, and nobody gets more on system objects. */
function checkPrivileges({ transaction }: StatementContext, object: Database | Table, after: Privileges): void {
  const system = object.id === SYSTEM_DATABASE_ID || ("databaseId" in object && databaseOf({ transaction }, object).id === SYSTEM_DATABASE_ID);
  const allowed = system ? ["GRANT", "SELECT"] : ["ALL"];
  for (const user of ["root", "admin"]) {
    const own = after[user];
    if (own === undefined) throw uncategorized(`user ${user} does not have privileges over system object with ID=${object.id}`);
    if ([...own].sort().join() !== allowed.join()) throw uncategorized(`user ${user} must have exactly ${allowed.join(", ")} privileges on system object with ID=${object.id}`);
  }
  if (!system) return;
  for (const [user, own] of Object.entries(after)) {
    const excess = own.filter((privilege) => !allowed.includes(privilege));
    if (excess.length > 0) throw uncategorized(`user ${user} must not have ${excess.join(", ")} privileges on system object with ID=${object.id}`);
  }
}

export async function grantRole(context: StatementContext, { revoke, roles, users }: Of<"grant-role">): Promise<StatementResult> {
  const { transaction, session } = context;
  await transaction.lock("catalog");
  for (const role of roles) {
    // Only `root` has the admin role with the option to pass it on.
    const may = role === "admin" ? session.user === "root" : isAdmin(context);
    if (!may) throw new SqlError("42501", `${session.user} is not a ${role === "admin" ? "" : "superuser or "}role admin for role ${role}`);
  }
  for (const name of [...roles, ...users]) if (transaction.get("user", name) === undefined) throw new SqlError("42704", `role/user ${name} does not exist`);
  for (const name of users) {
    for (const role of roles) if (!revoke) refuseCycle(context, name, role);
    if (revoke && name === "root" && roles.includes("admin")) throw new SqlError("55006", "role/user root cannot be removed from role admin or lose the ADMIN OPTION");
    const user = transaction.get("user", name)!;
    const memberOf = revoke ? user.memberOf.filter((role) => !roles.includes(role)) : [...new Set([...user.memberOf, ...roles])];
    transaction.put("user", name, { ...user, memberOf });
  }
  return doneResult(revoke ? "REVOKE" : "GRANT");
}

function refuseCycle({ transaction }: StatementContext, member: string, role: string): void {
  if (member === role) throw new SqlError("0LP01", `${member} cannot be a member of itself`);
  const leads = (from: string): boolean => from === member || (transaction.get("user", from)?.memberOf ?? []).some(leads);
  if (leads(role)) throw new SqlError("0LP01", `making ${member} a member of ${role} would create a cycle`);
}
