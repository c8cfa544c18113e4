import { TerraformStack, TerraformVariable, Token } from "cdktf";

import {
  Column,
  Datanodes,
  GreptimeCluster,
  MAXVALUE,
  PartitionedTable,
  Partitions,
  RegionPlacement,
  SharedStorage,
  type PartitionedTableProps,
} from "../../src/index";
import {
  builtProvider,
  clusterOf,
  cpu,
  problems,
  program,
  removeTemporaryDirectories,
  stackOf,
  temporaryDirectory,
} from "./support/program";

afterAll(removeTemporaryDirectories);

const provider = builtProvider();

function problemsOfTable(change: (props: PartitionedTableProps) => Partial<PartitionedTableProps>): readonly string[] {
  const stack = stackOf(program(provider));
  const props = cpu(clusterOf(stack));
  new PartitionedTable(stack, "cpu", { ...props, ...change(props) });
  return problems(stack);
}

function byHost(...bounds: Parameters<typeof Partitions.byRange>[0]["partitions"]): Partitions {
  return Partitions.byRange({ columns: ["host"], partitions: bounds });
}

describe("a table that is wrong", () => {
  const cases: readonly {
    readonly name: string;
    readonly change: Parameters<typeof problemsOfTable>[0];
    readonly code: string;
    /** Property, the value got, and what to do. */
    readonly says: readonly string[];
  }[] = [
    {
      name: "bounds that do not increase",
      change: () => ({ partitions: byHost({ lessThan: "p" }, { lessThan: "g" }, { lessThan: MAXVALUE }) }),
      code: "PARTITION_BOUNDS_NOT_INCREASING",
      says: ["partitions.partitions[1].lessThan", "'p'", "'g'"],
    },
    {
      name: "no MAXVALUE at the end",
      change: () => ({ partitions: byHost({ lessThan: "g" }, { lessThan: "p" }) }),
      code: "PARTITION_MAXVALUE_MISSING",
      says: ["partitions.partitions[1].lessThan", "MAXVALUE"],
    },
    {
      name: "a partition column outside the primary key",
      change: () => ({ primaryKey: [] }),
      code: "PARTITION_COLUMN_NOT_IN_PRIMARY_KEY",
      says: ["partitions.columns[0]", '"host"', "primary key"],
    },
    {
      name: "an expression where a column must be",
      change: () => ({
        partitions: Partitions.byRange({
          columns: ["lower(host)"],
          partitions: [{ lessThan: "g" }, { lessThan: MAXVALUE }],
        }),
      }),
      code: "PARTITION_COLUMN_IS_EXPRESSION",
      says: ['"lower(host)"', "column of its own"],
    },
    {
      name: "a bound of the wrong type",
      change: () => ({ partitions: byHost({ lessThan: 10 }, { lessThan: MAXVALUE }) }),
      code: "PARTITION_BOUND_TYPE",
      says: ["partitions.partitions[0].lessThan", "10", "STRING"],
    },
    ...[Column.decimal(20, 4), Column.binary(), Column.json(), Column.vector(3)].map((type) => ({
      name: `a partition column of type ${type.type}`,
      change: () => ({ columns: { host: type, ts: Column.timestamp({ timeIndex: true }) } }),
      code: "PARTITION_COLUMN_TYPE",
      says: ["partitions.columns[0]", type.type, "Allowed"],
    })),
    {
      name: "a datanode that the cluster does not have",
      change: () => ({ partitions: byHost({ lessThan: "g", datanode: 7 }, { lessThan: MAXVALUE, datanode: 0 }) }),
      code: "PLACEMENT_DATANODE_UNKNOWN",
      says: ["host < 'g'", "7", "0, 1, 2"],
    },
    {
      name: "two time indexes",
      change: () => ({
        columns: {
          host: Column.string(),
          a: Column.timestamp({ timeIndex: true }),
          b: Column.timestamp({ timeIndex: true }),
        },
      }),
      code: "TIME_INDEX_NOT_SINGLE",
      says: ["timeIndex", '"a"', '"b"', "exactly one"],
    },
    {
      name: "a time index by name and another by mark",
      change: () => ({
        columns: { host: Column.string(), a: Column.timestamp(), b: Column.timestamp({ timeIndex: true }) },
        timeIndex: "a",
      }),
      code: "TIME_INDEX_NOT_SINGLE",
      says: ['"a"', '"b"'],
    },
    {
      name: "no time index",
      change: () => ({ columns: { host: Column.string() } }),
      code: "TIME_INDEX_MISSING",
      says: ["timeIndex"],
    },
    {
      name: "two columns of one name",
      change: () => ({
        columns: [
          { name: "host", type: "STRING" },
          { name: "host", type: "INT" },
          { name: "ts", type: "TIMESTAMP", timeIndex: true },
        ],
      }),
      code: "COLUMN_DUPLICATE",
      says: ["columns[1].name", '"host"'],
    },
    {
      name: "two partitions of one name",
      change: () => ({ partitions: byHost({ name: "p", lessThan: "g" }, { name: "p", lessThan: MAXVALUE }) }),
      code: "PARTITION_NAME_DUPLICATE",
      says: ["partitions.partitions[1].name", '"p"'],
    },
    {
      name: "rules that leave a gap",
      change: () => ({
        partitions: Partitions.byRules({
          columns: ["host"],
          partitions: [{ rule: "host < 'g'" }, { rule: "host > 'g'" }],
        }),
      }),
      code: "PARTITION_RULES_GAP",
      says: ["host = 'g'"],
    },
    {
      name: "too many moves at once",
      change: () => ({ maxMoves: 65 }),
      code: "PLACEMENT_LIMIT_OUT_OF_RANGE",
      says: ["maxMoves", "65", "64"],
    },
    {
      name: "one datanode for a table with partitions",
      change: () => ({ datanode: 1 }),
      code: "DATANODE_OF_PARTITIONED_TABLE",
      says: ["datanode", "1"],
    },
  ];

  test.each(cases)("$name: $code", ({ change, code, says }) => {
    const found = problemsOfTable(change);
    const matching = found.filter((line) => line.includes(`(${code})`));
    expect({ found, matching: matching.length > 0 }).toEqual({ found, matching: true });
    expect(matching[0]).toMatch(/^\[stack\/cpu\] /);
    for (const text of says) expect(matching[0]).toContain(text);
  });

  test("a valid table has no problem", () => {
    expect(problemsOfTable(() => ({}))).toEqual([]);
  });
});

describe("a program that is wrong", () => {
  test("placement without shared storage", () => {
    const stack = stackOf(program(provider));
    const cluster = new GreptimeCluster(stack, "cluster", { datanodes: Datanodes.count(3) });
    new PartitionedTable(stack, "cpu", cpu(cluster));
    new RegionPlacement(stack, "old", { cluster, table: "old", pins: { "*": 1 } });
    expect(problems(stack)).toEqual([
      expect.stringMatching(/^\[stack\/cpu\] Placement without shared storage\. .*PLACEMENT_WITHOUT_SHARED_STORAGE/),
      expect.stringMatching(/^\[stack\/old\] Placement without shared storage\. .*PLACEMENT_WITHOUT_SHARED_STORAGE/),
    ]);
  });

  test("the same table twice names both constructs", () => {
    const stack = stackOf(program(provider));
    const cluster = clusterOf(stack);
    new PartitionedTable(stack, "a", { ...cpu(cluster), partitions: byHost({ lessThan: MAXVALUE }) });
    new PartitionedTable(stack, "b", { ...cpu(cluster), partitions: byHost({ lessThan: MAXVALUE }) });
    expect(problems(stack)).toEqual([
      expect.stringMatching(
        /^\[stack\/b\] name: Duplicate table\. .*Declared by stack\/a and stack\/b\. \(TABLE_DUPLICATE\)/,
      ),
    ]);
  });

  test("two placements of one table", () => {
    const stack = stackOf(program(provider));
    const cluster = clusterOf(stack);
    new PartitionedTable(stack, "cpu", cpu(cluster));
    new RegionPlacement(stack, "again", { cluster, table: "cpu", pins: { "host < 'g'": 2 } });
    expect(problems(stack)).toEqual([
      expect.stringMatching(
        /^\[stack\/again\] table: Two placements of one table\. .*stack\/cpu.*stack\/again.*PLACEMENT_TABLE_DUPLICATE/,
      ),
    ]);
  });

  test("a pin of an existing table by a name instead of a rule", () => {
    const stack = stackOf(program(provider));
    new RegionPlacement(stack, "old", { cluster: clusterOf(stack), table: "old", pins: { p0: 1 } });
    expect(problems(stack)).toEqual([
      expect.stringMatching(/^\[stack\/old\] pins\.p0: .*SHOW CREATE TABLE.*PLACEMENT_PARTITION_UNREADABLE/),
    ]);
  });

  test("datanodes declared twice", () => {
    const stack = stackOf(program(provider));
    new GreptimeCluster(stack, "cluster", { datanodes: Datanodes.concat(Datanodes.count(2), Datanodes.ids([1])) });
    expect(problems(stack)).toEqual([
      expect.stringMatching(/^\[stack\/cluster\] datanodes\[2\]\.id: .*Datanode 1 is declared twice/),
    ]);
  });

  test("a port and TLS files that cannot be", () => {
    const stack = stackOf(program(provider));
    new GreptimeCluster(stack, "cluster", { port: 70_000, tlsMode: "verify-full", tlsCertFile: "cert.pem" });
    expect(problems(stack)).toEqual([
      expect.stringMatching(/^\[stack\/cluster\] port: .*70000.*CONNECTION_PORT_OUT_OF_RANGE/),
      expect.stringMatching(/^\[stack\/cluster\] tlsCertFile: .*CONNECTION_TLS_PAIR/),
    ]);
  });

  test("a password in the code, without printing it", () => {
    const stack = stackOf(program(provider));
    new GreptimeCluster(stack, "cluster", { password: "hunter2" });
    const [found] = problems(stack);
    expect(found).toMatch(/^\[stack\/cluster\] password: .*TOPOFORM_GREPTIMEDB_PASSWORD.*PASSWORD_IN_CODE/);
    expect(found).not.toContain("hunter2");
  });

  test("a password by a variable that is not sensitive", () => {
    const stack = stackOf(program(provider));
    new GreptimeCluster(stack, "cluster", { password: new TerraformVariable(stack, "pwd", { type: "string" }) });
    expect(problems(stack)).toEqual([
      expect.stringMatching(/^\[stack\/cluster\] password: .*"pwd".*sensitive: true.*PASSWORD_NOT_SENSITIVE/),
    ]);
  });

  test("a cluster of another stack", () => {
    const app = program(provider);
    const cluster = clusterOf(stackOf(app, "one"));
    const two = new TerraformStack(app, "two");
    new PartitionedTable(two, "cpu", cpu(cluster));
    expect(problems(two)).toContainEqual(
      expect.stringMatching(/^\[two\/cpu\] cluster: .*one\/cluster.*CLUSTER_OF_ANOTHER_STACK/),
    );
  });

  test("a provider that is not built", () => {
    const stack = stackOf(program(temporaryDirectory()));
    clusterOf(stack);
    expect(problems(stack)).toEqual([expect.stringMatching(/npm run build.*PROVIDER_NOT_BUILT/)]);
  });

  test("all problems of the tree come at once", () => {
    const stack = stackOf(program(provider));
    const cluster = new GreptimeCluster(stack, "cluster", { port: 0, datanodes: Datanodes.count(2) });
    new PartitionedTable(stack, "cpu", {
      ...cpu(cluster),
      primaryKey: ["hots"],
      partitions: byHost({ lessThan: "p", datanode: 5 }, { lessThan: "g", datanode: 0 }),
    });
    new RegionPlacement(stack, "old", { cluster, table: "old", pins: { "*": 9 }, replayTimeoutSeconds: 0 });
    const codes = problems(stack).map((line) => `${/^\[(.*?)\]/.exec(line)?.[1]} ${/\(([A-Z_]+)\)$/.exec(line)?.[1]}`);
    expect(codes).toEqual(
      expect.arrayContaining([
        "stack/cluster CONNECTION_PORT_OUT_OF_RANGE",
        "stack/cpu PRIMARY_KEY_COLUMN_MISSING",
        "stack/cpu PARTITION_COLUMN_NOT_IN_PRIMARY_KEY",
        "stack/cpu PARTITION_MAXVALUE_MISSING",
        "stack/cpu PLACEMENT_WITHOUT_SHARED_STORAGE",
        "stack/cpu PLACEMENT_DATANODE_UNKNOWN",
        "stack/old PLACEMENT_WITHOUT_SHARED_STORAGE",
        "stack/old PLACEMENT_DATANODE_UNKNOWN",
        "stack/old PLACEMENT_REPLAY_TIMEOUT_OUT_OF_RANGE",
      ]),
    );
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe("values that only Terraform knows", () => {
  test("are allowed wherever a value may come from another resource", () => {
    const stack = stackOf(program(provider));
    const text = (name: string): string => new TerraformVariable(stack, name, { type: "string" }).stringValue;
    const number = (name: string): number => new TerraformVariable(stack, name, { type: "number" }).numberValue;
    const list = (name: string): string[] => new TerraformVariable(stack, name, { type: "list(string)" }).listValue;
    const cluster = new GreptimeCluster(stack, "cluster", {
      host: text("host"),
      port: number("port"),
      user: text("user"),
      password: text("token"),
      datanodes: Datanodes.ids([number("node"), 1]),
      sharedStorage: SharedStorage.s3({ bucket: text("bucket"), root: text("root") }),
    });
    new PartitionedTable(stack, "cpu", {
      cluster,
      name: text("table"),
      database: text("database"),
      columns: [
        { name: "host", type: text("type") },
        { name: text("column"), type: "STRING" },
        { name: "ts", type: "TIMESTAMP" },
      ],
      primaryKey: list("key"),
      timeIndex: text("index"),
      partitions: byHost({ lessThan: text("bound"), datanode: number("first") }, { lessThan: MAXVALUE, datanode: 4 }),
      options: { ttl: text("ttl") },
      replayTimeoutSeconds: number("timeout"),
    });
    new RegionPlacement(stack, "old", {
      cluster,
      table: text("existing"),
      pins: { [`host < '${Token.asString(text("other"))}'`]: number("second") },
    });
    expect(problems(stack)).toEqual([]);
  });
});
