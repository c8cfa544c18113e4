import { normalOption, type Options } from "../catalog/options";
import { ServerError } from "../model/types";
import { okResult, type StatementResult } from "../statement-result";
import type { OptionEntry, Statement } from "../syntax/ast";
import { databaseNotFound, type StatementContext } from "./context";

const KEYS = new Set(["ttl", "memtable.type", "append_mode", "merge_mode", "skip_wal", "sst_format"]);
const RESERVED = new Set(["information_schema", "greptime_private", "public"]);
const NAME = /^[a-zA-Z_:-][a-zA-Z0-9_:\-.@#]*$/;

function databaseOptions(entries: readonly OptionEntry[]): Options {
  return Object.fromEntries(
    entries.map(({ key, value }) => {
      if (!KEYS.has(key) && !key.startsWith("compaction.")) throw new ServerError("InvalidArguments", `Invalid database option key: ${key}`);
      return [key, normalOption(key, value ?? "")];
    }),
  );
}

export async function createDatabase({ model, catalog }: StatementContext, { name, ifNotExists, options }: Statement & { readonly kind: "create-database" }): Promise<StatementResult> {
  if (!NAME.test(name.name)) throw new ServerError("InvalidArguments", `Invalid database name: ${name.name}`);
  const normal = databaseOptions(options);
  if (catalog.hasDatabase(name.name)) {
    if (ifNotExists) return okResult(1);
    throw new ServerError("InvalidArguments", `Schema ${name.name} already exists`);
  }
  await model.createDatabase(name.name, normal);
  return okResult(1);
}

export async function alterDatabase({ model }: StatementContext, { name, set, unset }: Statement & { readonly kind: "alter-database" }): Promise<StatementResult> {
  const database = model.databases().find((d) => d.name === name.name);
  if (database === undefined) throw databaseNotFound(name.name);
  const kept = Object.entries(database.options).filter(([key]) => !unset.includes(key));
  await model.alterDatabase(name.name, { ...Object.fromEntries(kept), ...databaseOptions(set) });
  return okResult();
}

export async function dropDatabase({ model }: StatementContext, { name, ifExists }: Statement & { readonly kind: "drop-database" }): Promise<StatementResult> {
  if (!model.databases().some((d) => d.name === name.name) && name.name !== "information_schema") {
    if (ifExists) return okResult();
    throw databaseNotFound(name.name);
  }
  if (RESERVED.has(name.name)) throw new ServerError("InvalidArguments", `Schema \`${name.name}\` is read-only`);
  await model.dropDatabase(name.name);
  return okResult();
}
