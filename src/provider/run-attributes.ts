import type { NestedAttributes, ObjectValue } from "../plugin";
import { diagnosticsOf } from "../topology/validation";
import { DiagnosticError } from "../topology/diagnostic";
import { DEFAULT_VERIFY_ROWS_LIMIT, DEFAULT_WAIT_SECONDS, runFindings, type RunDeclaration, type VerifyRows } from "../topology/run-declaration";
import { booleanOf, mapOf, numberOf, textOf } from "./values";

/** The part of the provider block's `greptimedb` object that says how applies are executed and verified. */
export const RUN_ATTRIBUTES: NestedAttributes["attributes"] = {
  verify_rows: { type: "string", optional: true, description: "How rows of each touched table are compared before and after: `exact` (counted), `statistics` or `off`. Default `exact`." },
  verify_rows_limit: { type: "number", optional: true, description: `With \`exact\`: tables with more rows, by the server's statistics, are compared by statistics. Default ${DEFAULT_VERIFY_ROWS_LIMIT}.` },
  verify_checksums: { type: "bool", optional: true, description: "Compare checksums of each touched table too: count, minimum, maximum and sum of every column. Default false." },
  wait_seconds: { type: "number", optional: true, description: `How long a move waits for a silent datanode, or for somebody else's migration, before it is given up. Default ${DEFAULT_WAIT_SECONDS}.` },
};

/** What a wholly known provider block says of it. Throws a {@link DiagnosticError} that holds every problem. */
export function runOf(config: ObjectValue): RunDeclaration {
  const block = mapOf(config, "greptimedb") ?? {};
  const verifyRows = textOf(block, "verify_rows");
  const verifyRowsLimit = numberOf(block, "verify_rows_limit");
  const verifyChecksums = booleanOf(block, "verify_checksums");
  const waitSeconds = numberOf(block, "wait_seconds");
  const run: RunDeclaration = {
    ...(verifyRows === null ? {} : { verifyRows: verifyRows as VerifyRows }),
    ...(verifyRowsLimit === null ? {} : { verifyRowsLimit }),
    ...(verifyChecksums === null ? {} : { verifyChecksums }),
    ...(waitSeconds === null ? {} : { waitSeconds }),
  };
  const findings = runFindings(run, () => false);
  if (findings.length > 0) throw new DiagnosticError(diagnosticsOf(findings, "greptimedb"));
  return run;
}
