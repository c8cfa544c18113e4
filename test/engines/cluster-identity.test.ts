import { clusterIdentity } from "../../src/engines/open";

const identity = (engine: "greptimedb" | "kwdb", host: string, port = 4002): string => clusterIdentity({ engine, connection: { host, port } }, {});

describe("what a cluster is known by", () => {
  test.each(["127.0.0.1", "localhost", "LOCALHOST", "localhost.", "::1", "[::1]"])("this machine as %s", (host) => {
    expect(identity("greptimedb", host)).toBe("greptimedb 127.0.0.1:4002");
    expect(identity("kwdb", host)).toBe("kwdb 127.0.0.1:4002");
  });

  test.each(["db.example.com", "DB.Example.com", "db.example.com."])("a name, however it is spelt: %s", (host) => {
    expect(identity("greptimedb", host)).toBe("greptimedb db.example.com:4002");
    expect(identity("kwdb", host)).toBe("kwdb db.example.com:4002");
  });

  test("other names, ports and engines are other clusters", () => {
    const all = [identity("greptimedb", "a"), identity("greptimedb", "b"), identity("greptimedb", "a", 4003), identity("kwdb", "a"), identity("greptimedb", "127.0.0.2")];
    expect(new Set(all).size).toBe(all.length);
  });
});
