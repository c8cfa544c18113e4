import { createLogger, logLevelFromEnvironment } from "../../../src/plugin/log/logger";
import type { LogFields, LogLevel } from "../../../src/plugin/log/logger";
import { createRedactor } from "../../../src/plugin/log/redactor";

function logged(level: LogLevel | "off", act: (log: ReturnType<typeof createLogger>) => void, secrets: string[] = []) {
  const lines: string[] = [];
  const redactor = createRedactor();
  redactor.add(secrets);
  act(
    createLogger({ level, write: (line) => lines.push(line), now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6), redactor }),
  );
  return lines;
}

describe("log lines", () => {
  test("have a timestamp with six digits and only strings", () => {
    const fields: LogFields = {
      number: 5,
      big: 2n ** 64n,
      no: null,
      absent: undefined,
      "@message": "x",
      "@level": "y",
    };
    const [line = ""] = logged("trace", (log) => log.with({ a: true }).info("hello\nworld", fields));
    expect(line.endsWith("\n") && !line.slice(0, -1).includes("\n")).toBe(true);
    expect(JSON.parse(line)).toEqual({
      "@timestamp": "2026-01-02T03:04:05.006000Z",
      "@level": "info",
      "@message": "hello\nworld",
      a: "true",
      number: "5",
      big: "18446744073709551616",
      no: "null",
      _message: "x",
      _level: "y",
    });
  });

  test("below the level are not written", () => {
    const all = (log: ReturnType<typeof createLogger>) => {
      for (const level of ["trace", "debug", "info", "warn", "error"] as const) log[level](level);
    };
    expect(logged("warn", all)).toHaveLength(2);
    expect(logged("off", all)).toHaveLength(0);
  });

  test("stay below the limit at which Terraform splits them", () => {
    const [line = ""] = logged("trace", (log) => log.info("x".repeat(100_000)));
    expect(Buffer.byteLength(line)).toBeLessThan(65_536);
  });

  test.each([
    [{ TF_LOG: "debug" }, "debug"],
    [{ TF_LOG: "JSON" }, "trace"],
    [{ TF_LOG: "trace", TF_LOG_PROVIDER: "ERROR" }, "error"],
    [{ TF_LOG: "off" }, "off"],
    [{}, "off"],
    [{ TF_LOG: "nonsense" }, "off"],
  ] as const)("%j asks for %s", (environment, level) => expect(logLevelFromEnvironment(environment)).toBe(level));
});

describe("redaction", () => {
  test("reaches messages and fields, also escaped and encoded forms", () => {
    const secret = 'a"b c/d';
    const lines = logged(
      "trace",
      (log) =>
        log.info(`login with ${secret}`, {
          url: `x://${encodeURIComponent(secret)}@h`,
          json: JSON.stringify({ secret }),
        }),
      [secret],
    );
    expect(lines.join()).not.toMatch(/b c|b%20c/);
    expect(lines.join()).toContain("login with (sensitive value)");
  });

  test("takes the longer of two secrets, and leaves short words alone", () => {
    const redactor = createRedactor((text) => text.replace("other", "***"));
    redactor.add(["pass", "password123", "abc", "\ud800bad"]);
    expect(redactor.redact("password123 pass abc other")).toBe("(sensitive value) (sensitive value) abc ***");
  });
});
