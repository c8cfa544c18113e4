import {
  equalDiagnostics,
  errorDiagnostic,
  hasErrors,
  uniqueDiagnostics,
  warningDiagnostic,
} from "../../../src/plugin/diagnostics/diagnostic";
import { equalPaths, renderPath } from "../../../src/plugin/diagnostics/path";

describe("diagnostics", () => {
  const error = errorDiagnostic("s", "d", ["a", 0, { key: "k" }]);

  test("are equal when the user sees the same", () => {
    expect(equalDiagnostics(error, errorDiagnostic("s", "d", ["a", 0, { key: "k" }]))).toBe(true);
    expect(equalDiagnostics(errorDiagnostic("s", "d"), errorDiagnostic("s", "d", []))).toBe(true);
    const others = [
      warningDiagnostic("s", "d", ["a", 0, { key: "k" }]),
      errorDiagnostic("t", "d", ["a", 0, { key: "k" }]),
      errorDiagnostic("s", "e", ["a", 0, { key: "k" }]),
      errorDiagnostic("s", "d", ["a", 1, { key: "k" }]),
      errorDiagnostic("s", "d", ["a", 0, "k"]),
      errorDiagnostic("s", "d", ["a", 0]),
    ];
    expect(others.filter((other) => equalDiagnostics(error, other))).toEqual([]);
  });

  test("repetitions are dropped, order stays", () => {
    const warning = warningDiagnostic("w", "");
    expect(uniqueDiagnostics([warning, error, { ...warning }, { ...error }])).toEqual([warning, error]);
    expect(hasErrors([warning])).toBe(false);
    expect(hasErrors([warning, error])).toBe(true);
  });

  test("paths are written as Terraform writes references", () => {
    expect(renderPath(["rule", 0, "map", { key: 'host < "g"' }, "x"])).toBe('rule[0].map["host < \\"g\\""].x');
    expect(equalPaths(["a", { key: "1" }], ["a", 1])).toBe(false);
  });
});
