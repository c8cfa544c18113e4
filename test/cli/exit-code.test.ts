import { ExitCode, failedExitCode } from "../../src/cli/exit-code";
import { errorDiagnostic, warningDiagnostic, type Diagnostic } from "../../src/topology/diagnostic";

const error = (code: string): Diagnostic => errorDiagnostic({ code, summary: "", detail: "" });
const warning = warningDiagnostic({ code: "ROWS_MAY_BE_LOST", summary: "", detail: "" });

test.each<readonly [string, readonly Diagnostic[], number]>([
  ["moves that only waited for a silent datanode are blocked", [error("MOVE_HELD"), error("MOVE_HELD"), warning], ExitCode.unreadable],
  ["one that failed beside them is a failure", [error("MOVE_HELD"), error("MOVE_FAILED")], ExitCode.failed],
  ["without a reason it failed", [warning], ExitCode.failed],
])("%s", (_, diagnostics, code) => {
  expect(failedExitCode(diagnostics)).toBe(code);
});
