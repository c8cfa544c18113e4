import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { PacketReader, PacketWriter } from "./packet";

export const NATIVE_PASSWORD = "mysql_native_password";

const CAPABILITY = {
  longPassword: 0x1, foundRows: 0x2, longFlag: 0x4, connectWithDb: 0x8, protocol41: 0x200, ssl: 0x800, transactions: 0x2000,
  secureConnection: 0x8000, multiResults: 0x20000, psMultiResults: 0x40000, pluginAuth: 0x80000, connectAttributes: 0x100000, lengthEncodedAuth: 0x200000,
} as const;

const SERVER_CAPABILITIES =
  CAPABILITY.longPassword | CAPABILITY.foundRows | CAPABILITY.longFlag | CAPABILITY.connectWithDb | CAPABILITY.protocol41 | CAPABILITY.transactions |
  CAPABILITY.secureConnection | CAPABILITY.pluginAuth | CAPABILITY.connectAttributes | CAPABILITY.lengthEncodedAuth;

/** 20 random bytes without zeros. */
export function newScramble(): Buffer {
  return Buffer.from(randomBytes(20).map((byte) => (byte % 127) + 1 === 0x24 ? 0x25 : (byte % 127) + 1));
}

export function greeting(options: { readonly serverVersion: string; readonly connectionId: number; readonly scramble: Buffer; readonly tls: boolean }): Buffer {
  const capabilities = SERVER_CAPABILITIES | (options.tls ? CAPABILITY.ssl : 0);
  return new PacketWriter()
    .int(10, 1)
    .textWithNull(options.serverVersion)
    .int(options.connectionId, 4)
    .bytes(options.scramble.subarray(0, 8))
    .int(0, 1)
    .int(capabilities & 0xffff, 2)
    .int(33, 1)
    .int(0, 2)
    .int(capabilities >>> 16, 2)
    .int(21, 1)
    .bytes(Buffer.alloc(10))
    .bytes(options.scramble.subarray(8))
    .int(0, 1)
    .textWithNull(NATIVE_PASSWORD)
    .build();
}

export type ClientReply =
  | { readonly kind: "tls" }
  | { readonly kind: "login"; readonly user: string; readonly proof: Buffer; readonly database: string | null; readonly plugin: string };

/** The client's answer to the greeting: a request to switch to TLS, or its login. */
export function readReply(packet: Buffer): ClientReply {
  const reader = new PacketReader(packet);
  const capabilities = reader.int(4);
  reader.bytes(28);
  if ((capabilities & CAPABILITY.ssl) !== 0 && reader.remaining === 0) return { kind: "tls" };
  const user = reader.textToNull();
  const proof = (capabilities & CAPABILITY.lengthEncodedAuth) !== 0 ? reader.counted() : reader.bytes(reader.int(1));
  const database = (capabilities & CAPABILITY.connectWithDb) !== 0 ? reader.textToNull() : "";
  const plugin = (capabilities & CAPABILITY.pluginAuth) !== 0 ? reader.textToNull() : NATIVE_PASSWORD;
  return { kind: "login", user, proof, database: database === "" ? null : database, plugin };
}

export function authSwitch(scramble: Buffer): Buffer {
  return new PacketWriter().int(0xfe, 1).textWithNull(NATIVE_PASSWORD).bytes(scramble).int(0, 1).build();
}

const sha1 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash("sha1");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Whether the proof was made from the password and the scramble. */
export function provesPassword(proof: Buffer, password: string, scramble: Buffer): boolean {
  if (password === "") return proof.length === 0;
  if (proof.length !== 20) return false;
  const stage1 = sha1(Buffer.from(password, "utf8"));
  const mask = sha1(scramble, sha1(stage1));
  return timingSafeEqual(proof, Buffer.from(stage1.map((byte, i) => byte ^ mask[i]!)));
}
