import type { Socket } from "node:net";
import { createServer, type TlsOptions, TLSSocket } from "node:tls";
import { errorFields, SqlError, uncategorized } from "../sql-error";
import type { ConnectionSession } from "./connection-session";
import * as messages from "./messages";
import { MessageReader } from "./message-reader";
import { readText } from "./read-message";

export interface Security {
  readonly tls: Pick<TlsOptions, "cert" | "key" | "ca">;
  /** Throws unless the user exists and may log in: that is looked at before anything is asked. */
  readonly requireUser: (user: string) => void;
  readonly checkPassword: (user: string, password: string) => boolean;
}

export interface ConnectionOptions {
  /** null: TLS is not offered, and nobody needs a password. */
  readonly security: Security | null;
  readonly openSession: (start: { readonly user: string; readonly database: string; readonly settings: Readonly<Record<string, string>> }) => Promise<ConnectionSession>;
}

const SSL_REQUEST = 80877103;
const CANCEL_REQUEST = 80877102;
const GSS_REQUEST = 80877104;
const PROTOCOL_3 = 196608;

/** A client that may go on. */
export interface Started {
  readonly stream: Socket;
  readonly reader: MessageReader;
  readonly session: ConnectionSession;
}

/** Negotiates encryption, finds out who it is and opens the session; null when the client was turned away. */
export async function startConnection(socket: Socket, options: ConnectionOptions): Promise<Started | null> {
  let stream = socket;
  let reader = new MessageReader(stream);
  for (;;) {
    const body = await reader.startup();
    if (body === null || body.length < 4) return destroy(socket);
    const code = body.readInt32BE(0);
    if (code === CANCEL_REQUEST) return destroy(socket);
    if (code === GSS_REQUEST) stream.write("N");
    else if (code === SSL_REQUEST) {
      if (options.security === null) stream.write("N");
      else {
        reader.detach();
        stream.write("S");
        stream = await secure(stream, options.security.tls);
        reader = new MessageReader(stream);
      }
    } else if (code !== PROTOCOL_3) throw new SqlError("08P01", `unknown protocol version ${code}`);
    else return authenticate(stream, reader, readStartParameters(body), options);
  }
}

function destroy(socket: Socket): null {
  socket.destroy();
  return null;
}

/** Speaks TLS on a socket that is open already. A TLS server of its own checks the client's certificate. */
function secure(socket: Socket, tls: TlsOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: false });
    server.once("secureConnection", (secured) => {
      secured.on("error", () => secured.destroy());
      // A certificate of an unknown authority ends the handshake; none is fine.
      if (secured.getPeerCertificate().subject !== undefined && !secured.authorized) {
        secured.destroy();
        reject(new Error("tls: failed to verify client certificate"));
      } else resolve(secured);
    });
    server.once("tlsClientError", reject);
    server.emit("connection", socket);
  });
}

function readStartParameters(body: Buffer): Readonly<Record<string, string>> {
  const parts = body.subarray(4).toString("utf8").split("\0");
  const parameters: Record<string, string> = {};
  for (let i = 0; i + 1 < parts.length && parts[i] !== ""; i += 2) parameters[parts[i]!] = parts[i + 1]!;
  return parameters;
}

async function authenticate(stream: Socket, reader: MessageReader, start: Readonly<Record<string, string>>, { security, openSession }: ConnectionOptions): Promise<Started | null> {
  const { user = "", database, ...settings } = start;
  try {
    if (security !== null) {
      security.requireUser(user);
      const names = certificateNames(stream);
      if (names === null) {
        stream.write(messages.cleartextPassword());
        const answer = await reader.next();
        if (answer === null) return destroy(stream);
        const password = answer.type === "p" ? readText(answer.body, 0).text : "";
        if (password === "" || !security.checkPassword(user, password)) throw uncategorized(`password authentication failed for user ${user}`);
      } else if (!names.includes(user) && !names.includes("node")) throw uncategorized(`requested user is ${user}, but certificate is for [${names.join(" ")}]`);
    }
    const session = await openSession({ user, database: database === undefined || database === "" ? "defaultdb" : database, settings });
    stream.write(messages.authenticationOk());
    for (const [name, value] of Object.entries(session.parameters)) stream.write(messages.parameterStatus(name, value));
    stream.write(messages.readyForQuery("I"));
    return { stream, reader, session };
  } catch (error) {
    stream.end(messages.errorResponse(errorFields(error), "FATAL"));
    return null;
  }
}

/** Whom the client's certificate names: as common name and as DNS names; null without certificate. */
function certificateNames(stream: Socket): readonly string[] | null {
  if (!(stream instanceof TLSSocket)) return null;
  const { subject, subjectaltname } = stream.getPeerCertificate();
  if (subject === undefined) return null;
  const dns = [...(subjectaltname ?? "").matchAll(/DNS:([^,]+)/g)].map((match) => match[1]!);
  return [String(subject.CN ?? "").toLowerCase(), ...dns];
}
