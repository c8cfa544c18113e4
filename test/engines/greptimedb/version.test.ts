import {
  capabilitiesOf,
  compareVersions,
  parseServerVersion,
  versionFromBanner,
  type ServerVersion,
} from "../../../src/engines/greptimedb/version";
import { detectServer, versionNotices } from "../../../src/engines/greptimedb/server";
import { scriptedSession, serverError } from "./scripted-session";

function version(text: string): ServerVersion {
  const parsed = parseServerVersion(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

test.each([
  ["8.4.2-GreptimeDB-1.1.4", "1.1.4"],
  ["8.4.2-GreptimeDB-1.0.2", "1.0.2"],
  ["8.4.2-greptimedb-0.12.2", "0.12.2"],
  ["5.7.20-greptimedb-0.7.2", "0.7.2"],
  ["8.4.2-GreptimeDB-1.2.0-beta.2", "1.2.0-beta.2"],
  ["8.4.2-greptimedb-enterprise-0.17.2", "0.17.2"],
])("%s is %s", (banner, expected) => expect(versionFromBanner(banner)?.text).toBe(expected));

test.each(["8.0.35", "10.11.6-MariaDB", "0", "", "8.4.2"])("%p is no GreptimeDB", (banner) => {
  expect(versionFromBanner(banner)).toBeUndefined();
});

test("order of versions", () => {
  const ordered = [
    "0.6.0",
    "0.7.0",
    "0.9.2",
    "0.9.10",
    "0.17.2",
    "1.0.0-beta.1",
    "1.0.0-beta.2",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.2",
    "1.2.0-beta.2",
    "1.2.0",
  ];
  const sorted = [...ordered].reverse().sort((a, b) => compareVersions(version(a), version(b)));
  expect(sorted).toEqual(ordered);
});

test.each([
  ["0.6.0", { scope: "create-and-read", partitionSyntax: "range-columns", regionPeersTable: null }],
  [
    "0.7.2",
    {
      scope: "full",
      partitionSyntax: "on-columns",
      regionPeersTable: "greptime_region_peers",
      adminCall: "SELECT",
      clusterInfo: false,
      procedureInfo: false,
    },
  ],
  [
    "0.9.2",
    {
      regionPeersTable: "region_peers",
      adminCall: "SELECT",
      clusterInfo: true,
      procedureInfo: false,
      createOptions: true,
      setOption: false,
    },
  ],
  [
    "0.9.5",
    {
      adminCall: "ADMIN",
      procedureInfo: true,
      regionStatistics: { rows: null, size: ["sst_size", "memtable_size"] },
      ruleOrder: "sorted-by-bound",
    },
  ],
  [
    "0.12.2",
    {
      serialPerTable: true,
      regionFilterIsSafe: false,
      setOption: true,
      addColumnIfNotExists: true,
      ruleColumn: "partition_expression",
    },
  ],
  ["0.15.5", { serialPerTable: false, ruleOrder: "sorted-by-bound", modifyColumnDefault: false }],
  [
    "0.17.2",
    {
      ruleOrder: "route",
      ruleColumn: "partition_expression",
      repartition: false,
      modifyColumnDefault: true,
      commentOn: false,
    },
  ],
  [
    "1.0.2",
    {
      ruleColumn: "partition_description",
      repartition: true,
      repartitionOnColumns: false,
      regionFilterIsSafe: true,
      objectStorageEnforced: false,
    },
  ],
  ["1.1.4", { repartitionOnColumns: true, objectStorageEnforced: true, newerThanKnown: false }],
  ["1.2.0-beta.2", { newerThanKnown: false, setStorageOptions: true }],
  ["1.3.0", { newerThanKnown: true, scope: "full" }],
  ["2.0.0", { newerThanKnown: true }],
] as const)("what %s can", (text, expected) => expect(capabilitiesOf(text)).toMatchObject(expected));

test("a build that hides its name is recognised by build_info", async () => {
  const session = scriptedSession((sql) => (sql.includes("build_info") ? [["1.1.4"]] : [["8.4.2"]]));
  expect((await detectServer(session)).version.text).toBe("1.1.4");
});

test("MySQL is refused with what it calls itself", async () => {
  const session = scriptedSession((sql) =>
    sql.includes("build_info") ? serverError("Unknown table 'build_info'", 1109) : [["8.0.35"]],
  );
  await expect(detectServer(session)).rejects.toMatchObject({
    diagnostic: { code: "GREPTIMEDB_NOT_GREPTIMEDB", detail: expect.stringContaining("8.0.35") },
    transient: false,
  });
});

test("notices: newer, older, none", () => {
  expect(versionNotices(capabilitiesOf("1.3.0"))).toMatchObject([
    { severity: "warning", code: "GREPTIMEDB_VERSION_NEWER" },
  ]);
  expect(versionNotices(capabilitiesOf("0.6.0"))).toMatchObject([
    { severity: "warning", code: "GREPTIMEDB_VERSION_OLD" },
  ]);
  expect(versionNotices(capabilitiesOf("1.1.4"))).toEqual([]);
});
