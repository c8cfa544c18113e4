import { quoteString } from "../syntax/print-expression";
import { formatGoDuration } from "../types/interval";
import { printConstraints, printLeasePreferences } from "./print-yaml";
import type { ZoneValues } from "./zone-config";

/** The variables that a zone sets, in the server's order, each as `name = value`. */
export function printVariables(values: ZoneValues): readonly string[] {
  const lines: string[] = [];
  if (values.rangeMinBytes !== null) lines.push(`range_min_bytes = ${values.rangeMinBytes}`);
  if (values.rangeMaxBytes !== null) lines.push(`range_max_bytes = ${values.rangeMaxBytes}`);
  if (values.gcTtlSeconds !== null) lines.push(`gc.ttlseconds = ${values.gcTtlSeconds}`);
  if (values.numReplicas !== null) lines.push(`num_replicas = ${values.numReplicas}`);
  if (values.tsMergeNanos !== 0n) lines.push(`ts_merge.days = ${formatGoDuration(values.tsMergeNanos)}`);
  if (values.constraints !== null) lines.push(`constraints = ${quoteString(printConstraints(values.constraints))}`);
  if (values.leasePreferences !== null) lines.push(`lease_preferences = ${quoteString(printLeasePreferences(values.leasePreferences))}`);
  return lines;
}

/** `ALTER <target> CONFIGURE ZONE USING`, then each variable on a line of its own that begins with a tab. */
export function printZoneSql(target: string, values: ZoneValues): string {
  return `ALTER ${target} CONFIGURE ZONE USING\n${printVariables(values).map((line) => `\t${line}`).join(",\n")}`;
}
