import fc from "fast-check";
import { parse } from "protobufjs";
import type { Message } from "../../../src/plugin/wire/message";
import * as wire from "../../../src/plugin/wire/tfplugin6";

/** Terraform's messages, written a second time in another notation, for another implementation of protocol buffers. */
const proto = `
  syntax = "proto3";
  message DynamicValue { bytes msgpack = 1; bytes json = 2; }
  message AttributePath { message Step { oneof selector { string attributeName = 1; string elementKeyString = 2; int64 elementKeyInt = 3; } } repeated Step steps = 1; }
  message Diagnostic { enum Severity { INVALID = 0; ERROR = 1; WARNING = 2; } Severity severity = 1; string summary = 2; string detail = 3; AttributePath attribute = 4; }
  enum StringKind { PLAIN = 0; MARKDOWN = 1; }
  message Schema {
    enum Nesting { INVALID_NESTING = 0; SINGLE = 1; LIST = 2; SET = 3; MAP = 4; GROUP = 5; }
    message Block { int64 version = 1; repeated Attribute attributes = 2; repeated NestedBlock blockTypes = 3; string description = 4; StringKind descriptionKind = 5; bool deprecated = 6; }
    message Attribute { string name = 1; bytes type = 2; Object nestedType = 10; string description = 3; bool required = 4; bool optional = 5; bool computed = 6; bool sensitive = 7; StringKind descriptionKind = 8; bool deprecated = 9; bool writeOnly = 11; }
    message NestedBlock { string typeName = 1; Block block = 2; Nesting nesting = 3; int64 minItems = 4; int64 maxItems = 5; }
    message Object { repeated Attribute attributes = 1; Nesting nesting = 3; }
    int64 version = 1; Block block = 2;
  }
  message ServerCapabilities { bool planDestroy = 1; bool getProviderSchemaOptional = 2; bool moveResourceState = 3; }
  message GetProviderSchemaResponse { Schema provider = 1; map<string, Schema> resourceSchemas = 2; map<string, Schema> dataSourceSchemas = 3; repeated Diagnostic diagnostics = 4; ServerCapabilities serverCapabilities = 6; }
  message PlanResponse { DynamicValue plannedState = 1; repeated AttributePath requiresReplace = 2; bytes plannedPrivate = 3; repeated Diagnostic diagnostics = 4; }
  message RawState { bytes json = 1; map<string, string> flatmap = 2; }
  message UpgradeRequest { string typeName = 1; int64 version = 2; RawState rawState = 3; }
`;
const root = parse(proto, { keepCase: true }).root;

function oracle(type: string, bytes: Uint8Array): unknown {
  const found = root.lookupType(type);
  return found.toObject(found.decode(bytes), { longs: String, bytes: Buffer, defaults: false });
}
function oracleBytes(type: string, value: object): Uint8Array {
  const found = root.lookupType(type);
  return found.encode(found.fromObject(value)).finish();
}

describe("protocol buffers", () => {
  test("another implementation reads a schema as it was written", () => {
    const attribute: wire.AttributeMessage = {
      name: "a",
      nestedType: {
        nesting: 4,
        attributes: [{ name: "b", type: Buffer.from('"string"'), computed: true, writeOnly: true }],
      },
      sensitive: true,
    };
    const block: wire.BlockMessage = {
      attributes: [attribute],
      blockTypes: [{ typeName: "rule", block: { description: "é" }, nesting: 2, minItems: 1n, maxItems: 1n << 40n }],
    };
    const value = {
      resourceSchemas: new Map([["t", { version: 3n, block }]]),
      serverCapabilities: { planDestroy: true },
    };
    expect(oracle("GetProviderSchemaResponse", wire.GetProviderSchemaResponse.encode(value))).toEqual({
      resourceSchemas: {
        t: {
          version: "3",
          block: {
            attributes: [
              {
                name: "a",
                nestedType: {
                  nesting: 4,
                  attributes: [{ name: "b", type: Buffer.from('"string"'), computed: true, writeOnly: true }],
                },
                sensitive: true,
              },
            ],
            blockTypes: [
              { typeName: "rule", block: { description: "é" }, nesting: 2, minItems: "1", maxItems: String(1n << 40n) },
            ],
          },
        },
      },
      serverCapabilities: { planDestroy: true },
    });
  });

  const step = fc.oneof(
    fc.string().map((attributeName) => ({ attributeName })),
    fc.string().map((elementKeyString) => ({ elementKeyString })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((elementKeyInt) => ({ elementKeyInt })),
  );
  const path = fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 4 }) });

  test("paths with every kind of step, also with empty and zero ones, are read by another implementation", () => {
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 3 }), (requiresReplace) => {
        const read = oracle("PlanResponse", wire.PlanResourceChangeResponse.encode({ requiresReplace }));
        const texts = requiresReplace.map(({ steps }) => ({
          steps: steps.map((one) => ("elementKeyInt" in one ? { elementKeyInt: String(one.elementKeyInt) } : one)),
        }));
        expect(read).toEqual({ requiresReplace: texts });
      }),
    );
  });

  test("what another implementation wrote is read", () => {
    const bytes = oracleBytes("UpgradeRequest", {
      typeName: "t",
      version: "9007199254740993",
      rawState: { flatmap: { a: "1", b: "" } },
    });
    const read = wire.UpgradeResourceStateRequest.decode(bytes);
    expect(read.version).toBe(9007199254740993n);
    expect(read.rawState?.flatmap?.get("a")).toBe("1");
  });

  test("encoding and decoding agree for random diagnostics", () => {
    const diagnostic = fc.record({
      severity: fc.integer({ min: 0, max: 2 }),
      summary: fc.string({ unit: "grapheme" }),
      detail: fc.string(),
      attribute: path,
    });
    fc.assert(
      fc.property(fc.array(diagnostic, { minLength: 1 }), (diagnostics) => {
        const bytes = wire.DiagnosticsResponse.encode({ diagnostics });
        expect(wire.DiagnosticsResponse.decode(bytes)).toEqual({ diagnostics });
      }),
    );
  });

  test("fields of later protocol versions are passed over", () => {
    const later = Buffer.from([
      0x0a, 1, 0x74, 0x10, 5, 0x98, 0x06, 0xff, 0x01, 0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0xa5, 0x06, 1, 2, 3, 4, 0xaa,
      0x06, 2, 1, 2,
    ]);
    expect(wire.UpgradeResourceStateRequest.decode(later)).toEqual({ typeName: "t", version: 5n });
  });

  test("broken bytes are refused", () => {
    const decode = (...bytes: number[]) => (wire.DynamicValueMessage as Message<unknown>).decode(Buffer.from(bytes));
    expect(() => decode(0x0a, 5, 1)).toThrow(RangeError);
    expect(() => decode(0x08, 1)).toThrow(SyntaxError);
    expect(() => decode(0x0b)).toThrow(SyntaxError);
    expect(() => decode(0x0a, ...Array<number>(11).fill(0xff))).toThrow(SyntaxError);
  });
});
