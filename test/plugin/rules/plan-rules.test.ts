import fc from "fast-check";
import { renderPath } from "../../../src/plugin/diagnostics/path";
import { checkPlan } from "../../../src/plugin/rules/plan-valid";
import { markComputedUnknown, propose } from "../../../src/plugin/rules/propose";
import { changedPaths, checkReplacementPaths, replacementPaths } from "../../../src/plugin/rules/replacement";
import { checkResult } from "../../../src/plugin/rules/result-compatible";
import { checkState } from "../../../src/plugin/rules/state-valid";
import type { Violation } from "../../../src/plugin/rules/violation";
import { blockType } from "../../../src/plugin/schema/implied-type";
import type { Attribute, Schema } from "../../../src/plugin/schema/schema";
import { emptyObject } from "../../../src/plugin/value/empty-object";
import { UNKNOWN } from "../../../src/plugin/value/unknown";
import type { ObjectValue, Value } from "../../../src/plugin/value/value";
import { DynamicValue } from "../../../src/plugin/value/value";
import { typedValues } from "../support/arbitraries";

const text = (behaviour: Partial<Attribute>): Attribute => ({ type: "string", ...behaviour }) as Attribute;
const element = {
  key: text({ required: true }),
  made: text({ computed: true }),
  both: text({ optional: true, computed: true }),
};

const schema: Schema = {
  version: 0,
  attributes: {
    id: text({ computed: true, stable: true }),
    name: text({ required: true, requiresReplace: true }),
    note: text({ optional: true }),
    size: { type: "number", optional: true, computed: true },
    made: text({ computed: true }),
    token: text({ optional: true, writeOnly: true }),
    single: { nested: { nesting: "single", attributes: element }, optional: true },
    list: { nested: { nesting: "list", attributes: element }, optional: true },
    map: { nested: { nesting: "map", attributes: element }, optional: true },
    set: { nested: { nesting: "set", attributes: element }, optional: true },
    whole: { nested: { nesting: "list", attributes: element }, optional: true, computed: true },
    anything: { type: "dynamic", optional: true, computed: true },
  },
  blocks: {
    one: { nesting: "single", attributes: element },
    rule: { nesting: "list", attributes: element },
    tag: { nesting: "set", attributes: element },
    by: { nesting: "map", attributes: element },
    group: { nesting: "group", attributes: { note: text({ optional: true }) } },
  },
};

const config = (changes: ObjectValue = {}): ObjectValue => ({ ...emptyObject(schema), name: "n", ...changes });
const planned = (changes: ObjectValue = {}): ObjectValue => ({
  ...config(),
  id: UNKNOWN,
  made: UNKNOWN,
  size: UNKNOWN,
  ...changes,
});
const one = (key: string, made: Value = null, both: Value = null) => ({ key, made, both });
const told = (violations: readonly Violation[]) =>
  violations.map(({ path, problem }) => `${renderPath(path)}: ${problem}`);

describe("a valid plan", () => {
  test.each<[string, ObjectValue | null, ObjectValue | null, ObjectValue | null]>([
    ["creation with unknown computed values", null, config(), planned()],
    ["creation with planned computed values", null, config(), planned({ id: "1", size: 3 })],
    ["destruction", planned({ id: "1" }), null, null],
    ["a configured value that is also computed", null, config({ size: 5 }), planned({ size: 5n as never })],
    ["an unknown configured value", null, config({ note: UNKNOWN }), planned({ note: UNKNOWN })],
    [
      "the prior value of a configured one, as when only its form differs",
      config({ note: "A" }),
      config({ note: "a" }),
      planned({ note: "A" }),
    ],
    [
      "nested elements with unknown computed values",
      null,
      config({ map: { a: one("x") } }),
      planned({ map: { a: one("x", UNKNOWN, "b") } }),
    ],
    [
      "a nested list",
      null,
      config({ list: [one("x"), one("y")] }),
      planned({ list: [one("x", UNKNOWN), one("y", "z")] }),
    ],
    [
      "a nested set in another order",
      null,
      config({ set: [one("x"), one("y")] }),
      planned({ set: [one("y", "1"), one("x", UNKNOWN)] }),
    ],
    ["a single nested object", null, config({ single: one("x") }), planned({ single: one("x", "m") })],
    ["a computed nested attribute that is not configured", null, config(), planned({ whole: [one("anything")] })],
    [
      "blocks with unknown computed values",
      null,
      config({ rule: [one("x")], one: one("o"), by: { k: one("b") } }),
      planned({ rule: [one("x", UNKNOWN)], one: one("o", "m"), by: { k: one("b", "m") } }),
    ],
    [
      "a set of blocks",
      null,
      config({ tag: [one("x"), one("y")] }),
      planned({ tag: [one("y", UNKNOWN), one("x", UNKNOWN)] }),
    ],
    ["blocks that are not known yet", null, config({ rule: UNKNOWN }), planned({ rule: UNKNOWN })],
  ])("%s", (_, prior, configured, plan) => expect(told(checkPlan(schema, prior, configured, plan))).toEqual([]));
});

describe("an invalid plan", () => {
  test.each<[string, ObjectValue | null, ObjectValue | null, ObjectValue | null, RegExp]>([
    ["nothing for a creation", null, config(), null, /nothing is planned/],
    ["something for a destruction", planned(), null, planned(), /something is planned/],
    [
      "another value than the configured one",
      null,
      config(),
      planned({ name: "m" }),
      /^name: the planned value is neither/,
    ],
    [
      "another value than the configured one in a computed attribute",
      null,
      config({ size: 5 }),
      planned({ size: 6 }),
      /^size: /,
    ],
    ["null for a configured value", null, config({ note: "a" }), planned(), /^note: /],
    [
      "a value that is neither configured nor computed",
      null,
      config(),
      planned({ note: "a" }),
      /^note: .*neither configured nor computed/,
    ],
    ["a prior value that is no longer configured", config({ note: "a" }), config(), planned({ note: "a" }), /^note: /],
    ["unknown for a configured value", null, config({ note: "a" }), planned({ note: UNKNOWN }), /^note: /],
    [
      "a nested value that is not configured",
      null,
      config({ map: { a: one("x") } }),
      planned({ map: { a: one("y") } }),
      /^map\["a"\]\.key: /,
    ],
    ["a missing key", null, config({ map: { a: one("x") } }), planned({ map: {} }), /^map\["a"\]: the key is missing/],
    [
      "an extra key",
      null,
      config({ map: {} }),
      planned({ map: { b: one("x") } }),
      /^map\["b"\]: .*not in the configuration/,
    ],
    [
      "a longer list",
      null,
      config({ list: [one("x")] }),
      planned({ list: [one("x"), one("y")] }),
      /^list: the plan has 2 elements/,
    ],
    [
      "a strange element of a set",
      null,
      config({ set: [one("x")] }),
      planned({ set: [one("y")] }),
      /^set: .*not one of the configuration/,
    ],
    [
      "a larger set",
      null,
      config({ set: [one("x")] }),
      planned({ set: [one("x", "1"), one("x", "2")] }),
      /^set: the plan has 2 elements/,
    ],
    [
      "a lost element of a set",
      null,
      config({ set: [one("x"), one("y")] }),
      planned({ set: [one("x", "1")] }),
      /^set: .*not planned/,
    ],
    [
      "null for configured nested elements",
      null,
      config({ list: [] }),
      planned({ list: null }),
      /^list: nothing is planned/,
    ],
    ["null for no blocks", null, config(), planned({ rule: null }), /^rule: no blocks are an empty collection/],
    ["unknown blocks", null, config(), planned({ rule: UNKNOWN }), /^rule: blocks must not be unknown/],
    ["an added block", null, config(), planned({ rule: [one("x")] }), /^rule: the plan has 1 elements/],
    ["a block that is not configured", null, config(), planned({ one: one("x") }), /^one: something is planned/],
    [
      "an unknown single block",
      null,
      config({ one: one("x") }),
      planned({ one: UNKNOWN }),
      /^one: a block must not be unknown/,
    ],
    ["a changed block", null, config({ tag: [one("x")] }), planned({ tag: [one("z")] }), /^tag: /],
  ])("%s", (_, prior, configured, plan, message) =>
    expect(told(checkPlan(schema, prior, configured, plan)).join("\n")).toMatch(message),
  );

  test("never shows a value", () => {
    const violations = checkPlan(schema, null, config({ note: "hunter22" }), planned({ note: "swordfish" }));
    expect(told(violations)).toHaveLength(1);
    expect(told(violations).join()).not.toMatch(/hunter22|swordfish/);
  });
});

describe("the proposal for a resource's own planning", () => {
  test("on creation computed values are unknown, configured ones stay", () => {
    const configured = config({
      size: 5,
      map: { a: one("x", null, "b") },
      set: [one("s")],
      rule: [one("r")],
      one: one("o"),
    });
    expect(propose(schema, null, configured, configured)).toEqual({
      ...configured,
      id: UNKNOWN,
      made: UNKNOWN,
      whole: UNKNOWN,
      anything: UNKNOWN,
      map: { a: one("x", UNKNOWN, "b") },
      set: [one("s", UNKNOWN, UNKNOWN)],
      rule: [one("r", UNKNOWN, UNKNOWN)],
      one: one("o", UNKNOWN, UNKNOWN),
    });
  });

  const prior = config({ id: "1", size: 5, made: "m", note: "a", map: { a: one("x", "m", "b") } });

  test("without a change everything stays, also with a write-only value", () => {
    const configured = config({ note: "a", token: "secret", map: { a: one("x") } });
    expect(propose(schema, prior, configured, { ...prior, token: "secret" })).toEqual(prior);
  });

  test("with a change only stable computed values stay", () => {
    const configured = config({ note: "b", map: { a: one("x") } });
    expect(propose(schema, prior, configured, { ...prior, note: "b" })).toEqual({
      ...prior,
      note: "b",
      size: UNKNOWN,
      made: UNKNOWN,
      whole: UNKNOWN,
      anything: UNKNOWN,
      map: { a: one("x", UNKNOWN, UNKNOWN) },
    });
  });

  test("an element of a set is matched with what configured it", () => {
    const configured = config({ set: [one("x", null, "given"), one("y")] });
    const proposed = { ...configured, set: [one("y", "m", "kept"), one("x", "m", "given")] };
    expect(markComputedUnknown(schema, configured, proposed)["set"]).toEqual([
      one("y", UNKNOWN, UNKNOWN),
      one("x", UNKNOWN, "given"),
    ]);
  });

  test("a dynamic null counts as not configured", () => {
    const configured = config({ anything: new DynamicValue("string", null) });
    expect(markComputedUnknown(schema, configured, configured)["anything"]).toBe(UNKNOWN);
  });

  test("what is proposed is always a valid plan", () => {
    const nested = fc.record({ key: fc.string(), made: fc.constant(null), both: fc.constantFrom(null, "b", UNKNOWN) });
    const configs = fc.record({
      note: fc.constantFrom<Value>(null, "a", "b", UNKNOWN),
      size: fc.constantFrom<Value>(null, 1, UNKNOWN),
      token: fc.constantFrom<Value>(null, "t"),
      single: fc.option(nested),
      list: fc.option(fc.array(nested, { maxLength: 3 })),
      map: fc.option(fc.dictionary(fc.string(), nested, { maxKeys: 3 })),
      set: fc.option(fc.uniqueArray(nested, { maxLength: 3, selector: ({ key }) => key })),
      rule: fc.array(nested, { maxLength: 3 }),
      tag: fc.uniqueArray(nested, { maxLength: 3, selector: ({ key }) => key }),
      by: fc.dictionary(fc.string(), nested, { maxKeys: 3 }),
      one: fc.option(nested),
    });
    fc.assert(
      fc.property(configs, fc.boolean(), (changes, exists) => {
        const configured = config(changes);
        const before = exists ? prior : null;
        const plan = propose(schema, before, configured, { ...configured, id: exists ? "1" : null });
        expect(told(checkPlan(schema, before, configured, plan))).toEqual([]);
      }),
    );
  });
});

describe("replacement", () => {
  const inner: Schema = {
    version: 0,
    attributes: {
      name: text({ required: true, requiresReplace: true }),
      labels: { type: { map: "string" }, optional: true },
      tags: { type: { set: "string" }, optional: true, requiresReplace: true },
      map: {
        nested: {
          nesting: "map",
          attributes: { zone: text({ optional: true, requiresReplace: true }), size: text({ optional: true }) },
        },
        optional: true,
      },
    },
    blocks: { rule: { nesting: "list", attributes: { kind: text({ required: true, requiresReplace: true }) } } },
  };
  const base: ObjectValue = {
    name: "a",
    labels: { k: "v" },
    tags: ["x", "y"],
    map: { m: { zone: "z", size: "1" } },
    rule: [{ kind: "k" }],
  };

  test("only changed attributes count, wherever they stand", () => {
    const changed = {
      ...base,
      name: "b",
      tags: ["y", "x"],
      map: { m: { zone: "w", size: "2" }, n: { zone: "q", size: null } },
      rule: [{ kind: "l" }, { kind: "m" }],
    };
    expect(replacementPaths(inner, base, changed).map(renderPath)).toEqual(["name", 'map["m"].zone', "rule[0].kind"]);
    expect(replacementPaths(inner, base, base)).toEqual([]);
  });

  test("changedPaths keeps the paths whose value changes", () => {
    const paths = [["name"], ["tags"], ["labels", { key: "k" }], ["map", { key: "m" }, "size"], ["nothing"]];
    const changed = { ...base, tags: ["y", "x"], labels: { k: "w" }, map: { m: { zone: "z", size: "2" } } };
    expect(changedPaths(inner, base, changed, paths).map(renderPath)).toEqual(['labels["k"]', 'map["m"].size']);
  });

  test("a path that exists nowhere is a violation", () => {
    expect(checkReplacementPaths(base, base, [["name"], ["map", { key: "m" }, "zone"]])).toEqual([]);
    expect(told(checkReplacementPaths(base, base, [["nope"], ["rule", 5]]))).toHaveLength(2);
  });
});

describe("the result of an apply", () => {
  test("a value agrees with itself, and anything agrees with unknown", () => {
    fc.assert(
      fc.property(typedValues(false), ([type, value]) => {
        expect(checkResult(type, value, value)).toEqual([]);
        expect(checkResult(type, UNKNOWN, value)).toEqual([]);
      }),
    );
  });

  const type = blockType(schema);
  const result = (changes: ObjectValue = {}) => ({ ...planned({ id: "1", made: "m", size: 1 }), ...changes });

  test.each<[string, ObjectValue, ObjectValue]>([
    ["known values for unknown ones", planned(), result()],
    [
      "a set in another order",
      planned({ set: [one("x", UNKNOWN), one("y")] }),
      result({ set: [one("y"), one("x", "m")] }),
    ],
    [
      "a dynamic value of unknown content",
      planned({ anything: new DynamicValue("string", UNKNOWN) }),
      result({ anything: new DynamicValue("string", "x") }),
    ],
  ])("%s", (_, plan, actual) => expect(told(checkResult(type, plan, actual))).toEqual([]));

  test.each<[string, ObjectValue, ObjectValue, RegExp]>([
    ["another value", planned(), result({ name: "m" }), /^name: the result is not the planned value/],
    ["a value where null was planned", planned(), result({ note: "a" }), /^note: the plan was null/],
    ["null where a value was planned", planned(), result({ name: null }), /^name: .*the result is null/],
    ["a lost key", planned({ map: { a: one("x") } }), result({ map: {} }), /^map\["a"\]: the planned key is missing/],
    ["an added key", planned({ map: {} }), result({ map: { a: one("x") } }), /^map\["a"\]: .*not planned/],
    [
      "a longer list",
      planned({ list: [] }),
      result({ list: [one("x")] }),
      /^list: the plan has 0 elements and the result 1/,
    ],
    ["a changed element", planned({ list: [one("x")] }), result({ list: [one("y")] }), /^list\[0\]\.key: /],
    [
      "a larger set",
      planned({ set: [one("x", UNKNOWN)] }),
      result({ set: [one("x", "1"), one("x", "2")] }),
      /^set: .*more elements/,
    ],
    [
      "a strange element of a set",
      planned({ set: [one("x")] }),
      result({ set: [one("y")] }),
      /^set: .*not in the planned set/,
    ],
    ["a lost element of a set", planned({ set: [one("x"), one("y")] }), result({ set: [one("x")] }), /^set: .*missing/],
    ["an unknown value", planned(), result({ name: UNKNOWN }), /^name: .*unknown/],
    [
      "another dynamic type",
      planned({ anything: new DynamicValue("number", 1) }),
      result({ anything: new DynamicValue("string", "1") }),
      /^anything: .*another type/,
    ],
  ])("not %s", (_, plan, actual, message) => expect(told(checkResult(type, plan, actual)).join("\n")).toMatch(message));
});

describe("a stored state", () => {
  const good = { ...planned(), id: "1", made: "m", size: 1 };
  test.each<[string, ObjectValue, string[]]>([
    ["is accepted when it is whole", good, []],
    ["has no unknown value", { ...good, made: UNKNOWN, list: [one("x", UNKNOWN)] }, ["made", "list"]],
    ["has no write-only value", { ...good, token: "t" }, ["token"]],
    ["has empty collections of blocks, not null", { ...good, rule: null, tag: null, by: null }, ["rule", "tag", "by"]],
    ["has an object for a group", { ...good, group: null }, ["group"]],
  ])("%s", (_, state, paths) => expect(checkState(schema, state).map(({ path }) => renderPath(path))).toEqual(paths));
});
