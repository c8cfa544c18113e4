import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import {
  derBitString,
  derBoolean,
  derElement,
  derInteger,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
  derTime,
  derUtf8String,
} from "./der";

/** A private key and its self-signed certificate. */
export interface Certificate {
  readonly der: Uint8Array;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const OID = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectAlternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
} as const;

const secondMs = 1_000;
const yearMs = 365 * 24 * 3_600 * secondMs;

/**
 * Makes the certificate of one provider process: P-256, self-signed, for the host name `localhost`, which is what
 * Terraform verifies against (observed on 1.11.4). Valid from 30 seconds ago, for clocks that differ, for one year.
 */
export function createCertificate(now: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = derSequence(derObjectIdentifier(OID.ecdsaWithSha256));
  const name = derSequence(derSet(derSequence(derObjectIdentifier(OID.commonName), derUtf8String("localhost"))));
  const toBeSigned = derSequence(
    derElement(0xa0, derInteger(Buffer.from([2]))),
    derInteger(randomBytes(16)),
    algorithm,
    name,
    derSequence(derTime(now - 30 * secondMs), derTime(now + yearMs)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    derElement(0xa3, extensions()),
  );
  const der = derSequence(toBeSigned, algorithm, derBitString(sign("sha256", toBeSigned, privateKey)));
  return {
    der,
    certificatePem: pem("CERTIFICATE", der),
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function extensions(): Buffer {
  const dnsName = derElement(0x82, Buffer.from("localhost"));
  const usages = [OID.clientAuth, OID.serverAuth].map(derObjectIdentifier);
  return derSequence(
    extension(OID.subjectAlternativeName, false, derSequence(dnsName)),
    extension(OID.basicConstraints, true, derSequence(derBoolean(true))),
    // digitalSignature, keyEncipherment, keyAgreement and certSign: bits 0, 2, 4 and 5.
    extension(OID.keyUsage, true, derBitString(Buffer.from([0b1010_1100]), 2)),
    extension(OID.extendedKeyUsage, false, derSequence(...usages)),
  );
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return derSequence(derObjectIdentifier(id), ...(critical ? [derBoolean(true)] : []), derOctetString(value));
}

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
