import type { Diagnostic as PluginDiagnostic, ObjectValue } from "../../plugin";
import type { Diagnostic } from "../../topology/diagnostic";
import { parseZoneTarget } from "../../topology/kwdb/parse-zone-target";
import { validateRebalance } from "../../topology/kwdb/validate-kwdb-cluster";
import { attributeError, toPluginDiagnostics } from "../report";
import { numberOf, textOf } from "../values";
import { RANGE_REBALANCE_SCHEMA } from "./schema";

/** All findings in one configuration; what is unknown is not judged. */
export function validateRangeRebalance({ config }: { readonly config: ObjectValue }): readonly PluginDiagnostic[] {
  return toRebalanceDiagnostics([...targetFindings(textOf(config, "target")), ...timeoutFindings(numberOf(config, "timeout_seconds"))]);
}

/** What has no attribute of its own is about the target. */
export function toRebalanceDiagnostics(diagnostics: readonly Diagnostic[]): readonly PluginDiagnostic[] {
  const moved = diagnostics.map((one) => ({ ...one, path: one.path ?? [ATTRIBUTE_OF_CODE[one.code] ?? "target"] }));
  return toPluginDiagnostics(moved, RANGE_REBALANCE_SCHEMA.attributes);
}

const ATTRIBUTE_OF_CODE: Readonly<Record<string, string>> = { KWDB_REBALANCE_REPLACES_DECLARED: "replace_partitions" };

function targetFindings(text: string | null): readonly Diagnostic[] {
  if (text === null) return [];
  const parsed = parseZoneTarget(text);
  if (parsed.kind === "invalid") return [attributeError("KWDB_TARGET_INVALID", "target", "Not a zone target", `"${text}": ${parsed.detail}`)];
  return validateRebalance({ name: text, target: parsed.target, triggers: {}, replacePartitions: false });
}

function timeoutFindings(seconds: number | null): readonly Diagnostic[] {
  if (seconds === null || seconds > 0) return [];
  return [attributeError("TIMEOUT_OUT_OF_RANGE", "timeout_seconds", `timeout_seconds is ${seconds}`, "Write a number of seconds above 0.")];
}
