import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import fc from "fast-check";
import { createCertificate } from "../../../src/plugin/transport/certificate";
import {
  derInteger,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derTime,
} from "../../../src/plugin/transport/der";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("DER", () => {
  test.each([
    ["a short length", derOctetString(Buffer.alloc(127)).subarray(0, 2), "047f"],
    ["a length of one byte", derOctetString(Buffer.alloc(128)).subarray(0, 3), "048180"],
    ["a length of two bytes", derOctetString(Buffer.alloc(256)).subarray(0, 4), "04820100"],
    ["zero", derInteger(Buffer.from([0, 0])), "020100"],
    ["an integer that would look negative", derInteger(Buffer.from([0x80])), "02020080"],
    ["an integer with zeros in front", derInteger(Buffer.from([0, 0, 1])), "020101"],
    ["an object identifier", derObjectIdentifier("1.2.840.10045.4.3.2"), "06082a8648ce3d040302"],
    ["an empty sequence", derSequence(), "3000"],
    [
      "the last second of UTCTime",
      derTime(Date.UTC(2049, 11, 31, 23, 59, 59)),
      `170d${hex(Buffer.from("491231235959Z"))}`,
    ],
    ["the first second after it", derTime(Date.UTC(2050, 0, 1)), `180f${hex(Buffer.from("20500101000000Z"))}`],
  ])("%s", (_, element, expected) => expect(hex(element)).toBe(expected));
});

describe("certificate", () => {
  test("node:crypto reads it as what it was meant to be", () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2060, 0, 1) }), (now) => {
        const made = createCertificate(now);
        const read = new X509Certificate(made.certificatePem);
        expect(hex(read.raw)).toBe(hex(made.der));
        expect(read.subject).toBe("CN=localhost");
        expect(read.issuer).toBe("CN=localhost");
        expect(read.subjectAltName).toBe("DNS:localhost");
        expect(read.checkHost("localhost")).toBe("localhost");
        expect(read.ca).toBe(true);
        expect(read.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"]);
        expect(read.verify(read.publicKey)).toBe(true);
        expect(read.checkPrivateKey(createPrivateKey(made.privateKeyPem))).toBe(true);
        expect(createPublicKey(made.privateKeyPem).asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
        const seconds = (text: string) => new Date(text).getTime() / 1000;
        expect(seconds(read.validFrom)).toBe(Math.floor((now - 30_000) / 1000));
        expect(seconds(read.validTo)).toBe(Math.floor(now / 1000) + 365 * 24 * 3600);
      }),
      { numRuns: 50 },
    );
  });

  test("each one has its own key and serial number", () => {
    const [a, b] = [createCertificate(0), createCertificate(0)].map((one) => new X509Certificate(one.certificatePem));
    expect(a?.serialNumber).not.toBe(b?.serialNumber);
    expect(a?.fingerprint256).not.toBe(b?.fingerprint256);
  });
});
