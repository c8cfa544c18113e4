/** One line of a recording beside the dev cluster's answer. */
export interface Comparison {
  /** Line of the recording, from 1. */
  readonly line: number;
  readonly group: string;
  /** The statement or type. */
  readonly what: string;
  readonly equal: boolean;
  readonly expected: string;
  readonly actual: string;
}

export function compare(line: number, group: string, what: string, expected: unknown, actual: unknown): Comparison {
  const [left, right] = [JSON.stringify(expected), JSON.stringify(actual)];
  return { line, group, what, equal: left === right, expected: left, actual: right };
}
