import type { Socket } from "node:net";
import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Certificate } from "./certificate";

/** A call on bytes that never rejects. */
export type Unary = (request: Uint8Array) => Promise<Uint8Array>;

/** What is served. */
export interface GrpcOptions {
  /** Calls of `tfplugin6.Provider`; all others are answered UNIMPLEMENTED. */
  readonly rpcs: { readonly [method: string]: Unary };
  /** Undefined serves without TLS. */
  readonly tls: { readonly certificate: Certificate; readonly clientCertificate: string } | undefined;
  /** Called when the caller has been told that the process will end. */
  readonly onShutdown: () => void;
  /** Called when one of the streams ends that Terraform keeps open as long as it uses the provider. */
  readonly onStreamEnd: () => void;
}

const noBytes = Buffer.alloc(0);
/** `grpc.health.v1.HealthCheckResponse` with status SERVING. */
const serving = Buffer.from([0x08, 0x01]);

/**
 * Loads gRPC and returns a function that serves a connection. TLS, when on, is spoken on the connection itself, and only
 * to the owner of the client certificate.
 */
export async function createGrpcServer(options: GrpcOptions): Promise<(socket: Socket) => void> {
  const grpc = await import("@grpc/grpc-js");
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });

  const provider: UntypedServiceImplementation = {};
  for (const [method, call] of Object.entries(options.rpcs)) {
    provider[method] = unary((request) => call(request));
  }
  server.addService(service("tfplugin6.Provider", Object.keys(options.rpcs)), provider);

  server.addService(service("plugin.GRPCController", ["Shutdown"]), {
    Shutdown: unary(async () => {
      setImmediate(options.onShutdown);
      return noBytes;
    }),
  });
  server.addService(service("plugin.GRPCStdio", [], ["StreamStdio"]), { StreamStdio: silent(options.onStreamEnd) });
  server.addService(service("plugin.GRPCBroker", [], [], ["StartStream"]), {
    StartStream: silent(options.onStreamEnd),
  });
  server.addService(service("grpc.health.v1.Health", ["Check"]), { Check: unary(async () => serving) });

  const { tls } = options;
  const credentials =
    tls === undefined
      ? grpc.ServerCredentials.createInsecure()
      : grpc.ServerCredentials.createSsl(
          Buffer.from(tls.clientCertificate),
          [
            {
              private_key: Buffer.from(tls.certificate.privateKeyPem),
              cert_chain: Buffer.from(tls.certificate.certificatePem),
            },
          ],
          true,
        );
  const injector = server.createConnectionInjector(credentials);
  return (socket) => injector.injectConnection(socket);
}

/** A service whose messages are bytes for gRPC: this framework encodes them itself. */
function service(
  name: string,
  unaryMethods: readonly string[],
  serverStreams: readonly string[] = [],
  bothStreams: readonly string[] = [],
): ServiceDefinition {
  const same = (bytes: Buffer) => bytes;
  const method = (methodName: string, requestStream: boolean, responseStream: boolean) =>
    [
      methodName,
      {
        path: `/${name}/${methodName}`,
        requestStream,
        responseStream,
        requestSerialize: same,
        requestDeserialize: same,
        responseSerialize: same,
        responseDeserialize: same,
      },
    ] as const;
  return Object.fromEntries([
    ...unaryMethods.map((one) => method(one, false, false)),
    ...serverStreams.map((one) => method(one, false, true)),
    ...bothStreams.map((one) => method(one, true, true)),
  ]);
}

function unary(call: Unary) {
  return ({ request }: { readonly request: Buffer }, respond: (error: null, response: Buffer) => void): void => {
    void call(request).then((response) =>
      respond(null, Buffer.from(response.buffer, response.byteOffset, response.byteLength)),
    );
  };
}

/** A stream that stays open and silent. Terraform logs a warning about anything that is sent on it. */
function silent(onEnd: () => void) {
  return (stream: NodeJS.EventEmitter & { end(): void; resume?(): void }): void => {
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      onEnd();
    };
    stream.on("cancelled", end);
    stream.on("error", end);
    stream.on("end", () => {
      stream.end();
      end();
    });
    stream.resume?.();
  };
}
