import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ObjectValue, ProviderDefinition, Value } from "../../../src/plugin";
import { decodeMsgpack, encodeMsgpack, emptyObject, errorDiagnostic, UNKNOWN } from "../../../src/plugin";
import { createLogger } from "../../../src/plugin/log/logger";
import { createRedactor } from "../../../src/plugin/log/redactor";
import { blockType } from "../../../src/plugin/schema/implied-type";
import { createProviderServer } from "../../../src/plugin/server/provider-server";
import { createSession } from "../../../src/plugin/server/session";
import type { Message } from "../../../src/plugin/wire/message";
import * as wire from "../../../src/plugin/wire/tfplugin6";
import { toyProvider } from "../fixtures/toy-provider";

const schema = toyProvider.resources[0]?.schema ?? { version: 0, attributes: {} };
const type = blockType(schema);
const encode = (value: ObjectValue | null) => ({ msgpack: encodeMsgpack(type, value) });
const decode = (message: wire.DynamicValueMessage | undefined) =>
  decodeMsgpack(type, message?.msgpack ?? Buffer.from([0xc0])) as ObjectValue | null;
const thing = (changes: ObjectValue = {}): ObjectValue => ({ ...emptyObject(schema), name: "n", ...changes });

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "toy-"));
  process.env["TOY_DIRECTORY"] = directory;
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A provider server without a transport, with its log. */
function start<Client>(definition: ProviderDefinition<Client>) {
  const lines: string[] = [];
  const redactor = createRedactor();
  const log = createLogger({ level: "trace", write: (line) => lines.push(line), now: Date.now, redactor });
  const session = createSession(definition, log, redactor);
  const server = createProviderServer(session);
  async function call<Q, R>(method: string, request: Message<Q>, response: Message<R>, message: Q): Promise<R> {
    const rpc = server.rpcs[method];
    if (rpc === undefined) throw new Error(`no ${method}`);
    return response.decode(await rpc(request.encode(message)));
  }
  const configure = (config: { readonly [name: string]: Value } = {}) =>
    call("ConfigureProvider", wire.ConfigureProviderRequest, wire.DiagnosticsResponse, {
      terraformVersion: "1.11.4",
      config: {
        msgpack: encodeMsgpack(blockType(definition.schema), { ...emptyObject(definition.schema), ...config }),
      },
    });
  const plan = (prior: ObjectValue | null, proposed: ObjectValue | null, config = proposed) =>
    call("PlanResourceChange", wire.PlanResourceChangeRequest, wire.PlanResourceChangeResponse, {
      typeName: "toy_thing",
      priorState: encode(prior),
      proposedNewState: encode(proposed),
      config: encode(config),
      priorPrivate: Buffer.from("p"),
    });
  const apply = (prior: ObjectValue | null, planned: ObjectValue | null, config: ObjectValue | null = planned) =>
    call("ApplyResourceChange", wire.ApplyResourceChangeRequest, wire.ApplyResourceChangeResponse, {
      typeName: "toy_thing",
      priorState: encode(prior),
      plannedState: encode(planned),
      config: encode(config),
      plannedPrivate: Buffer.from("p"),
    });
  const read = (state: ObjectValue) =>
    call("ReadResource", wire.ReadResourceRequest, wire.ReadResourceResponse, {
      typeName: "toy_thing",
      currentState: encode(state),
      private: Buffer.from("p"),
    });
  const upgrade = (version: bigint, json: string) =>
    call("UpgradeResourceState", wire.UpgradeResourceStateRequest, wire.UpgradeResourceStateResponse, {
      typeName: "toy_thing",
      version,
      rawState: { json: Buffer.from(json) },
    });
  const validate = (config: ObjectValue, writeOnlyAttributesAllowed = true) =>
    call("ValidateResourceConfig", wire.ValidateResourceConfigRequest, wire.DiagnosticsResponse, {
      typeName: "toy_thing",
      config: encode(config),
      clientCapabilities: { writeOnlyAttributesAllowed },
    });
  return { lines, session, server, call, configure, plan, apply, read, upgrade, validate };
}

const summaries = ({ diagnostics = [] }: { readonly diagnostics?: readonly wire.DiagnosticMessage[] | undefined }) =>
  diagnostics.map(({ summary }) => summary);

describe("schema", () => {
  test("is sent with its capabilities and blocks everywhere", async () => {
    const answer = await start(toyProvider).call("GetProviderSchema", wire.Empty, wire.GetProviderSchemaResponse, {});
    expect(answer.serverCapabilities).toEqual({
      planDestroy: true,
      getProviderSchemaOptional: true,
      moveResourceState: false,
    });
    expect(answer.provider?.block).toBeDefined();
    const resource = answer.resourceSchemas?.get("toy_thing");
    expect(resource?.version).toBe(1n);
    expect(resource?.block?.blockTypes?.[0]?.block?.attributes).toHaveLength(2);
    expect(answer.dataSourceSchemas?.get("toy_things")?.block?.attributes).toHaveLength(2);
  });

  test("that is wrong becomes an error, not a crash", async () => {
    const wrong = { ...toyProvider, schema: { version: 0, attributes: { alias: { type: "string" } } } } as const;
    const answer = await start(wrong).call("GetProviderSchema", wire.Empty, wire.GetProviderSchemaResponse, {});
    expect(answer.diagnostics?.map(({ detail }) => detail).join()).toMatch(
      /attribute alias: Terraform reserves this name/,
    );
    expect(answer.provider?.block).toBeDefined();
  });

  test("metadata names everything", async () => {
    const answer = await start(toyProvider).call("GetMetadata", wire.Empty, wire.GetMetadataResponse, {});
    expect(answer.resources).toEqual([{ typeName: "toy_thing" }]);
    expect(answer.dataSources).toEqual([{ typeName: "toy_things" }]);
  });
});

describe("a life of an object", () => {
  test("plan, apply, read, update, destroy", async () => {
    const { configure, plan, apply, read } = start(toyProvider);
    await configure();
    const created = await plan(null, thing({ size: 18446744073709551615n, token: "abc" }));
    expect(summaries(created)).toEqual([]);
    const planned = decode(created.plannedState);
    expect(planned).toMatchObject({ id: UNKNOWN, token: null, size: 18446744073709551615n });
    const applied = await apply(null, planned, thing({ size: 18446744073709551615n, token: "abc" }));
    expect(summaries(applied)).toEqual([]);
    const state = decode(applied.newState) as ObjectValue;
    expect(state).toMatchObject({ revision: 1, token_length: 3, token: null });
    expect(Buffer.from(applied.private ?? [])).toEqual(Buffer.from([0x70, 1]));

    const seen = await read(state);
    expect(decode(seen.newState)).toEqual(state);
    expect(seen.private).toEqual(Buffer.from("p"));

    const unchanged = await plan(state, state, thing({ size: 18446744073709551615n }));
    expect(decode(unchanged.plannedState)).toEqual(state);
    expect(unchanged.requiresReplace).toBeUndefined();

    const renamed = await plan(state, { ...state, name: "m" }, thing({ name: "m", size: 18446744073709551615n }));
    expect(renamed.requiresReplace).toEqual([{ steps: [{ attributeName: "name" }] }]);
    expect(decode(renamed.plannedState)).toMatchObject({ id: state["id"], revision: UNKNOWN });

    const gone = await plan(state, null);
    expect(decode(gone.plannedState)).toBeNull();
    expect(summaries(gone)).toEqual(["A thing goes away"]);
    expect(decode((await apply(state, null)).newState)).toBeNull();
    expect(decode((await read(state)).newState)).toBeNull();
  });

  test("a data source reads", async () => {
    const { call, configure } = start(toyProvider);
    await configure();
    const dataType = blockType(toyProvider.dataSources[0]?.schema ?? schema);
    const config = { msgpack: encodeMsgpack(dataType, { prefix: null, names: null }) };
    const answer = await call("ReadDataSource", wire.ReadDataSourceRequest, wire.ReadDataSourceResponse, {
      typeName: "toy_things",
      config,
    });
    expect(decodeMsgpack(dataType, answer.state?.msgpack ?? Buffer.alloc(0))).toEqual({ prefix: null, names: [] });
  });

  test("an import fills what it leaves out with null", async () => {
    const { call, configure, apply } = start(toyProvider);
    await configure();
    const state = decode(
      (await apply(null, thing({ id: UNKNOWN, revision: UNKNOWN, token_length: UNKNOWN }))).newState,
    ) as ObjectValue;
    const importing = (id: string) =>
      call("ImportResourceState", wire.ImportResourceStateRequest, wire.ImportResourceStateResponse, {
        typeName: "toy_thing",
        id,
      });
    const answer = await importing(String(state["id"]));
    expect(decode(answer.importedResources?.[0]?.state)).toEqual({ ...emptyObject(schema), id: state["id"] });
    expect(summaries(await importing("nothing"))).toEqual(["No such thing"]);
    const resources = toyProvider.resources.map(({ importState: _, ...rest }) => rest);
    const without = start({ ...toyProvider, resources });
    await without.configure();
    const refused = await without.call(
      "ImportResourceState",
      wire.ImportResourceStateRequest,
      wire.ImportResourceStateResponse,
      { typeName: "toy_thing", id: "x" },
    );
    expect(summaries(refused)).toEqual(["Resource cannot be imported"]);
  });
});

describe("stored state", () => {
  test("of this version goes back as the same bytes", async () => {
    const json = '{ "size":9223372036854775807,"old":1e-400 }';
    const answer = await start(toyProvider).upgrade(1n, json);
    expect(Buffer.from(answer.upgradedState?.json ?? []).toString()).toBe(json);
  });

  test("of an older version is upgraded without loss", async () => {
    const answer = await start(toyProvider).upgrade(
      0n,
      '{"title":"t","size":9223372036854775807,"ratio":0.10000000000000000001}',
    );
    expect(decode(answer.upgradedState)).toEqual({
      ...emptyObject(schema),
      name: "t",
      size: 9223372036854775807n,
      ratio: expect.objectContaining({ text: "0.10000000000000000001" }),
    });
  });

  test("that cannot be read is refused in words", async () => {
    const { upgrade, call } = start(toyProvider);
    expect(summaries(await upgrade(2n, "{}"))).toEqual(["Stored state is too new"]);
    const flat = { typeName: "toy_thing", version: 1n, rawState: { flatmap: new Map([["a", "1"]]) } };
    expect(
      summaries(
        await call("UpgradeResourceState", wire.UpgradeResourceStateRequest, wire.UpgradeResourceStateResponse, flat),
      ),
    ).toEqual(["Stored state is too old"]);
    expect(summaries(await upgrade(0n, "{broken"))).toEqual(["Internal error in the provider"]);
    const resources = toyProvider.resources.map(({ upgradeState: _, ...rest }) => rest);
    expect(summaries(await start({ ...toyProvider, resources }).upgrade(0n, "{}"))).toEqual([
      "Stored state is too old",
    ]);
  });
});

describe("what goes wrong becomes a diagnostic", () => {
  test.each(["validate", "read", "apply"])(
    "an exception in %s, without stack and secret, with a log line",
    async (where) => {
      const { configure, validate, read, apply, lines } = start(toyProvider);
      await configure({ password: "provider-password" });
      const object = thing({
        id: "1",
        revision: 0,
        token_length: 0,
        trouble: `throw in ${where}`,
        secret: "swordfish",
      });
      const answer =
        where === "validate"
          ? await validate(object)
          : where === "read"
            ? await read(object)
            : await apply(null, object);
      expect(summaries(answer)).toEqual(["Internal error in the provider"]);
      const detail = answer.diagnostics?.[0]?.detail ?? "";
      expect(detail).toContain(`${where} broke`);
      expect(detail).not.toMatch(/at .*\.ts|swordfish/);
      const line = lines.find((one) => one.includes('"@level":"error"')) ?? "";
      expect(line).toMatch(/provider-server|toy-provider/);
      expect(lines.join()).not.toMatch(/swordfish|provider-password/);
      expect(lines.join()).toContain("(sensitive value)");
    },
  );

  test("bytes that are no request", async () => {
    const { server } = start(toyProvider);
    for (const [method, rpc] of Object.entries(server.rpcs)) {
      await expect(rpc(Buffer.from([0x0a, 0xff])))
        .resolves.toBeDefined()
        .catch((error: unknown) => {
          throw new Error(`${method}: ${String(error)}`);
        });
    }
  });

  test("an unknown type name", async () => {
    const { call } = start(toyProvider);
    const answer = await call("ReadResource", wire.ReadResourceRequest, wire.ReadResourceResponse, {
      typeName: "toy_nothing",
    });
    expect(answer.diagnostics?.[0]?.detail).toContain('the provider has no resource "toy_nothing"');
  });

  test("a plan, a result, a state that break Terraform's rules", async () => {
    const { configure, plan, apply } = start(toyProvider);
    await configure();
    const bad = await plan(null, thing({ trouble: "bad plan" }));
    expect(bad.diagnostics?.[0]).toMatchObject({
      summary: "Provider planned an invalid object",
      attribute: { steps: [{ attributeName: "size" }] },
    });
    const broken = await apply(null, thing({ id: UNKNOWN, trouble: "bad result" }));
    expect(broken.diagnostics?.map(({ attribute }) => attribute?.steps?.[0]?.attributeName)).toContain("name");
    expect(decode(broken.newState)).toMatchObject({ name: "other" });
  });

  test("an object that does not fit the schema", async () => {
    const resources = toyProvider.resources.map((one) => ({
      ...one,
      read: async () => ({ state: { name: 5 } as unknown as ObjectValue }),
      plan: () => ({ planned: { surprise: 1 } }),
    }));
    const { configure, read, plan } = start({ ...toyProvider, resources });
    await configure();
    expect(summaries(await read(thing()))).toEqual(["Provider read an invalid object"]);
    expect((await plan(null, thing())).diagnostics?.[0]?.detail).toContain(
      "surprise: the schema has no such attribute",
    );
  });

  test("equal diagnostics are sent once", async () => {
    const twice = [errorDiagnostic("A", "b"), errorDiagnostic("A", "b")];
    const { validate } = start({
      ...toyProvider,
      resources: toyProvider.resources.map((one) => ({ ...one, validate: () => twice })),
    });
    expect(summaries(await validate(thing()))).toEqual(["A"]);
  });

  test("a write-only value for a Terraform that does not know them", async () => {
    const { validate } = start(toyProvider);
    const answer = await validate(thing({ token: "t" }), false);
    expect(answer.diagnostics?.[0]).toMatchObject({
      summary: "Write-only attribute is not supported",
      attribute: { steps: [{ attributeName: "token" }] },
    });
    expect(summaries(await validate(thing({ token: "t" }), true))).toEqual([]);
  });
});

describe("configuration", () => {
  test("that is not known yet gives no client, and a diagnostic where one is needed", async () => {
    const { configure, plan, read, apply } = start(toyProvider);
    expect(summaries(await read(thing()))).toEqual(["Provider is not configured"]);
    expect(summaries(await configure({ label: UNKNOWN }))).toEqual([]);
    expect(summaries(await plan(null, thing()))).toEqual([]);
    expect(summaries(await read(thing()))).toEqual(["Provider configuration is not known yet"]);
    expect(summaries(await apply(null, thing()))).toEqual(["Provider configuration is not known yet"]);
  });

  test("anew closes the client before", async () => {
    const { configure } = start(toyProvider);
    await configure();
    await configure();
    expect(readFileSync(join(directory, "log"), "utf8")).toBe("closed\n");
  });

  test("StopProvider aborts what is running and answers at once; the next configuration starts anew", async () => {
    const { configure, apply, call, server, session } = start(toyProvider);
    await configure();
    const running = apply(null, thing({ id: UNKNOWN, trouble: "wait" }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.running()).toBe(1);
    let idle = false;
    const waiting = server.idle().then(() => (idle = true));
    expect(await call("StopProvider", wire.Empty, wire.StopProviderResponse, {})).toEqual({});
    expect(idle).toBe(false);
    expect(summaries(await running)).toEqual(["Interrupted"]);
    await waiting;
    await configure();
    expect(session.stop.signal.aborted).toBe(false);
  });
});
