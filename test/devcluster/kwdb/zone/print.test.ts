import fc from "fast-check";
import { printProtobuf } from "../../../../src/devcluster/kwdb/zone/print-protobuf";
import { printVariables, printZoneSql } from "../../../../src/devcluster/kwdb/zone/print-sql";
import { printConstraints, printLeasePreferences, printYaml } from "../../../../src/devcluster/kwdb/zone/print-yaml";
import { BUILT_IN_DEFAULT, type Constraint, type ConstraintGroup, EMPTY_VALUES } from "../../../../src/devcluster/kwdb/zone/zone-config";
import { applyYaml, parseConstraints, parseLeasePreferences } from "../../../../src/devcluster/kwdb/zone/zone-yaml";

const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,20}$/);
const constraint: fc.Arbitrary<Constraint> = fc.record({ type: fc.constantFrom("required" as const, "prohibited" as const), key: fc.oneof(fc.constant(""), word), value: word });
const groups: fc.Arbitrary<readonly ConstraintGroup[]> = fc.oneof(
  fc.constant([]),
  fc.array(constraint, { minLength: 1, maxLength: 6 }).map((constraints) => [{ replicas: 0, constraints }]),
  fc.uniqueArray(constraint, { minLength: 1, maxLength: 8, selector: (c) => JSON.stringify(c) }).map((constraints) => constraints.map((c, i) => ({ replicas: i + 1, constraints: [c] }))),
);
const sortedByKey = (all: readonly ConstraintGroup[]): readonly ConstraintGroup[] => [...all].sort((a, b) => (printConstraints([a]) < printConstraints([b]) ? -1 : 1));

test("printed constraints are read back as the same, however long", () => {
  fc.assert(fc.property(groups, (value) => {
    expect(sortedByKey(parseConstraints(printConstraints(value)) ?? [])).toEqual(sortedByKey(value));
  }));
});

test("printed lease preferences keep their order", () => {
  fc.assert(fc.property(fc.array(fc.array(constraint, { minLength: 1, maxLength: 3 }), { maxLength: 5 }), (value) => {
    expect(parseLeasePreferences(printLeasePreferences(value))).toEqual(value);
  }));
});

test("a whole zone survives its YAML, except that inherited and empty lists look the same", () => {
  fc.assert(fc.property(groups, (constraints) => {
    const values = { ...BUILT_IN_DEFAULT, constraints: sortedByKey(constraints), tsMergeNanos: 0n };
    const back = applyYaml(EMPTY_VALUES, printYaml(values));
    expect({ ...back, constraints: sortedByKey(back.constraints ?? []) }).toEqual(values);
  }));
});

test("a line breaks before the first item that begins after column 80, inside an escape string", () => {
  const many = Array.from({ length: 6 }, (_, i) => ({ replicas: 1, constraints: [{ type: "required" as const, key: "region", value: `NODE${i + 1}` }] }));
  expect(printConstraints(many.slice(0, 5))).not.toContain("\n");
  expect(printConstraints(many)).toBe("{+region=NODE1: 1, +region=NODE2: 1, +region=NODE3: 1, +region=NODE4: 1, +region=NODE5: 1,\n  +region=NODE6: 1}");
  expect(printVariables({ ...EMPTY_VALUES, constraints: many })[0]).toMatch(/^constraints = e'\{.*,\\n {2}\+region=NODE6: 1\}'$/);
});

test("a zone without variables prints its head and a newline", () => {
  expect(printZoneSql("TABLE d.public.t", EMPTY_VALUES)).toBe("ALTER TABLE d.public.t CONFIGURE ZONE USING\n");
});

test("the bytes of the built-in default, and of constraints", () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  expect(hex(printProtobuf(BUILT_IN_DEFAULT))).toBe("108080804018808080800222040890bf05280350005800608080d8e8dab9c4016800");
  const constraints = [{ replicas: 1, constraints: [{ type: "required" as const, key: "region", value: "a" }] }];
  expect(hex(printProtobuf({ ...EMPTY_VALUES, constraints }))).toBe("3211320d0801120672656769" + "6f6e1a016138015000580160006800");
});

test.each([
  ["foo", "invalid constraints format. expected an array of strings or a map of strings to ints"], ["[\"\"]", "the empty string is not a valid constraint"], ["{+a: x}", "invalid constraints format. expected an array of strings or a map of strings to ints"],
])("%s is no constraint", (text, message) => {
  expect(() => parseConstraints(text)).toThrow(message);
});
