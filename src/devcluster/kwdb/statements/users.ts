import type { Privileges, User } from "../catalog/objects";
import { SqlError, uncategorized } from "../sql-error";
import { doneResult, type StatementResult } from "../statement-result";
import type { Statement } from "../syntax/ast";
import type { StatementContext } from "./context";
import { requireDatabase, requireTable } from "./names";
import { requireAdmin, requirePrivilege } from "./privileges";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

export async function createUser(context: StatementContext, { name, password, role, ifNotExists }: Of<"create-user">): Promise<StatementResult> {
  requireAdmin(context, `CREATE ${role ? "ROLE" : "USER"}`);
  await context.transaction.lock("catalog");
  if (context.transaction.get("user", name) === undefined) context.transaction.put("user", name, { name, role, password, memberOf: [] } satisfies User);
  else if (!ifNotExists) throw new SqlError("42710", `a role/user named ${name} already exists`);
  return doneResult("CREATE ROLE");
}

function requireUser({ transaction }: StatementContext, name: string): User {
  const user = transaction.get("user", name);
  if (user === undefined) throw new SqlError("42704", `user or role ${name} does not exist`);
  return user;
}

export async function alterUser(context: StatementContext, { name, password }: Of<"alter-user">): Promise<StatementResult> {
  requireAdmin(context, "ALTER USER");
  await context.transaction.lock("catalog");
  context.transaction.put("user", name, { ...requireUser(context, name), password });
  return doneResult("ALTER ROLE");
}

export async function dropUser(context: StatementContext, { name, ifExists, role }: Of<"drop-user">): Promise<StatementResult> {
  requireAdmin(context, `DROP ${role ? "ROLE" : "USER"}`);
  await context.transaction.lock("catalog");
  if (ifExists && context.transaction.get("user", name) === undefined) return doneResult("DROP ROLE");
  requireUser(context, name);
  if (name === "root" || name === "admin") throw uncategorized(`cannot drop special ${name === "root" ? "user" : "role"} ${name}`);
  const holds = [...context.transaction.all("database"), ...context.transaction.all("table")].find(([, object]) => (object.privileges[name] ?? []).length > 0);
  if (holds !== undefined) throw new SqlError("2BP01", `cannot drop user or role ${name}: grants still exist on ${holds[1].name}`);
  context.transaction.put("user", name, null);
  return doneResult("DROP ROLE");
}

export async function grant(context: StatementContext, { revoke, privileges, on, users }: Of<"grant">): Promise<StatementResult> {
  await context.transaction.lock("catalog");
  for (const user of users) if (user !== "public") requireUser(context, user);
  const change = (before: Privileges): Privileges => users.reduce((result, user) => ({ ...result, [user]: changed(result[user] ?? [], privileges, revoke) }), before);
  if (on.kind === "database") {
    for (const name of on.names) {
      const database = requireDatabase(context, name);
      requirePrivilege(context, database, "GRANT");
      context.transaction.put("database", database.id, { ...database, privileges: change(database.privileges) });
    }
  } else {
    for (const name of on.names) {
      const table = requireTable(context, name);
      requirePrivilege(context, table, "GRANT");
      context.transaction.put("table", table.id, { ...table, privileges: change(table.privileges) });
    }
  }
  return doneResult(revoke ? "REVOKE" : "GRANT");
}

function changed(before: readonly string[], privileges: readonly string[], revoke: boolean): readonly string[] {
  if (revoke) return privileges.includes("ALL") ? [] : before.filter((p) => !privileges.includes(p));
  return privileges.includes("ALL") ? ["ALL"] : [...new Set([...before, ...privileges])].sort();
}

export async function grantRole(context: StatementContext, { revoke, roles, users }: Of<"grant-role">): Promise<StatementResult> {
  requireAdmin(context, revoke ? "REVOKE ROLE" : "GRANT ROLE");
  await context.transaction.lock("catalog");
  for (const role of roles) {
    if (context.transaction.get("user", role)?.role !== true) throw new SqlError("42704", `role ${role} does not exist`);
  }
  for (const name of users) {
    const user = requireUser(context, name);
    const memberOf = revoke ? user.memberOf.filter((role) => !roles.includes(role)) : [...new Set([...user.memberOf, ...roles])];
    context.transaction.put("user", name, { ...user, memberOf });
  }
  return doneResult(revoke ? "REVOKE" : "GRANT");
}
