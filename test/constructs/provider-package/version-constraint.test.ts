import { satisfiesConstraint } from "../../../src/constructs/provider-package/version-constraint";

test.each([
  ["6.25.0", "6.25.0", true],
  ["6.25.0", "= 6.25", true],
  ["6.25.1", "6.25.0", false],
  ["6.25.1", "!= 6.25.0", true],
  ["6.25.1", "~> 6.25.0", true],
  ["6.26.0", "~> 6.25.0", false],
  ["6.26.0", "~> 6.25", true],
  ["7.0.0", "~> 6.25", false],
  ["6.9.0", "~>6.25", false],
  ["5.99.0", ">= 5.0, < 6.0", true],
  ["6.0.0", ">= 5.0, < 6.0", false],
  ["6.0.0", "> 6.0.0", false],
  ["6.0.0", "<= 6", true],
  ["6.0.0-beta1", ">= 5.0", false],
  ["6.0.0-beta1", "6.0.0-beta1", true],
  ["6.0.0-beta1", "6.0.0", false],
  ["6.0.0", undefined, true],
  ["6.0.0", "whatever", false],
  ["", ">= 0", false],
])("%s satisfies %s: %s", (version, constraint, expected) => {
  expect(satisfiesConstraint(version, constraint)).toBe(expected);
});
