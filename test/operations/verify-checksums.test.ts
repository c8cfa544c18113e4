import { CommandLine } from "../cli/support/command-line";
import { manifest, pinsShiftedBy, reach, startStage } from "../cli/support/stage";

jest.setTimeout(60_000);

test("topoform apply --verify checksums compares every figure over the wire, and says so in its JSON", async () => {
  const topoform = new CommandLine();
  const cluster = await startStage();
  try {
    topoform.write("topoform.json", manifest(pinsShiftedBy(cluster, 1)));
    const { code, stdout } = await topoform.run(["apply", "--auto-approve", "--json", "--verify", "checksums", "--verify-rows-limit", "100"], { env: reach(cluster) });
    expect(code).toBe(0);
    const lines = stdout.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter((line) => line["code"] === "CHECKSUM_TAKEN")).toHaveLength(2);
    expect(lines.at(-1)).toMatchObject({
      clusters: [{ result: { checksums: [{ equal: true, before: { rows: "12" } }], rows: [{ method: "exact", before: "12", after: "12" }] } }],
    });
  } finally {
    await cluster.stop();
    topoform.remove();
  }
});
