/** Statements with the answers that a server gives, per version. The same list runs on the dev cluster and on a real server. */

export interface VersionRange {
  /** First version, e.g. `0.15.0`; absent: from the oldest. */
  readonly from?: string;
  /** First version that no longer behaves so. */
  readonly until?: string;
}

export type Expectation =
  | { readonly kind: "ok"; readonly affectedRows?: number }
  /** The error has this SQLSTATE, when one is given, and its text contains all of these. */
  | { readonly kind: "error"; readonly sqlstate?: string; readonly contains: readonly string[] }
  | { readonly kind: "rows"; readonly rows: readonly (readonly (string | null)[])[] }
  /** The first value of the first row contains all of these. */
  | { readonly kind: "text"; readonly contains: readonly string[] };

export interface Step {
  /** Placeholders in braces stand for what is known only when it runs. */
  readonly sql: string;
  /** Values of `$1`, `$2`, …; with any the extended protocol is used. */
  readonly params?: readonly unknown[];
  /** The first whose range holds the version; no match: the step is not run. */
  readonly expect: readonly (VersionRange & Expectation)[];
}

export interface Case {
  readonly name: string;
  readonly range?: VersionRange;
  /** The only kind of deployment that it is about. */
  readonly mode?: string;
  readonly steps: readonly Step[];
}

export const ok: Expectation = { kind: "ok" };
export const error = (...contains: readonly string[]): Expectation => ({ kind: "error", contains });
export const refused = (sqlstate: string, ...contains: readonly string[]): Expectation => ({ kind: "error", sqlstate, contains });
export const rows = (...expected: readonly (readonly (string | null)[])[]): Expectation => ({ kind: "rows", rows: expected });
export const text = (...contains: readonly string[]): Expectation => ({ kind: "text", contains });
export const always = (sql: string, expected: Expectation): Step => ({ sql, expect: [expected] });

function before(a: string, b: string): boolean {
  const [left, right] = [a, b].map((v) => v.split(/[.-]/).map(Number));
  for (let i = 0; i < 3; i++) if (left![i]! !== right![i]!) return left![i]! < right![i]!;
  return false;
}

export const inRange = (version: string, { from, until }: VersionRange): boolean => (from === undefined || !before(version, from)) && (until === undefined || before(version, until));

/** What a step expects of this version; undefined: nothing, it is not run. */
export const expectationOf = (step: Step, version: string): Expectation | undefined => step.expect.find((expectation) => inRange(version, expectation));

/** What a server answered, as far as expectations look. */
export interface CaseAnswer {
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly ok?: { readonly affected_rows: number };
  readonly error?: { readonly sqlstate?: string; readonly message: string };
}

/** Fails the test when the answer is another one. */
export function check(sql: string, answer: CaseAnswer, expected: Expectation): void {
  switch (expected.kind) {
    case "ok":
      expect({ sql, error: answer.error }).toEqual({ sql, error: undefined });
      if (expected.affectedRows !== undefined) expect(answer.ok?.affected_rows).toBe(expected.affectedRows);
      return;
    case "error":
      if (expected.sqlstate !== undefined) expect({ sql, sqlstate: answer.error?.sqlstate }).toEqual({ sql, sqlstate: expected.sqlstate });
      for (const part of expected.contains) expect(answer.error?.message ?? `no error: ${JSON.stringify(answer)}`).toContain(part);
      return;
    case "rows": expect({ sql, rows: answer.rows, error: answer.error }).toEqual({ sql, rows: expected.rows, error: undefined }); return;
    case "text":
      for (const part of expected.contains) expect(answer.rows?.[0]?.[0] ?? answer.error?.message).toContain(part);
  }
}
