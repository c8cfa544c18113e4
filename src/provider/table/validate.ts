import type { Diagnostic as PluginDiagnostic, ObjectValue } from "../../plugin";
import type { Diagnostic } from "../../topology/diagnostic";
import { validateTable } from "../../topology/validate-table";
import { attributeError, toPluginDiagnostics } from "../report";
import { isWhollyKnown, listOf } from "../values";
import { tableDeclaration } from "./declaration";
import { TABLE_SCHEMA } from "./schema";

/** All findings in one configuration. One with unknown values is judged when Terraform asks again and knows them. */
export function validateTableConfig(request: { readonly config: ObjectValue }): readonly PluginDiagnostic[] {
  const { config } = request;
  const combined = combinationProblems(config);
  const findings = combined.length > 0 || !isWhollyKnown(config) ? combined : validateTable(tableDeclaration(config, "declared"));
  return toPluginDiagnostics(findings, TABLE_SCHEMA.attributes);
}

function combinationProblems(config: ObjectValue): readonly Diagnostic[] {
  const given = (name: string): boolean => (config[name] ?? null) !== null;
  const found: Diagnostic[] = [];
  if (given("partition_less_than") && given("partition_rules")) {
    found.push(
      attributeError(
        "PARTITIONS_DECLARED_TWICE",
        "partition_rules",
        "Ranges and rules exclude each other",
        "Both partition_less_than and partition_rules are set. Keep the ranges, or write every partition as a rule.",
      ),
    );
  }
  if (given("partition_less_than") && !given("partition_columns")) {
    found.push(
      attributeError(
        "PARTITION_COLUMNS_MISSING",
        "partition_less_than",
        "Ranges of which columns?",
        "partition_less_than is set without partition_columns. Name the columns that the bounds belong to.",
      ),
    );
  }
  if (given("partition_columns") && !given("partition_less_than") && !given("partition_rules") && listOf(config, "partition_columns")?.length !== 0) {
    found.push(
      attributeError(
        "PARTITIONS_MISSING",
        "partition_columns",
        "Partition columns without partitions",
        "Give the ranges (partition_less_than) or the rules (partition_rules) as well, or remove partition_columns for a table with one region.",
      ),
    );
  }
  return found;
}
