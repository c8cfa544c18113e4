import { DecimalNumber, UNKNOWN } from "../../../src/plugin";
import type { ObjectValue } from "../../../src/plugin";
import { validateZoneConfig } from "../../../src/provider/zone-config/validate";
import { ZONE_CONFIG_SCHEMA } from "../../../src/provider/zone-config/schema";
import { emptyState } from "../../../src/provider/values";
import { codes } from "./harness";

const validate = (given: ObjectValue) => validateZoneConfig({ config: { ...emptyState(ZONE_CONFIG_SCHEMA), ...given } });
const PARTITION = "PARTITION p OF TABLE d.t";

test.each<[string, ObjectValue]>([
  ["a table", { target: "TABLE d.t", num_replicas: 3, gc_ttl_seconds: 600 }],
  ["everything on a partition", { target: PARTITION, range_min_bytes: 1048576, range_max_bytes: 5242880, gc_ttl_seconds: 600, num_replicas: 3, ts_merge_seconds: 0, replica_constraints: { "+region=NODE1,+ssd": 1 }, lease_preferences: [["+region=NODE1"]] }],
  ["a range that is allowed", { target: "RANGE meta", num_replicas: 5, allow_system_range: true }],
  ["only a copy", { target: "TABLE d.t", copy_from_parent: ["num_replicas", "gc_ttl_seconds"] }],
  ["a maximum of 2^63 - 1", { target: "DATABASE d", range_max_bytes: 9223372036854775807n }],
  ["nothing known", { target: UNKNOWN, num_replicas: UNKNOWN, constraints: UNKNOWN, lease_preferences: UNKNOWN, copy_from_parent: UNKNOWN, allow_system_range: UNKNOWN }],
  ["a system range whose permission is not known", { target: "RANGE meta", num_replicas: UNKNOWN, allow_system_range: UNKNOWN }],
  ["parts not known", { target: PARTITION, num_replicas: 3, constraints: ["+region=NODE1", UNKNOWN], lease_preferences: [["+region=NODE1"], [UNKNOWN]] }],
  ["a count not known", { target: PARTITION, num_replicas: UNKNOWN, replica_constraints: { "+region=NODE1": UNKNOWN } }],
  ["names not known", { target: "TABLE d.t", copy_from_parent: [UNKNOWN, "num_replicas"] }],
])("%s is valid", (_name, config) => {
  expect(validate(config)).toEqual([]);
});

test.each<[string, string, ObjectValue]>([
  ["error: KWDB_TARGET_INVALID", "target", { target: "d.t", num_replicas: 3 }],
  ["error: KWDB_ZONE_EMPTY", "target", { target: "TABLE d.t" }],
  ["error: KWDB_SYSTEM_RANGE_NOT_ALLOWED", "allow_system_range", { target: "RANGE liveness", num_replicas: 5 }],
  ["error: KWDB_SYSTEM_RANGE_NOT_ALLOWED", "allow_system_range", { target: "DATABASE system", num_replicas: 5, allow_system_range: false }],
  ["warning: KWDB_INDEX_ZONE", "target", { target: "INDEX d.t@i", num_replicas: 3 }],
  ["error: KWDB_RANGE_SIZE_OUT_OF_RANGE", "range_min_bytes", { target: "TABLE d.t", range_min_bytes: 1048575 }],
  ["error: KWDB_RANGE_SIZE_OUT_OF_RANGE", "range_max_bytes", { target: "TABLE d.t", range_max_bytes: 5242879 }],
  ["error: KWDB_RANGE_SIZES_CONFLICT", "range_min_bytes", { target: "TABLE d.t", range_min_bytes: 6000000, range_max_bytes: 6000000 }],
  ["error: KWDB_NUMBER_NOT_WHOLE", "range_max_bytes", { target: "TABLE d.t", range_max_bytes: 6000000.5 }],
  ["error: KWDB_NUMBER_NOT_WHOLE", "num_replicas", { target: "TABLE d.t", num_replicas: new DecimalNumber("3.00000000000000000001") }],
  ["error: KWDB_GC_TTL_OUT_OF_RANGE", "gc_ttl_seconds", { target: "TABLE d.t", gc_ttl_seconds: 0 }],
  ["error: KWDB_GC_TTL_OUT_OF_RANGE", "gc_ttl_seconds", { target: "TABLE d.t", gc_ttl_seconds: 4294967297 }],
  ["warning: KWDB_GC_TTL_SHORT", "gc_ttl_seconds", { target: "TABLE d.t", gc_ttl_seconds: 599 }],
  ["error: KWDB_REPLICAS_OUT_OF_RANGE", "num_replicas", { target: "TABLE d.t", num_replicas: 2 }],
  ["error: KWDB_REPLICAS_OUT_OF_RANGE", "num_replicas", { target: "TABLE d.t", num_replicas: 4294967297 }],
  ["warning: KWDB_REPLICAS_EVEN", "num_replicas", { target: "TABLE d.t", num_replicas: 4 }],
  ["error: KWDB_TS_MERGE_OUT_OF_RANGE", "ts_merge_seconds", { target: "DATABASE d", ts_merge_seconds: -1 }],
  ["error: KWDB_CONSTRAINTS_ONLY_ON_PARTITIONS", "constraints", { target: "TABLE d.t", constraints: ["+region=NODE1"] }],
  ["error: KWDB_CONSTRAINTS_ONLY_ON_PARTITIONS", "replica_constraints", { target: "TABLE d.t", replica_constraints: { "+region=NODE1": UNKNOWN } }],
  ["error: KWDB_CONSTRAINTS_ONLY_ON_PARTITIONS", "lease_preferences", { target: "TABLE d.t", lease_preferences: UNKNOWN }],
  ["error: KWDB_CONSTRAINT_INVALID", "constraints", { target: PARTITION, constraints: ["region=NODE1"] }],
  ["error: KWDB_CONSTRAINT_INVALID", "constraints", { target: PARTITION, constraints: [null] }],
  ["error: KWDB_CONSTRAINT_INVALID", "replica_constraints", { target: PARTITION, replica_constraints: { "+a b": 1 } }],
  ["error: KWDB_CONSTRAINT_REPLICAS", "replica_constraints", { target: PARTITION, replica_constraints: { "+region=NODE1": 0 } }],
  ["error: KWDB_CONSTRAINT_REPLICAS_EXCEED", "replica_constraints", { target: PARTITION, num_replicas: 3, replica_constraints: { "+region=NODE1": 2, "+region=NODE2": 2 } }],
  ["error: KWDB_CONSTRAINTS_TWICE", "replica_constraints", { target: PARTITION, constraints: [], replica_constraints: { "+region=NODE1": 1 } }],
  ["error: KWDB_LEASE_PREFERENCE_EMPTY", "lease_preferences", { target: PARTITION, lease_preferences: [[]] }],
  ["error: KWDB_VARIABLE_UNKNOWN", "copy_from_parent", { target: "TABLE d.t", copy_from_parent: ["replicas"] }],
  ["error: KWDB_VARIABLE_SET_AND_COPIED", "copy_from_parent", { target: "TABLE d.t", num_replicas: 3, copy_from_parent: ["num_replicas"] }],
  ["error: KWDB_TS_MERGE_NOT_COPIED", "copy_from_parent", { target: "TABLE d.t", copy_from_parent: ["ts_merge_seconds"] }],
  ["error: KWDB_DEFAULT_HAS_NO_PARENT", "copy_from_parent", { target: "RANGE default", copy_from_parent: ["num_replicas"] }],
  ["error: TIMEOUT_OUT_OF_RANGE", "replicas_timeout_seconds", { target: "TABLE d.t", num_replicas: 3, replicas_timeout_seconds: 0 }],
])("%s at %s", (code, attribute, config) => {
  const found = validate(config);
  expect(codes(found)).toEqual([code]);
  expect(found[0]!.path).toEqual([attribute]);
});

test("all findings come at once, each at its attribute", () => {
  const found = validate({ target: "TABLE d.t", num_replicas: 2, gc_ttl_seconds: 0, range_max_bytes: 1, copy_from_parent: ["x"] });
  expect(found.map(({ path }) => path)).toEqual([["copy_from_parent"], ["range_max_bytes"], ["gc_ttl_seconds"], ["num_replicas"]]);
});
