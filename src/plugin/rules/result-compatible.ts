import type { Path } from "../diagnostics/path";
import type { Type } from "../schema/type";
import { typeShape } from "../schema/type";
import { equalTypes } from "../schema/type-json";
import { equalValues, valueKey } from "../value/equal-values";
import { isNullValue, isObjectValue, isSequence, isWhollyKnown, member } from "../value/narrow";
import { isUnknown } from "../value/unknown";
import type { Value } from "../value/value";
import { DynamicValue } from "../value/value";
import type { Violation } from "./violation";

/**
 * What the result of an apply must keep of its plan, as Terraform 1.11 checks it ("Provider produced inconsistent result
 * after apply"): every known planned value; any value where the plan was unknown; sets may become smaller, not larger.
 *
 * @returns nothing when the result agrees with the plan.
 */
export function checkResult(type: Type, planned: Value, actual: Value, path: Path = []): readonly Violation[] {
  if (isUnknown(planned)) return [];
  if (isNullValue(planned) && !isNullValue(actual))
    return [{ path, problem: "the plan was null, the result has a value" }];
  if (!isNullValue(planned) && isNullValue(actual))
    return [{ path, problem: "the plan has a value, the result is null" }];
  if (planned === null || actual === null) return [];
  if (isUnknown(actual)) return [{ path, problem: "the plan has a known value, the result is unknown" }];
  const shape = typeShape(type);
  switch (shape.kind) {
    case "string":
    case "number":
    case "bool":
      return equalValues(type, planned, actual) ? [] : [{ path, problem: "the result is not the planned value" }];
    case "dynamic": {
      if (!(planned instanceof DynamicValue) || !(actual instanceof DynamicValue)) return [];
      if (!equalTypes(planned.type, actual.type))
        return [{ path, problem: "the result has another type than the plan" }];
      return checkResult(planned.type, planned.value, actual.value, path);
    }
    case "list":
      return checkElements(() => shape.element, planned, actual, path);
    case "tuple":
      return checkElements((index) => shape.elements[index] ?? "dynamic", planned, actual, path);
    case "map":
      return checkKeys(shape.element, planned, actual, path);
    case "object":
      return Object.entries(shape.attributes).flatMap(([name, attribute]) =>
        checkResult(attribute, member(planned, name), member(actual, name), [...path, name]),
      );
    case "set":
      return checkSet(shape.element, planned, actual, path);
  }
}

function checkElements(type: (index: number) => Type, planned: Value, actual: Value, path: Path): readonly Violation[] {
  const [wanted, given] = [elements(planned), elements(actual)];
  if (wanted.length !== given.length) {
    return [{ path, problem: `the plan has ${wanted.length} elements and the result ${given.length}` }];
  }
  return wanted.flatMap((one, index) => checkResult(type(index), one, given[index] ?? null, [...path, index]));
}

function checkKeys(type: Type, planned: Value, actual: Value, path: Path): readonly Violation[] {
  const wanted = isObjectValue(planned) ? Object.keys(planned) : [];
  const given = isObjectValue(actual) ? Object.keys(actual) : [];
  const lost = wanted.filter((key) => !isObjectValue(actual) || !Object.hasOwn(actual, key));
  const added = given.filter((key) => !isObjectValue(planned) || !Object.hasOwn(planned, key));
  return [
    ...lost.map((key) => ({ path: [...path, { key }], problem: "the planned key is missing in the result" })),
    ...added.map((key) => ({ path: [...path, { key }], problem: "the result has a key that was not planned" })),
    ...wanted
      .filter((key) => !lost.includes(key))
      .flatMap((key) => checkResult(type, member(planned, key), member(actual, key), [...path, { key }])),
  ];
}

function checkSet(type: Type, planned: Value, actual: Value, path: Path): readonly Violation[] {
  const [wanted, given] = [elements(planned), elements(actual)];
  if (given.length > wanted.length) return [{ path, problem: "the result has more elements than the planned set" }];
  const wantedKeys = new Set(wanted.map((one) => valueKey(type, one)));
  const givenKeys = new Set(given.map((one) => valueKey(type, one)));
  const open = wanted.filter((one) => !isWhollyKnown(one));
  const fits = (one: Value, other: Value) => checkResult(type, one, other).length === 0;
  const strange = given.some(
    (other) => !wantedKeys.has(valueKey(type, other)) && !open.some((one) => fits(one, other)),
  );
  if (strange) return [{ path, problem: "the result has an element that is not in the planned set" }];
  const lost = wanted.some(
    (one) => !givenKeys.has(valueKey(type, one)) && (isWhollyKnown(one) || !given.some((other) => fits(one, other))),
  );
  return lost ? [{ path, problem: "an element of the planned set is missing in the result" }] : [];
}

function elements(value: Value): readonly Value[] {
  return isSequence(value) ? value : [];
}
