import type { CellValue } from "../model/types";
import type { DataType } from "../types/data-type";

export type ComparisonOperator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** A rule in canonical form: column left, typed value right. */
export type RuleExpression =
  | { readonly kind: "comparison"; readonly column: string; readonly op: ComparisonOperator; readonly value: CellValue; readonly type: DataType }
  | { readonly kind: "and" | "or"; readonly left: RuleExpression; readonly right: RuleExpression };
