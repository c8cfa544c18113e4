/** The environment of a process. */
export type Environment = { readonly [name: string]: string | undefined };

/** What the process that started the provider asks for. */
export interface HandshakeRequest {
  /** PEM of the only certificate that may connect; undefined when TLS is switched off. */
  readonly clientCertificate: string | undefined;
  readonly minPort: number;
  readonly maxPort: number;
  /** Where the socket goes; undefined is the temporary directory of the system. */
  readonly socketDirectory: string | undefined;
  /** Group, by name or number, that may connect to the socket; undefined leaves it to the user alone. */
  readonly socketGroup: string | undefined;
}

const cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/** The one protocol version that this framework speaks. */
export const PROTOCOL_VERSION = 6;

/** Reads what Terraform put into the environment, or says why the provider cannot run: a text for humans. */
export function readHandshakeRequest(
  environment: Environment,
): { readonly request: HandshakeRequest } | { readonly refusal: string } {
  if (environment["TF_PLUGIN_MAGIC_COOKIE"] !== cookie) {
    return {
      refusal:
        "This program is a Terraform provider. It is started by Terraform or OpenTofu and does nothing on its own.\n" +
        "Name it in required_providers, then run terraform init.",
    };
  }
  const versions = environment["PLUGIN_PROTOCOL_VERSIONS"];
  if (
    versions !== undefined &&
    !versions
      .split(",")
      .map((one) => Number(one.trim()))
      .includes(PROTOCOL_VERSION)
  ) {
    return {
      refusal:
        `This provider speaks protocol version ${PROTOCOL_VERSION}; the program that started it speaks ${versions}.\n` +
        "Use Terraform 1.0 or newer, or OpenTofu.",
    };
  }
  return {
    request: {
      clientCertificate: environment["PLUGIN_CLIENT_CERT"] || undefined,
      minPort: portOr(environment["PLUGIN_MIN_PORT"], 10_000),
      maxPort: portOr(environment["PLUGIN_MAX_PORT"], 25_000),
      socketDirectory: environment["PLUGIN_UNIX_SOCKET_DIR"] || undefined,
      socketGroup: environment["PLUGIN_UNIX_SOCKET_GROUP"] || undefined,
    },
  };
}

/**
 * The first line on stdout. The certificate is raw base64: with padding, Terraform 1.11.4 refuses it.
 *
 * @param certificate DER, or undefined without TLS; the field is then empty.
 */
export function handshakeLine(network: "unix" | "tcp", address: string, certificate: Uint8Array | undefined): string {
  const encoded = certificate === undefined ? "" : Buffer.from(certificate).toString("base64").replace(/=+$/, "");
  return `1|${PROTOCOL_VERSION}|${network}|${address}|grpc|${encoded}\n`;
}

/** The value of `TF_REATTACH_PROVIDERS` that makes Terraform use a provider which is already running. */
export function reattachValue(providerAddress: string, network: "unix" | "tcp", address: string, pid: number): string {
  return JSON.stringify({
    [providerAddress]: {
      Protocol: "grpc",
      ProtocolVersion: PROTOCOL_VERSION,
      Pid: pid,
      Test: true,
      Addr: { Network: network, String: address },
    },
  });
}

function portOr(text: string | undefined, fallback: number): number {
  const port = Number(text);
  return text !== undefined && Number.isInteger(port) && port > 0 && port < 65_536 ? port : fallback;
}
