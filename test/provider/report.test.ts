import { toPluginDiagnostics } from "../../src/provider/report";
import { errorDiagnostic } from "../../src/topology/diagnostic";

const shown = (detail: string, address?: string): string | undefined =>
  toPluginDiagnostics([errorDiagnostic({ code: "SOME_CODE", summary: "s", detail, ...(address === undefined ? {} : { address }) })])[0]!.detail;

test("the address stands before a sentence, and on a line of its own above a list", () => {
  expect(shown("The table is gone.", "public.ev,cpu")).toBe("public.ev,cpu: The table is gone. [SOME_CODE]");
  expect(shown("  datanode 0 is excluded\n  datanode 1 is full\nLift one.", "public.ev,cpu")).toBe(
    "public.ev,cpu:\n  datanode 0 is excluded\n  datanode 1 is full\nLift one. [SOME_CODE]",
  );
});

test("without an address the detail begins as it is", () => {
  expect(shown("  a list\nof things")).toBe("  a list\nof things [SOME_CODE]");
});
