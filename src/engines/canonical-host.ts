const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

/**
 * One spelling of a host that can be spelt in several ways: lower case, without brackets and without the dot at its end; `127.0.0.1`
 * for this machine. For comparing, not for connecting. Names are not resolved.
 */
export function canonicalHost(host: string): string {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  return LOOPBACK.has(name) ? "127.0.0.1" : name;
}
