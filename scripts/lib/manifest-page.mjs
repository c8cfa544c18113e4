import yaml from "yaml";
import { code, page, table } from "./markdown.mjs";

const EXAMPLE = `version: 1
clusters:
  - engine: greptimedb
    name: metrics
    connection:
      host: greptimedb.internal
      password: { env: METRICS_PASSWORD }
    datanodes:
      - { id: 0, zone: a }
      - { id: 1, zone: b }
    shared_storage: { kind: s3, bucket: metrics, root: production }
    tables:
      - name: cpu
        columns:
          - { name: host, type: STRING }
          - { name: usage, type: DOUBLE }
          - { name: ts, type: TIMESTAMP(3) }
        primary_key: [host]
        time_index: ts
        partitioning:
          kind: range
          columns: [host]
          partitions:
            - { name: low, less_than: [m] }
            - { name: high, less_than: [{ maxvalue: true }] }
    placements:
      - { name: cpu, table: cpu, pins: { low: 0, high: 1 } }
  - engine: kwdb
    name: plant
    connection: { host: "kw1,kw2,kw3", user: root, tls: { mode: verify-full, ca_file: certs/ca.crt } }
    settings:
      - { name: kv.allocator.ts_consider_rebalance.enabled, value: false }
    zones:
      - { target: RANGE meta, num_replicas: 7, allow_system_range: true }
      - { target: DATABASE ts_db, range_min_bytes: 128 MiB, range_max_bytes: 1 GiB, wait_for_replicas: true }
    rebalances:
      - { name: spread, target: DATABASE ts_db, triggers: { nodes: 5 } }
`;

/** The manifest's members from its JSON Schema. The example is read by the program itself before it is printed. */
export function manifestPage(load) {
  const { MANIFEST_SCHEMA } = load("topology/manifest-schema.ts");
  const { diagnostics } = load("topology/manifest-json.ts").parseManifest(yaml.parse(EXAMPLE), "docs/manifest.md");
  if (diagnostics.length > 0) throw new Error(`The example of the manifest is wrong: ${JSON.stringify(diagnostics)}`);
  const definitions = Object.entries(MANIFEST_SCHEMA.$defs);
  const objects = definitions.filter(([, schema]) => schema.properties !== undefined);
  const values = definitions.filter(([, schema]) => schema.properties === undefined);
  return page(
    "The manifest",
    `${MANIFEST_SCHEMA.description} CDKTF stacks write it as \`topoform.json\` beside \`cdk.tf.json\`; by hand it may be JSON or YAML. Its JSON Schema is in the package: \`topoform/topology.schema.json\`.`,
    code("yaml", EXAMPLE),
    "A secret stands in it only as the name of an environment variable: `{ env: NAME }`. An unknown member is an error.",
    `## Manifest\n\n${members(MANIFEST_SCHEMA)}`,
    ...objects.flatMap(([name, schema]) => [
      `## ${name}\n\n${[schema.description, members(schema)].filter(Boolean).join("\n\n")}`,
    ]),
    `## Values\n\n${table(
      ["Name", "Is", ""],
      values.map(([name, schema]) => [`<a id="${name}"></a>\`${name}\``, typeOf(schema), schema.description ?? ""]),
    )}`,
  );
}

function members(schema, prefix = "", required = schema.required ?? []) {
  return table(["Member", "Is", "Default", ""], rowsOf(schema, prefix, required));
}

function rowsOf(schema, prefix, required) {
  return Object.entries({ ...schema.properties, ...alternatives(schema) }).flatMap(([name, member]) => {
    const inner =
      member.properties !== undefined
        ? [member, `${prefix}${name}.`]
        : member.items?.properties !== undefined
          ? [member.items, `${prefix}${name}[].`]
          : undefined;
    const by = required.includes(name)
      ? "**required**"
      : member.default === undefined
        ? ""
        : `\`${JSON.stringify(member.default)}\``;
    const row = [`\`${prefix}${name}\``, typeOf(member), by, member.description ?? ""];
    return inner === undefined ? [row] : [row, ...rowsOf(inner[0], inner[1], inner[0].required ?? [])];
  });
}

/** Members whose items depend on another member: both kinds of items in one list. */
function alternatives({ then, else: otherwise }) {
  const branches = [then, otherwise].filter((branch) => branch?.properties !== undefined);
  const names = new Set(branches.flatMap((branch) => Object.keys(branch.properties)));
  return Object.fromEntries(
    [...names].map((name) => {
      const members = branches.map((branch) => branch.properties[name]);
      return [
        name,
        {
          ...members[0],
          items: { type: "object", properties: Object.assign({}, ...members.map((member) => member.items.properties)) },
        },
      ];
    }),
  );
}

function typeOf(schema) {
  const one = (name) => `[${name}](#${name})`;
  if (schema.$ref !== undefined) return one(schema.$ref.replace("#/$defs/", ""));
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.type === "array") return schema.items === undefined ? "list" : `list of ${typeOf(schema.items)}`;
  if (schema.type === "object" && typeof schema.additionalProperties === "object")
    return `map of ${typeOf(schema.additionalProperties)}`;
  const range = [
    schema.minimum === undefined ? "" : ` from ${schema.minimum}`,
    schema.maximum === undefined ? "" : ` to ${schema.maximum}`,
    schema.exclusiveMinimum === undefined ? "" : ` above ${schema.exclusiveMinimum}`,
  ].join("");
  const pattern = schema.pattern === undefined ? "" : ` like \`${schema.pattern}\``;
  return `${[schema.type].flat().join(" or ")}${range}${pattern}`;
}
