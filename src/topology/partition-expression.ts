/**
 * A partition rule as the server understands it: comparisons of a column with a literal, joined by AND and OR.
 * There are no parentheses, so a rule that can be written has OR above AND.
 */
export type PartitionExpression =
  | PartitionComparison
  | { readonly kind: "and" | "or"; readonly left: PartitionExpression; readonly right: PartitionExpression };

export interface PartitionComparison {
  readonly kind: "comparison";
  readonly column: string;
  readonly operator: ComparisonOperator;
  readonly value: Literal;
}

export type ComparisonOperator = "<" | "<=" | ">" | ">=" | "=" | "<>";

/** A constant in a rule. `decimal` holds a number with a fraction as text, so that no digit is lost. */
export type Literal =
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "decimal"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" };

/** Comparisons that must all hold. */
export type Conjunction = readonly PartitionComparison[];

/**
 * The rule as alternatives, each a list of comparisons: `a < 1 OR a = 1 AND b < 2` → `[[a < 1], [a = 1, b < 2]]`.
 * In the order of the text. An AND above an OR, which no text can express, is multiplied out.
 */
export function alternatives(expression: PartitionExpression): readonly Conjunction[] {
  switch (expression.kind) {
    case "comparison":
      return [[expression]];
    case "or":
      return [...alternatives(expression.left), ...alternatives(expression.right)];
    case "and": {
      const right = alternatives(expression.right);
      return alternatives(expression.left).flatMap((first) => right.map((second) => [...first, ...second]));
    }
  }
}

/** The rule of these alternatives; the inverse of {@link alternatives}. Throws RangeError when there is nothing to join. */
export function fromAlternatives(list: readonly Conjunction[]): PartitionExpression {
  return join("or", list.map((conjunction) => join("and", conjunction)));
}

function join(kind: "and" | "or", parts: readonly PartitionExpression[]): PartitionExpression {
  if (parts.length === 0) throw new RangeError("A partition rule needs at least one comparison.");
  return parts.reduce((left, right) => ({ kind, left, right }));
}

/** The same rule with every literal replaced, structure and order kept. */
export function mapLiterals(
  expression: PartitionExpression,
  replace: (comparison: PartitionComparison) => Literal,
): PartitionExpression {
  if (expression.kind === "comparison") return { ...expression, value: replace(expression) };
  return { kind: expression.kind, left: mapLiterals(expression.left, replace), right: mapLiterals(expression.right, replace) };
}

/** All comparisons, from left to right. */
export function comparisons(expression: PartitionExpression): readonly PartitionComparison[] {
  if (expression.kind === "comparison") return [expression];
  return [...comparisons(expression.left), ...comparisons(expression.right)];
}
