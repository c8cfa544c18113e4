import { randomUUID } from "node:crypto";
import { type CellValue, ServerError } from "../model/types";
import { rowsResult, type StatementResult } from "../statement-result";
import type { Expression } from "../syntax/ast";
import { printExpression } from "../syntax/print-expression";
import { type DataType, STRING, UINT64 } from "../types/data-type";
import { asLiteral, type Literal } from "../types/literal";
import { errorText } from "../wire/mysql-error";
import type { StatementContext } from "./context";

type Call = Expression & { readonly kind: "call" };
type ArgumentKind = "number" | "string";

interface AdminFunction {
  readonly result: DataType;
  /** The accepted argument lists. */
  readonly signatures: readonly (readonly ArgumentKind[])[];
  readonly run: (context: StatementContext, args: readonly Literal[]) => Promise<CellValue>;
  /** Whether the version has it. */
  readonly exists?: (context: StatementContext) => boolean;
}

const text = (arg: Literal | undefined): string => (arg?.kind === "string" ? arg.value : arg?.kind === "number" ? arg.text : "");
const id = (arg: Literal | undefined): bigint => BigInt(text(arg));

/** Metasrv's own default for the fourth argument. */
function defaultTimeoutSeconds({ version }: StatementContext): number {
  return version.since(0, 14) ? 300 : version.since(0, 9, 4) ? 30 : 10;
}

async function migrateRegion(context: StatementContext, args: readonly Literal[]): Promise<CellValue> {
  const timeout = args[3] === undefined ? defaultTimeoutSeconds(context) : Number(text(args[3]));
  const procedure = await context.model.migrateRegion(id(args[0]), id(args[1]), id(args[2]), timeout);
  return procedure === "" ? null : procedure;
}

async function procedureState({ model }: StatementContext, args: readonly Literal[]): Promise<CellValue> {
  const { status, error } = await model.procedure(text(args[0]));
  return JSON.stringify(error === "" ? { status } : { status, error });
}

async function flushTable(context: StatementContext, args: readonly Literal[]): Promise<CellValue> {
  const [database, name] = tableName(context, text(args[0]));
  const meta = context.model.table(database, name);
  if (meta === undefined) throw new ServerError("TableNotFound", `Table not found: greptime.${database}.${name}`);
  const physical = meta.physicalTableId ?? meta.tableId;
  await Promise.all(meta.regions.map((region) => context.model.flushRegion((BigInt(physical) << 32n) | BigInt(region))));
  return 0n;
}

async function requireTableArgument(context: StatementContext, args: readonly Literal[]): Promise<void> {
  const [database, name] = tableName(context, text(args[0]));
  if (context.model.table(database, name) === undefined) throw new ServerError("TableNotFound", `Table not found: greptime.${database}.${name}`);
}

function tableName({ session }: StatementContext, written: string): readonly [string, string] {
  const parts = written.split(".");
  return [parts.at(-2) ?? session.database, parts.at(-1) ?? ""];
}

async function collectGarbage({ model }: StatementContext): Promise<CellValue> {
  if (model.mode === "standalone") throw new ServerError("Unsupported", "Unsupported operation gc_regions");
  throw new ServerError("Unexpected", "Unexpected, violated: GC ticker not available", "metasrv");
}

async function reconcile(context: StatementContext, args: readonly Literal[]): Promise<CellValue> {
  if (args.length > 0 && text(args[0]) !== "") await requireTableArgument(context, args);
  return randomUUID();
}

const zero = async (context: StatementContext, args: readonly Literal[]): Promise<CellValue> => (await requireTableArgument(context, args), 0n);
const since = (major: number, minor: number, patch = 0) => ({ version }: StatementContext): boolean => version.since(major, minor, patch);

/** Admin functions of all versions; compaction does nothing, and reconciliation finds nothing to repair. */
export const ADMIN_FUNCTIONS: Readonly<Record<string, AdminFunction>> = {
  migrate_region: { result: STRING, signatures: [["number", "number", "number"], ["number", "number", "number", "number"]], run: migrateRegion },
  procedure_state: { result: STRING, signatures: [["string"]], run: procedureState },
  flush_region: { result: UINT64, signatures: [["number"]], run: async ({ model }, args) => (await model.flushRegion(id(args[0])), 0n) },
  compact_region: { result: UINT64, signatures: [["number"]], run: async () => 0n },
  flush_table: { result: UINT64, signatures: [["string"]], run: flushTable },
  compact_table: { result: UINT64, signatures: [["string"], ["string", "string"], ["string", "string", "string"]], run: zero },
  build_index: { result: UINT64, signatures: [["string"]], run: zero, exists: since(1, 0) },
  gc_table: { result: UINT64, signatures: [["string"]], run: collectGarbage, exists: since(1, 0) },
  gc_regions: { result: UINT64, signatures: [["number"], ["number", "number"]], run: collectGarbage, exists: since(1, 0) },
  reconcile_table: { result: STRING, signatures: [["string"], ["string", "string"]], run: reconcile, exists: since(0, 15, 5) },
  reconcile_database: { result: STRING, signatures: [["string"], ["string", "string"]], run: async () => randomUUID(), exists: since(0, 15, 5) },
  reconcile_catalog: { result: STRING, signatures: [[], ["string"]], run: async () => randomUUID(), exists: since(0, 15, 5) },
};

/** `ADMIN f(…)`: one column named like the statement, one row. */
export async function admin(context: StatementContext, call: Call): Promise<StatementResult> {
  const { value, type } = await callAdmin(context, call).catch((error: unknown) => {
    throw wrap(context, call, error);
  });
  return rowsResult([{ name: `ADMIN ${printExpression(call)}`, type }], [[value]]);
}

/** Runs an admin function; errors are the function's own. */
export async function callAdmin(context: StatementContext, call: Call): Promise<{ readonly value: CellValue; readonly type: DataType }> {
  const name = call.name.name.toLowerCase();
  const found = ADMIN_FUNCTIONS[name];
  if (found === undefined || found.exists?.(context) === false) throw new ArgumentError(`Admin function not found: ${name}`);
  const args = call.args.map((arg) => argument(context, arg, name));
  if (name === "procedure_state" && args.length !== 1) throw new ArgumentError(`Expected 1 args, but actual ${args.length}`);
  if (!found.signatures.some((kinds) => kinds.length === args.length && kinds.every((kind, i) => accepts(kind, args[i]!)))) {
    throw new ArgumentError("Failed to build admin function args: function signature not match");
  }
  return { value: await found.run(context, args), type: found.result };
}

/** A refusal of the call itself, which is not wrapped as an error of the function. */
class ArgumentError extends ServerError {
  constructor(message: string) {
    super("InvalidArguments", message);
  }
}

function argument({ parameters }: StatementContext, arg: Expression, name: string): Literal {
  if (arg.kind === "parameter") return parameterLiteral(parameters[arg.index] ?? null);
  const value = asLiteral(arg);
  if (value === null || value.sign !== "" || value.literal.kind === "null") throw new ArgumentError(`Failed to build admin function args: unsupported function arg ${printExpression(arg)} for ${name}`);
  return value.literal;
}

/** Clients send numbers as DOUBLE, which are printed with a fraction and so match no signature (observed). */
function parameterLiteral(value: CellValue): Literal {
  if (typeof value === "bigint") return { kind: "number", text: value.toString() };
  if (typeof value === "number") return { kind: "number", text: Number.isInteger(value) ? `${value}.0` : String(value) };
  return value === null ? { kind: "null" } : { kind: "string", value: String(value) };
}

function accepts(kind: ArgumentKind, arg: Literal): boolean {
  return kind === "string" ? arg.kind === "string" : arg.kind === "number" && /^\d+$/.test(arg.text);
}

function wrap({ version }: StatementContext, call: Call, error: unknown): unknown {
  if (!(error instanceof ServerError) || error instanceof ArgumentError || !version.adminErrorsWrapped) return error;
  return new ServerError("Unexpected", `Failed to execute admin function ${call.name.name.toLowerCase()}: Execution error: ${errorText(error, version)}`);
}
