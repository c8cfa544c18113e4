import { matchPins } from "../../src/provider/region-placement/match-pins";
import { datanodeId, type PartitionKey } from "../../src/topology/ids";

const partitions = ["host < 'g'", "host >= 'g'"] as PartitionKey[];

test("a pin finds its partition by the text, else by what the rule means", () => {
  const pins = new Map([
    ["host < 'g'", datanodeId(1)],
    ["'g' <= host", datanodeId(2)],
    ["host < 'x'", datanodeId(3)],
  ]);
  const { pins: matched, unmatched } = matchPins(pins, partitions);
  expect([...matched]).toEqual([
    ["host < 'g'", 1n],
    ["host >= 'g'", 2n],
  ]);
  expect(unmatched).toEqual(["host < 'x'"]);
});

test("the only region is no rule, and no rule is the only region", () => {
  expect(matchPins(new Map([["*", datanodeId(1)]]), partitions).unmatched).toEqual(["*"]);
  expect(matchPins(new Map([["host < 'g'", datanodeId(1)]]), ["*" as PartitionKey]).unmatched).toEqual(["host < 'g'"]);
});
