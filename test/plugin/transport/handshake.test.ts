import { handshakeLine, readHandshakeRequest, reattachValue } from "../../../src/plugin/transport/handshake";

const cookie = { TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2" };

describe("handshake", () => {
  test("started by hand, the program says what it is", () => {
    expect(readHandshakeRequest({})).toEqual({ refusal: expect.stringContaining("Terraform provider") });
    expect(readHandshakeRequest({ TF_PLUGIN_MAGIC_COOKIE: "x" })).toEqual({ refusal: expect.anything() });
  });

  test.each(["5,6", "6,5", "6", " 6 "])("protocol versions %j have ours", (versions) =>
    expect(readHandshakeRequest({ ...cookie, PLUGIN_PROTOCOL_VERSIONS: versions })).toHaveProperty("request"),
  );

  test.each(["5", "16", "", "56"])("protocol versions %j do not have ours", (versions) =>
    expect(readHandshakeRequest({ ...cookie, PLUGIN_PROTOCOL_VERSIONS: versions })).toHaveProperty("refusal"),
  );

  test("reads everything that go-plugin may set", () => {
    const environment = {
      ...cookie,
      PLUGIN_CLIENT_CERT: "PEM",
      PLUGIN_MIN_PORT: "20000",
      PLUGIN_MAX_PORT: "nonsense",
      PLUGIN_UNIX_SOCKET_DIR: "/run/x",
      PLUGIN_UNIX_SOCKET_GROUP: "1000",
    };
    expect(readHandshakeRequest(environment)).toEqual({
      request: {
        clientCertificate: "PEM",
        minPort: 20000,
        maxPort: 25000,
        socketDirectory: "/run/x",
        socketGroup: "1000",
      },
    });
  });

  test.each([1, 2, 3])("the certificate of %d bytes has no padding", (size) => {
    const bytes = Buffer.alloc(size, 0xff);
    const line = handshakeLine("unix", "/tmp/s", bytes);
    expect(line).toMatch(/^1\|6\|unix\|\/tmp\/s\|grpc\|[A-Za-z0-9+/]+\n$/);
    expect(Buffer.from(line.trim().split("|")[5] ?? "", "base64")).toEqual(bytes);
  });

  test("without TLS the sixth field is empty", () => {
    expect(handshakeLine("tcp", "127.0.0.1:10000", undefined)).toBe("1|6|tcp|127.0.0.1:10000|grpc|\n");
  });

  test("the reattach value names protocol 6, for 0 would mean 5", () => {
    expect(JSON.parse(reattachValue("h/n/t", "unix", "/s", 7))).toEqual({
      "h/n/t": { Protocol: "grpc", ProtocolVersion: 6, Pid: 7, Test: true, Addr: { Network: "unix", String: "/s" } },
    });
  });
});
